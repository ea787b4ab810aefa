import type { Needs } from "../needs";
import { laboratoryNeeds } from "../cluster/laboratory";

/** What the drills of the signer path need of the machine that they run on. */
export const signerPathNeeds: Needs = {
  ...laboratoryNeeds,
  programs: [
    ...laboratoryNeeds.programs,
    // The Raspberry Pis and their uplinks.
    "podman",
    "nft",
    "tc",
    "sysctl",
    "python3",
    // What looks at the testbed, and the strangers.
    "curl",
    "ss",
    "ssh",
    "ssh-keygen",
    // Stands in for Google's collectors and alerting.
    "prometheus",
  ],
};
