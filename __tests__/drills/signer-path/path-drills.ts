import { badNetworks } from "./drills/bad-networks";
import { otherFaults } from "./drills/feared-faults";
import { listedFaults } from "./drills/listed-faults";
import { rolls } from "./drills/roll";
import { signerFaults } from "./drills/signer-faults";
import { tcpFaults } from "./drills/tcp-faults";
import type { PathDrill } from "./path-drill";

/** All drills of the signer path, in the order in which they run. */
export const pathDrills: readonly PathDrill[] = [
  ...listedFaults,
  ...signerFaults,
  ...badNetworks,
  ...otherFaults,
  ...tcpFaults,
  ...rolls,
];

/** The name of what must fail: the configuration of 2019. */
export const controlName = "2019";
