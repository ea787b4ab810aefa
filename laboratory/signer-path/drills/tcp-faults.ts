import { killTunnel } from "../faults/sessions";
import { noneFailed, withoutSignerWithin } from "../evaluation/statistics";
import { type FinishedRun, first, onWire, type PathDrill, wire } from "./path-drill";
import type { Check } from "../records";

const second = "pi-2";

/**
 * Faults of a path that carries connections: there is no second try once one stands. What was asked of a path that is
 * dead, and not yet known to be, is lost; health checks end that.
 */
export const tcpFaults: readonly PathDrill[] = [
  {
    name: "tcp",
    title: "tcp signers: the active uplink is silently dropped",
    variant: "tcp",
    fault: "packets vanish on pi-1's wire",
    ...onWire((uplink) => uplink.drop(), 25),
    checks: (run) => [withoutSignerWithin(run.statistics, 5), ...toldApart(run), onlyBy(run, first)],
  },
  {
    name: "tcp-hang",
    title: "tcp signers: the first one takes requests and never answers",
    variant: "tcp",
    fault: "pi-1's signer hangs",
    begin: (testbed) => testbed.setMode(first, "hang"),
    lasts: 25,
    mend: (testbed) => testbed.setMode(first, "ok"),
    // Its own health endpoint sees it after a second, and two checks then have to.
    checks: (run) => [withoutSignerWithin(run.statistics, 6), ...toldApart(run), alsoBy(run, second)],
  },
  {
    name: "tcp-kill",
    title: "tcp signers: a tunnel's ssh is killed",
    variant: "tcp",
    fault: "the ssh of pi-1's wire to forwarder-1 is killed",
    begin: (testbed) => killTunnel(testbed.pi(first), `1-${wire}`),
    lasts: 10,
    // Who connects to a socket without a listener is refused at once, and goes to the next one.
    checks: (run) => [withoutSignerWithin(run.statistics, 1), ...toldApart(run), onlyBy(run, first)],
  },
];

/** What was lost is no check but a number. */
const toldApart = ({ statistics }: FinishedRun): Check[] => [
  {
    text: "requests lost, which no second try could save",
    actual: `${statistics.failed} of ${statistics.requests}`,
    passed: statistics.requests > 0,
  },
  ...noneFailed(statistics).slice(1),
];

/** Strict priority: what the other uplink can carry goes to no other signer. */
const onlyBy = ({ statistics: { bySigner, signed } }: FinishedRun, signer: string): Check => ({
  text: `all signed by ${signer}`,
  actual: JSON.stringify(bySigner),
  passed: signed > 0 && bySigner[signer] === signed,
});

const alsoBy = ({ statistics: { bySigner } }: FinishedRun, signer: string): Check => ({
  text: `${signer} takes over`,
  actual: JSON.stringify(bySigner),
  passed: (bySigner[signer] ?? 0) > 0,
});
