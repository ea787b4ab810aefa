import { Address4 } from "ip-address";
import type { Findings } from "../reading/findings";
import type { Configuration } from "../schema/configuration";
import { isUnreadable, type Readable } from "../reading/shape";
import { shown } from "../reading/values";
import { each, eachRepeated } from "./each";

/** Whether the Raspberry Pis know enough to connect to the forwarders, and whether these have enough VMs. */
export function checkForwarders({ forwarders, google }: Readable<Configuration>, findings: Findings): void {
  if (!forwarders) return;
  checkAddresses(forwarders, findings);
  if (forwarders.hostPublicKey === undefined && !isUnreadable(forwarders, "hostPublicKey")) {
    findings.warning(
      ["forwarders"],
      "has no hostPublicKey, so the Raspberry Pis can't connect yet. Create a key (`ssh-keygen -t ed25519`), add the private key to Secret Manager, and set hostPublicKey to the public key.",
    );
  }
  const { zones, vmsPerZone } = google?.pools?.system ?? {};
  if (!zones || vmsPerZone === undefined || forwarders.count === undefined) return;
  const vms = zones.length * vmsPerZone;
  if (forwarders.count > vms) {
    findings.problem(
      ["forwarders", "count"],
      `is ${forwarders.count}, but google.pools.system has ${vms} VM${vms === 1 ? "" : "s"} and each forwarder needs its own. Raise vmsPerZone of that pool, or lower count.`,
    );
  }
}

function checkAddresses(forwarders: Readable<Configuration["forwarders"]>, findings: Findings): void {
  const { addresses, count } = forwarders;
  const path = ["forwarders", "addresses"];
  if (addresses === undefined) {
    if (isUnreadable(forwarders, "addresses")) return;
    findings.warning(
      ["forwarders"],
      "has no addresses, so the Raspberry Pis can't connect yet. Deploy, then set addresses to those that are printed.",
    );
    return;
  }
  if (count !== undefined && addresses.length !== count) {
    findings.problem(
      path,
      `has ${addresses.length} item${addresses.length === 1 ? "" : "s"}, but forwarders.count is ${count}. List one address for each forwarder, in order.`,
    );
  }
  for (const [index, address] of each(addresses)) {
    const parsed = new Address4(address);
    if (parsed.isPrivate() || parsed.isLoopback() || parsed.isLinkLocal()) {
      findings.problem(
        [...path, index],
        `${shown(address)} can't be reached over the internet. Use the address that \`npm run deploy\` prints.`,
      );
    }
  }
  // https://www.rfc-editor.org/rfc/rfc5737
  const samples = each(addresses).filter(([, address]) => new Address4(address).isDocumentation());
  if (samples.length > 0) {
    findings.warning(
      path,
      samples.length === 1
        ? `${samples[0]![1]} is a documentation address. Replace it with the one that \`npm run deploy\` prints.`
        : `${samples.map(([, address]) => address).join(", ")} are documentation addresses. Replace them with those that \`npm run deploy\` prints.`,
    );
  }
  eachRepeated(each(addresses), (index, first, address) =>
    findings.problem(
      [...path, index],
      `${shown(address)} is already addresses[${first}]. Each forwarder has its own address.`,
    ),
  );
}
