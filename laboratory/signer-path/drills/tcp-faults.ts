import { killTunnel } from "../faults/sessions";
import { noneFailed, withoutSignerWithin } from "../measure/outcomes";
import { type Ended, first, onWire, type PathDrill, wire } from "./path-drill";
import type { Bound } from "../records";

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
    bounds: (run) => [withoutSignerWithin(run.measures, 5), ...toldApart(run), onlyBy(run, first)],
  },
  {
    name: "tcp-hang",
    title: "tcp signers: the first one takes requests and never answers",
    variant: "tcp",
    fault: "pi-1's signer hangs",
    begin: (farm) => farm.setMode(first, "hang"),
    lasts: 25,
    mend: (farm) => farm.setMode(first, "ok"),
    // Its own health endpoint sees it after a second, and two checks then have to.
    bounds: (run) => [withoutSignerWithin(run.measures, 6), ...toldApart(run), alsoBy(run, second)],
  },
  {
    name: "tcp-kill",
    title: "tcp signers: a tunnel's ssh is killed",
    variant: "tcp",
    fault: "the ssh of pi-1's wire to forwarder-1 is killed",
    begin: (farm) => killTunnel(farm.pi(first), `1-${wire}`),
    lasts: 10,
    // Who connects to a socket without a listener is refused at once, and goes to the next one.
    bounds: (run) => [withoutSignerWithin(run.measures, 1), ...toldApart(run), onlyBy(run, first)],
  },
];

/** What was lost is no bound but a number. */
const toldApart = ({ measures }: Ended): Bound[] => [
  {
    text: "requests lost, which no second try could save",
    found: `${measures.failed} of ${measures.requests}`,
    held: measures.requests > 0,
  },
  ...noneFailed(measures).slice(1),
];

/** Strict priority: what the other uplink can carry goes to no other signer. */
const onlyBy = ({ measures: { bySigner, signed } }: Ended, signer: string): Bound => ({
  text: `all signed by ${signer}`,
  found: JSON.stringify(bySigner),
  held: signed > 0 && bySigner[signer] === signed,
});

const alsoBy = ({ measures: { bySigner } }: Ended, signer: string): Bound => ({
  text: `${signer} takes over`,
  found: JSON.stringify(bySigner),
  held: (bySigner[signer] ?? 0) > 0,
});
