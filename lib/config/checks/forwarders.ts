import { Address4 } from "ip-address";
import type { Findings } from "../reading/findings";
import type { Configuration } from "../schema/configuration";
import type { Readable } from "../reading/shape";
import { shown } from "../reading/values";
import { each, eachRepeated } from "./each";

/** What the Raspberry Pis must know of the forwarders, and where these can run. */
export function checkForwarders({ forwarders, google }: Readable<Configuration>, findings: Findings): void {
  if (!forwarders) return;
  addresses(forwarders, findings);
  if (forwarders.hostPublicKey === undefined && !findings.hasProblem(["forwarders", "hostPublicKey"])) {
    findings.warning(
      ["forwarders"],
      "has no hostPublicKey, so the Raspberry Pis can't dial yet. Make the key (`ssh-keygen -t ed25519`), put its private half into Secret Manager and its public half here.",
    );
  }
  const { zones, vmsPerZone } = google?.pools?.system ?? {};
  if (!zones || vmsPerZone === undefined || forwarders.count === undefined) return;
  const vms = zones.length * vmsPerZone;
  if (forwarders.count > vms) {
    findings.problem(
      ["forwarders", "count"],
      `is ${forwarders.count}, but google.pools.system has ${vms} VM${vms === 1 ? "" : "s"} and each forwarder needs its own. Raise vmsPerZone there, or lower count.`,
    );
  }
}

function addresses({ addresses, count }: Readable<Configuration["forwarders"]>, findings: Findings): void {
  const path = ["forwarders", "addresses"];
  if (addresses === undefined) {
    if (findings.hasProblem(path)) return;
    findings.warning(
      ["forwarders"],
      "has no addresses, so the Raspberry Pis can't dial yet. Apply the stack platform, then put the addresses that it prints here.",
    );
    return;
  }
  if (count !== undefined && addresses.length !== count) {
    findings.problem(
      path,
      `are ${addresses.length}, but forwarders.count is ${count}. Give one for each, in their order.`,
    );
  }
  for (const [index, address] of each(addresses)) {
    const parsed = new Address4(address);
    if (parsed.isPrivate() || parsed.isLoopback() || parsed.isLinkLocal()) {
      findings.problem(
        [...path, index],
        `${shown(address)} can't be reached over the internet. Take what \`cdktf deploy platform\` prints.`,
      );
    }
  }
  const samples = each(addresses).filter(([, address]) => new Address4(address).isDocumentation());
  if (samples.length > 0) {
    findings.warning(
      path,
      `${samples.map(([, address]) => address).join(", ")}: of a range for documentation. Put in what \`cdktf deploy platform\` prints.`,
    );
  }
  eachRepeated(each(addresses), (index, first, address) =>
    findings.problem([...path, index], `${shown(address)} is addresses[${first}] already. Each forwarder has its own.`),
  );
}
