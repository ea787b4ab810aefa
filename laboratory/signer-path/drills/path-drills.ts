import { clusterFaults } from "./cluster-faults";
import { combinedFaults } from "./combined-faults";
import type { PathDrill } from "./path-drill";
import { rollouts } from "./rollouts";
import { signerFaults } from "./signer-faults";
import { tcpFaults } from "./tcp-faults";
import { tunnelFaults } from "./tunnel-faults";
import { uplinkFaults } from "./uplink-faults";

const byTheme = [
  ...uplinkFaults,
  ...tunnelFaults,
  ...signerFaults,
  ...clusterFaults,
  ...combinedFaults,
  ...tcpFaults,
  ...rollouts,
];

/** The drills that the incident report led to; they have numbers instead of names. */
const numbered = Array.from({ length: 10 }, (_, index) => String(index + 1));

/** All drills on the signer path, in the order in which they run: first the numbered ones, then the others by theme. */
export const pathDrills: readonly PathDrill[] = [
  ...numbered.flatMap((number) => byTheme.filter(({ name }) => name === number)),
  ...byTheme.filter(({ name }) => !numbered.includes(name)),
];

/** The name of the run that must fail: the configuration of 2019. */
export const controlName = "2019";
