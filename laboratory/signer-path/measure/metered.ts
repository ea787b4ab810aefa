import { setTimeout as pause } from "node:timers/promises";
import type { Laboratory } from "../../cluster/laboratory";
import type { Farm } from "../farm/farm";
import { invariants, measuresOf, noneFailed, requestRecords, withSigners } from "./outcomes";
import { withPaths } from "./paths";
import type { Bound, DrillRun } from "../records";
import { rate, startLoad } from "../run-drill";
import type { RaspberryPi } from "../../home/raspberry-pi";
import { stateChanges } from "./states";
import { idlePerMonth, mostPerMonth, perMonth } from "./metered-traffic";

const seconds = 600;
/** Of each packet that the kernel counts, what is not IP's. */
const ethernetHeader = 14;
/** How far a measured number may be from the computed one: ARP, and answers that come in two packets. */
const tolerance = 0.1;

/** What the metered uplinks carry while the baker signs over the others. */
export async function metered(lab: Laboratory, farm: Farm, say: (line: string) => void): Promise<DrillRun> {
  const load = startLoad(lab, farm);
  await load.begun;
  const start = Date.now() / 1000;
  const uplinks = farm.configuration.signers.flatMap((signer) =>
    signer.uplinks.filter((uplink) => uplink.metered).map((uplink) => ({ signer, uplink, pi: farm.pi(signer.name) })),
  );
  say(`metered: the traffic of ${uplinks.length} metered uplinks, for ${seconds / 60} min`);
  const before = uplinks.map(({ pi, uplink }) => carried(pi, uplink.name));
  const began = performance.now();
  await pause(seconds * 1000);
  const bounds = uplinks.flatMap(({ signer, uplink, pi }, index): Bound[] => {
    const bytes = carried(pi, uplink.name) - before[index]!;
    const measured = perMonth(bytes / ((performance.now() - began) / 1000));
    const computed = idlePerMonth(farm.configuration, signer, uplink);
    return [
      {
        text: `${pi.name}'s ${uplink.name} idles below ${mostPerMonth} GB a month`,
        found: `${measured.toFixed(3)} GB`,
        held: measured < mostPerMonth,
      },
      {
        text: `as computed, to a tenth: ${computed.toFixed(3)} GB`,
        found: `${measured.toFixed(3)} GB`,
        held: Math.abs(measured / computed - 1) <= tolerance,
      },
    ];
  });
  const requests = requestRecords(await load.end(), start).filter(({ at }) => at >= 0);
  const signatures = farm.signatures(start);
  const told = withPaths(farm, withSigners(requests, signatures), start);
  const measures = measuresOf(told, signatures, 1 / rate);
  return {
    name: "metered",
    title: "what a metered uplink carries while it stands by",
    system: "ours",
    seconds: Date.now() / 1000 - start,
    faults: [],
    requests: told,
    signatures,
    states: stateChanges(farm, start),
    measures,
    bounds: [...noneFailed(measures), ...bounds, ...invariants(measures, signatures)],
  };
}

/** Bytes of IP that an interface has carried so far, in both directions. */
function carried(pi: RaspberryPi, uplink: string): number {
  const line = pi
    .sh("cat /proc/net/dev")
    .split("\n")
    .find((line) => line.trim().startsWith(`${uplink}:`));
  if (!line) throw new Error(`${pi.name} has no ${uplink}`);
  const counts = line.split(":")[1]!.trim().split(/\s+/).map(Number);
  const [received, receivedPackets] = [counts[0]!, counts[1]!];
  const [sent, sentPackets] = [counts[8]!, counts[9]!];
  return received + sent - ethernetHeader * (receivedPackets + sentPackets);
}
