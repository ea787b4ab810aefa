import { badNetworks } from "./uplink-faults";
import { otherFaults } from "./cluster-faults";
import { listedFaults } from "./tunnel-faults";
import { rolls } from "./rollouts";
import { signerFaults } from "./signer-faults";
import { tcpFaults } from "./tcp-faults";
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
