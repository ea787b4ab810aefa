import type { Findings } from "../reading/findings";
import type { Configuration } from "../schema/configuration";
import type { Readable } from "../reading/shape";
import { each } from "./each";

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
        "has only one signer, on mainnet: nothing is signed while it is down. Add a second one, at a different site.",
      );
    }
    if (baker.authenticationPublicKey === undefined && canRequireAuthentication(configuration, baker.signers)) {
      findings.warning(
        ["bakers", index],
        "has no authenticationPublicKey, on mainnet: an attacker who breaks into a forwarder can have blocks and attestations signed. Create a key with `octez-client gen keys authentication`.",
      );
    }
  }
  for (const [index, signer] of each(signers)) {
    if (signer.uplinks?.length !== 1) continue;
    findings.warning(
      ["signers", index, "uplinks"],
      "has only one uplink, on mainnet: the signer can't be reached whenever it fails. Add a second one, such as an LTE modem.",
    );
  }
}

/** Whether one of these signers is octez-signer, which can require authentication. */
function canRequireAuthentication(
  { signers }: Readable<Configuration>,
  names: readonly (string | undefined)[] | undefined,
): boolean {
  return each(signers).some(([, { name, software }]) => software === "octez-signer" && names?.includes(name));
}
