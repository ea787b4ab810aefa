import type { Findings } from "../reading/findings";
import { areInTime } from "../facts/signer-path";
import type { BakerConfiguration, Configuration, SignerConfiguration } from "../schema/configuration";
import type { Readable } from "../reading/shape";
import { each } from "./each";
import { isTimed, withOneUplink, type TimedSigner } from "./timeouts";

/** Warnings about what works, but is not enough where real money is at stake. */
export function checkStake(configuration: Readable<Configuration>, findings: Findings): void {
  if (configuration.tezos?.network !== "mainnet") return;
  const { size, bakers, signers, forwarders } = configuration;
  if (size === "small") {
    findings.warning(
      ["size"],
      "is small, on mainnet: a lost VM stops the baker for minutes. Set full, unless the stake is small, too.",
    );
  } else if (forwarders?.count === 1) {
    findings.warning(
      ["forwarders", "count"],
      "is 1, on mainnet: nothing is signed while its VM is being replaced. Set 2.",
    );
  }
  for (const [index, baker] of each(bakers)) {
    if (baker.signers?.length === 1) {
      findings.warning(
        ["bakers", index, "signers"],
        `has only one signer, on mainnet: nothing is signed while it is down. Add a second one, at a different site${withFewerUplinks(configuration, baker.signers[0])}.`,
      );
    }
    if (baker.authenticationPublicKey === undefined && canRequireAuthentication(configuration, baker.signers)) {
      findings.warning(
        ["bakers", index],
        "has no authenticationPublicKey, on mainnet: an attacker who breaks into a forwarder can have blocks and attestations signed. docs/deploy.md says how to create a key in memory.",
      );
    }
  }
  for (const [index, signer] of each(signers)) {
    if (signer.uplinks?.length !== 1) continue;
    const users = each(bakers).filter(([, baker]) => baker.signers?.includes(signer.name));
    const hasRoom = users.every(([, baker]) => canAddUplink(signer, timedSigners(configuration, baker)));
    // Where a second uplink would be refused, a second signer makes up for it.
    if (!hasRoom && users.every(([, baker]) => (baker.signers?.length ?? 0) > 1)) continue;
    const remedy = hasRoom
      ? "Add a second one, such as an LTE modem"
      : "Add a second signer: a second uplink would take too long for its block";
    findings.warning(
      ["signers", index, "uplinks"],
      `has only one uplink, on mainnet: the signer can't be reached whenever it fails. ${remedy}.`,
    );
  }
}

/** The signers of a baker; undefined if it is not known how long they take. */
function timedSigners(
  { signers }: Readable<Configuration>,
  baker: Readable<BakerConfiguration>,
): TimedSigner[] | undefined {
  const own = baker.signers?.map((name) => signers?.find((signer) => name !== undefined && signer?.name === name));
  return own?.every((signer) => signer !== undefined && isTimed(signer)) ? (own as TimedSigner[]) : undefined;
}

/** Whether these signers are still in time if one of them has an uplink more. */
function canAddUplink(signer: Readable<SignerConfiguration>, signers: readonly TimedSigner[] | undefined): boolean {
  const more = signers?.map((each) =>
    each === signer ? { ...each, uplinks: [...each.uplinks, ...each.uplinks] } : each,
  );
  return more === undefined || areInTime(more);
}

/** What to say of uplinks if a second signer like this one is in time only with one uplink for each. */
function withFewerUplinks({ signers }: Readable<Configuration>, name: string | undefined): string {
  const signer = signers?.find((some) => some?.name === name);
  if (!signer || !isTimed(signer) || areInTime([signer, signer])) return "";
  const one = withOneUplink(signer);
  return areInTime([one, one]) ? ", and leave each of them one uplink: more would take too long for its block" : "";
}

/** Whether one of these signers is octez-signer, which can require authentication. */
function canRequireAuthentication(
  { signers }: Readable<Configuration>,
  names: readonly (string | undefined)[] | undefined,
): boolean {
  return each(signers).some(([, { name, software }]) => software === "octez-signer" && names?.includes(name));
}
