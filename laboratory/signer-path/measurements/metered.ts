import { setTimeout as pause } from "node:timers/promises";
import type { RaspberryPi } from "../../home/raspberry-pi";
import { invariants, noneFailed } from "../evaluation/checks";
import { evaluate } from "../evaluation/evaluate";
import type { Check, DrillRun } from "../records";
import type { Testbed } from "../testbed/testbed";
import { gigabytesPerMonth, idleGigabytesPerMonth, maxIdleGigabytesPerMonth } from "./metered-traffic";

const seconds = 600;
/** Bytes of each packet that the kernel counts but that don't belong to IP. */
const ethernetHeader = 14;
/** How far the traffic may be from the computed one, as a share: ARP, and answers that need two packets. */
const tolerance = 0.1;

/** Measures the traffic of the metered uplinks while the baker signs over the others. */
export async function metered(testbed: Testbed, log: (line: string) => void): Promise<DrillRun> {
  const { configuration } = testbed;
  const load = testbed.startLoad();
  await load.started;
  const start = Date.now() / 1000;
  const uplinks = configuration.signers.flatMap((signer) =>
    signer.uplinks
      .filter((uplink) => uplink.metered)
      .map((uplink) => ({ signer, uplink, pi: testbed.pi(signer.name) })),
  );
  log(`metered: the traffic of ${uplinks.length} metered uplinks, for ${seconds / 60} min`);
  const before = uplinks.map(({ pi, uplink }) => ipBytes(pi, uplink.name));
  const began = performance.now();
  await pause(seconds * 1000);
  const trafficChecks = uplinks.flatMap(({ signer, uplink, pi }, index): Check[] => {
    const bytes = ipBytes(pi, uplink.name) - before[index]!;
    const measured = gigabytesPerMonth(bytes / ((performance.now() - began) / 1000));
    const computed = idleGigabytesPerMonth(configuration, signer, uplink);
    return [
      {
        text: `${pi.name}'s ${uplink.name} idle below ${maxIdleGigabytesPerMonth} GB a month`,
        actual: `${measured.toFixed(3)} GB`,
        passed: measured < maxIdleGigabytesPerMonth,
      },
      {
        text: `within 10 % of the computed ${computed.toFixed(3)} GB`,
        actual: `${measured.toFixed(3)} GB`,
        passed: Math.abs(measured / computed - 1) <= tolerance,
      },
    ];
  });
  const output = await load.stop();
  const now = Date.now() / 1000 - start;
  const evaluated = evaluate(testbed, output, start, now);
  const { statistics, signatures } = evaluated;
  return {
    name: "metered",
    title: "The traffic of a metered uplink on standby",
    system: "ours",
    seconds: now,
    faults: [],
    ...evaluated,
    checks: [...noneFailed(statistics), ...trafficChecks, ...invariants(statistics, signatures)],
  };
}

/** The bytes of IP that an interface has sent and received. */
function ipBytes(pi: RaspberryPi, uplink: string): number {
  // https://man7.org/linux/man-pages/man5/proc_pid_net.5.html
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
