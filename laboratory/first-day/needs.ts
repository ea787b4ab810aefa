import { laboratoryNeeds } from "../cluster/laboratory";
import type { Needs } from "../needs";

/** What the rehearsal of a first day needs on this host. */
export const firstDayNeeds: Needs = {
  ...laboratoryNeeds,
  mirror: true,
  programs: [
    ...laboratoryNeeds.programs,
    // The images and their registry.
    "podman",
    "docker-registry",
    "skopeo",
    // The Raspberry Pis and their uplinks.
    "nft",
    "tc",
    "sysctl",
    "python3",
    // What a person runs.
    "bash",
    "curl",
    "git",
    "jq",
    "npm",
    "openssl",
    "scp",
    "ssh",
    "ssh-keygen",
  ],
};
