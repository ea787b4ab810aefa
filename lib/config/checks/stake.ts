import type { Findings } from "../reading/findings";
import type { Configuration } from "../schema/configuration";
import type { Readable } from "../reading/shape";
import { each } from "./each";

/** What works, and is too little where real money is at stake. */
export function checkStake(configuration: Readable<Configuration>, findings: Findings): void {
  if (configuration.tezos?.network !== "mainnet") return;
  const { size, bakers, signers, forwarders } = configuration;
  if (size === "small") {
    findings.warning(
      ["size"],
      "is small, on mainnet: a lost VM stops the baker for minutes. Set full unless the stake is small too.",
    );
  } else if (forwarders?.count === 1) {
    findings.warning(["forwarders", "count"], "is 1, on mainnet: nothing is signed while its VM is replaced. Set 2.");
  }
  for (const [index, baker] of each(bakers)) {
    if (baker.signers?.length === 1) {
      findings.warning(
        ["bakers", index, "signers"],
        "is one signer, on mainnet: nothing is signed while it is away. Add a second one, in another house.",
      );
    }
    if (baker.authenticationPublicKey === undefined && asksForProof(configuration, baker.signers)) {
      findings.warning(
        ["bakers", index],
        "has no authenticationPublicKey, on mainnet: who breaks into a forwarder can have things signed. `octez-client gen keys authentication` makes one.",
      );
    }
  }
  for (const [index, signer] of each(signers)) {
    if (signer.uplinks?.length !== 1) continue;
    findings.warning(
      ["signers", index, "uplinks"],
      "is one uplink, on mainnet: the signer is away whenever it fails. Add a second one, such as an LTE stick.",
    );
  }
}

/** Whether a signer of this list is octez-signer, which can ask the baker to prove itself. */
function asksForProof(
  { signers }: Readable<Configuration>,
  names: readonly (string | undefined)[] | undefined,
): boolean {
  return each(signers).some(([, { name, software }]) => software === "octez-signer" && names?.includes(name));
}
