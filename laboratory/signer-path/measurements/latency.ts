import { text } from "node:stream/consumers";
import { bakerProxyPort } from "../../../lib/config/facts/signer-path";
import { command } from "../../cluster/commands";
import { invariants, noneFailed } from "../evaluation/checks";
import { evaluate } from "../evaluation/evaluate";
import { quantile, requestRecords } from "../evaluation/statistics";
import { requestsPerSecond } from "../load/start-load";
import type { Check, DrillRun, RequestRecord, Statistics } from "../records";
import { testbedKey } from "../testbed/configuration";
import type { Testbed } from "../testbed/testbed";
import { startPlainTunnel } from "./plain-tunnel";

/** A plain tunnel's p99 above this, with a signer that takes 30 ms, shows that the host is too busy to measure. */
const busySeconds = 0.1;
/** What the path may add to a plain tunnel, besides one round trip. */
const addedSeconds = 0.003;
/** Long enough that one late request does not decide the p99. */
const seconds = 300;

/**
 * Measures what the path adds to a plain `ssh -R`: one load goes through the whole path, another through a plain tunnel
 * over the same uplink to the same signer, in turn.
 */
export async function latency(testbed: Testbed, log: (line: string) => void): Promise<DrillRun> {
  const { lab } = testbed;
  const [pi] = testbed.pis;
  const tunnel = await startPlainTunnel(testbed);
  const roundTrip = roundTripSeconds(pi!.enterNetwork, pi!.uplinks[0]!.name, lab.network.address);
  log(`latency: ${requestsPerSecond} requests a second through each of the two tunnels, for ${seconds} s`);

  const start = Date.now() / 1000;
  const load = (address: string, key: string, enter: readonly string[], phase: number) => {
    const timing = ["--rate", String(requestsPerSecond), "--seconds", String(seconds), "--phase", String(phase)];
    const parameters = ["--address", address, "--key", key, ...timing];
    return text(lab.run("laboratory/signer-path/load/load.ts", parameters, enter).stdout!);
  };
  // The control plane and the nodes' programs would compete for this host's cores; in a real deployment they run on
  // other cores. Signing does not depend on them, as the drill api-server shows.
  lab.frozen = true;
  const [path, plain] = await Promise.all([
    load(`127.0.0.1:${bakerProxyPort}`, testbedKey.publicKey, testbed.cloud.bakerNetwork, 0),
    load(tunnel.address, tunnel.publicKey, lab.network.enter, 0.5),
  ]);
  lab.frozen = false;
  tunnel.end();
  await testbed.untilAllUp(120);

  const now = Date.now() / 1000 - start;
  const evaluated = evaluate(testbed, path, start, now);
  const { statistics, signatures } = evaluated;
  return {
    name: "latency",
    title: "What the path adds to a plain ssh -R",
    system: "ours",
    seconds: now,
    faults: [],
    ...evaluated,
    checks: [
      ...noneFailed(statistics),
      ...latencyChecks(statistics, requestRecords(plain, start), roundTrip),
      ...invariants(statistics, signatures),
    ],
  };
}

/**
 * Compares the whole path with a plain tunnel.
 * @param plain the requests through the plain tunnel
 * @param roundTrip over the uplink, in seconds
 */
export function latencyChecks(path: Statistics, plain: readonly RequestRecord[], roundTrip: number): Check[] {
  const times = plain
    .filter(({ outcome }) => outcome === "signed")
    .map((request) => request.seconds)
    .sort((a, b) => a - b);
  const [p50, p99] = [quantile(times, 0.5), quantile(times, 0.99)];
  const added = path.p99Seconds - p99;
  const allowed = roundTrip + addedSeconds;
  return [
    {
      text: "all requests through the plain tunnel signed",
      actual: `${times.length} of ${plain.length}`,
      passed: times.length === plain.length && plain.length > 0,
    },
    {
      text: `p99 of the plain tunnel at most ${ms(busySeconds)}, or the host is too busy to measure`,
      actual: ms(p99),
      passed: p99 <= busySeconds,
    },
    {
      text: `p99 at most ${ms(allowed)} above the plain tunnel's (a round trip and ${ms(addedSeconds)})`,
      actual: `${ms(added)} (p99 ${ms(path.p99Seconds)} and ${ms(p99)}, p50 ${ms(path.p50Seconds)} and ${ms(p50)})`,
      passed: path.signed > 0 && times.length > 0 && added <= allowed,
    },
  ];
}

const ms = (seconds: number) => `${(seconds * 1000).toFixed(1)} ms`;

/** The median of twenty pings. */
function roundTripSeconds(enter: readonly string[], uplink: string, address: string): number {
  const output = command([...enter, "ping", "-c", "20", "-i", "0.1", "-I", uplink, address]);
  const times = [...output.matchAll(/time=([\d.]+) ms/g)].map(([, time]) => Number(time) / 1000).sort((a, b) => a - b);
  return quantile(times, 0.5);
}
