import type { Needs } from "../needs";
import { laboratoryNeeds } from "../cluster/laboratory";

/** What the drills on the signer path need on the host that they run on. */
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
    // Inspection of the testbed, and the hostile clients.
    "curl",
    "ss",
    "ssh",
    "ssh-keygen",
    // Replaces Google's collectors and alerting.
    "prometheus",
  ],
};
