import { setTimeout as pause } from "node:timers/promises";
import type { Laboratory } from "../../cluster/laboratory";
import type { Testbed } from "../testbed/testbed";
import { invariants, statisticsOf, noneFailed, requestRecords, withSigners } from "../evaluation/statistics";
import { withPaths } from "../evaluation/request-paths";
import type { Check, DrillRun } from "../records";
import { rate, startLoad } from "../drills/run-drill";
import type { RaspberryPi } from "../../home/raspberry-pi";
import { stateChangesOf } from "../evaluation/state-changes";
import { idlePerMonth, mostPerMonth, perMonth } from "./metered-traffic";

const seconds = 600;
/** Of each packet that the kernel counts, what is not IP's. */
const ethernetHeader = 14;
/** How far a measured number may be from the computed one: ARP, and answers that come in two packets. */
const tolerance = 0.1;

/** What the metered uplinks carry while the baker signs over the others. */
export async function metered(lab: Laboratory, testbed: Testbed, log: (line: string) => void): Promise<DrillRun> {
  const load = startLoad(lab, testbed);
  await load.begun;
  const start = Date.now() / 1000;
  const uplinks = testbed.configuration.signers.flatMap((signer) =>
    signer.uplinks
      .filter((uplink) => uplink.metered)
      .map((uplink) => ({ signer, uplink, pi: testbed.pi(signer.name) })),
  );
  log(`metered: the traffic of ${uplinks.length} metered uplinks, for ${seconds / 60} min`);
  const before = uplinks.map(({ pi, uplink }) => carried(pi, uplink.name));
  const began = performance.now();
  await pause(seconds * 1000);
  const checks = uplinks.flatMap(({ signer, uplink, pi }, index): Check[] => {
    const bytes = carried(pi, uplink.name) - before[index]!;
    const measured = perMonth(bytes / ((performance.now() - began) / 1000));
    const computed = idlePerMonth(testbed.configuration, signer, uplink);
    return [
      {
        text: `${pi.name}'s ${uplink.name} idles below ${mostPerMonth} GB a month`,
        actual: `${measured.toFixed(3)} GB`,
        passed: measured < mostPerMonth,
      },
      {
        text: `as computed, to a tenth: ${computed.toFixed(3)} GB`,
        actual: `${measured.toFixed(3)} GB`,
        passed: Math.abs(measured / computed - 1) <= tolerance,
      },
    ];
  });
  const requests = requestRecords(await load.end(), start).filter(({ at }) => at >= 0);
  const signatures = testbed.signatures(start);
  const told = withPaths(testbed, withSigners(requests, signatures), start);
  const statistics = statisticsOf(told, signatures, 1 / rate);
  return {
    name: "metered",
    title: "what a metered uplink carries while it stands by",
    system: "ours",
    seconds: Date.now() / 1000 - start,
    faults: [],
    requests: told,
    signatures,
    stateChanges: stateChangesOf(testbed, start),
    statistics,
    checks: [...noneFailed(statistics), ...checks, ...invariants(statistics, signatures)],
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
