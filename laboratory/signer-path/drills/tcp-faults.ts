import { killTunnel } from "../faults/sessions";
import { longestGapWithin, noneFailed } from "../evaluation/checks";
import type { Check } from "../records";
import { type FinishedRun, firstSigner, firstTunnel, onWiredUplink, type PathDrill, secondSigner } from "./path-drill";

/**
 * Faults with signers that speak Octez' protocol over TCP. HAProxy can't retry a request on an open connection:
 * requests on a dead path are lost until health checks detect it.
 */
export const tcpFaults: readonly PathDrill[] = [
  {
    name: "tcp",
    title: "TCP signers: the active uplink silently drops all packets",
    variant: "tcp",
    fault: "pi-1's wired uplink drops all packets",
    ...onWiredUplink((uplink) => uplink.drop(), 25),
    checks: (run) => [longestGapWithin(run.statistics, 5), ...lossesReported(run), signedOnlyBy(run, firstSigner)],
  },
  {
    name: "tcp-hang",
    title: "TCP signers: the first one accepts requests and never answers",
    variant: "tcp",
    fault: "pi-1's signer hangs",
    inject: (testbed) => testbed.setMode(firstSigner, "hang"),
    lastsSeconds: 25,
    repair: (testbed) => testbed.setMode(firstSigner, "ok"),
    // Its health endpoint detects it after a second; then two health checks have to fail.
    checks: (run) => [longestGapWithin(run.statistics, 6), ...lossesReported(run), signedAlsoBy(run, secondSigner)],
  },
  {
    name: "tcp-kill",
    title: "TCP signers: a tunnel's ssh is killed",
    variant: "tcp",
    fault: "the ssh of pi-1's wired tunnel to forwarder-1 is killed",
    inject: (testbed) => killTunnel(testbed.pi(firstSigner), firstTunnel),
    lastsSeconds: 10,
    // A socket without a listener refuses connections at once, and HAProxy tries the next server.
    checks: (run) => [longestGapWithin(run.statistics, 1), ...lossesReported(run), signedOnlyBy(run, firstSigner)],
  },
];

/** Lost requests are reported, but don't fail the drill. */
const lossesReported = ({ statistics }: FinishedRun): Check[] => [
  {
    text: "requests lost that could not be retried",
    actual: `${statistics.failed} of ${statistics.requests}`,
    passed: statistics.requests > 0,
  },
  ...noneFailed(statistics).slice(1),
];

/** Strict priority: the signer's other uplink is used before the other signer. */
const signedOnlyBy = ({ statistics: { bySigner, signed } }: FinishedRun, signer: string): Check => ({
  text: `all signed by ${signer}`,
  actual: JSON.stringify(bySigner),
  passed: signed > 0 && bySigner[signer] === signed,
});

const signedAlsoBy = ({ statistics: { bySigner } }: FinishedRun, signer: string): Check => ({
  text: `fails over to ${signer}`,
  actual: JSON.stringify(bySigner),
  passed: (bySigner[signer] ?? 0) > 0,
});
