import { setTimeout as pause } from "node:timers/promises";
import { stageTimeouts } from "../../../lib/config/facts/signer-path";
import { invariants, noneFailed, slowestWithin } from "../evaluation/checks";
import { evaluate } from "../evaluation/evaluate";
import type { Check, DrillRun, Fault } from "../records";
import type { Testbed } from "../testbed/testbed";
import { flatness, type Series } from "./flatness";
import { injectionOf } from "./injection";
import { recoveredAt, type SoakFault, soakPlan, type Topology } from "./plan";
import { ProcessSamples } from "./process-samples";

/** Between two samples of the processes. */
const sampleSeconds = 10;
/** A shorter run may be too short to show whether a program leaks. */
const conclusiveSeconds = 1200;
/** The plan assumes that faults begin on time. If the host is later than this, the run proves nothing. */
const maxDelaySeconds = 15;

export interface SoakOptions {
  readonly seconds: number;
  /** Determines the faults. */
  readonly seed: number;
  /** Is called with each line of progress. */
  readonly log: (line: string) => void;
}

/** Injects random faults, several at a time, while the baker signs. All are repaired at the end. */
export async function soak(testbed: Testbed, { seconds, seed, log }: SoakOptions): Promise<DrillRun> {
  const plan = soakPlan(topologyOf(testbed), seconds, seed);
  let start = Date.now() / 1000;
  log(`soak: ${plan.length} faults in ${(seconds / 60).toFixed(0)} min, seed ${seed}`);
  const load = testbed.startLoad(({ at, outcome, error }) => {
    if (outcome !== "signed") log(`${(at - start).toFixed(0)} s: a request was not signed (${outcome}): ${error}`);
  });
  await load.started;
  start = Date.now() / 1000;
  const now = () => Date.now() / 1000 - start;

  const samples = new ProcessSamples(testbed);
  const faults: Fault[] = [];
  const late: string[] = [];
  let ended = false;
  const sampling = (async () => {
    while (!ended) {
      try {
        samples.take(now());
      } catch {
        // Processes can't be listed while a Raspberry Pi or a VM boots.
      }
      await pause(sampleSeconds * 1000);
    }
  })();
  const injectAndRepair = async (fault: SoakFault, text: string) => {
    const { inject, repair } = injectionOf(testbed, fault);
    const onTime = async (second: number, work: typeof inject, latest: number) => {
      // Unreferenced: if the run fails, faults that are still to come don't keep this process alive.
      await pause(Math.max(0, second - now()) * 1000, undefined, { ref: false });
      await work();
      if (now() > latest) late.push(`${text}: ${(now() - second).toFixed(0)} s late`);
    };
    await onTime(fault.at, inject, fault.at + maxDelaySeconds);
    const at = now();
    log(`${at.toFixed(0)} s: ${text}${repair ? `, until ${fault.until.toFixed(0)} s` : ""}`);
    // A repair takes time if something has to boot; the rest of the recovery time is for the paths to come up.
    if (repair) await onTime(fault.until, repair, (fault.until + recoveredAt(fault)) / 2);
    faults.push({ at, until: now(), text });
  };
  const injecting = plan.map(async (fault) => {
    const text = `${fault.kind}: ${Object.values(fault.target).join(" ")}`;
    try {
      await injectAndRepair(fault, text);
    } catch (error) {
      // The run goes on, and fails at its end because of this.
      late.push(`${text}: ${(error as Error).message}`);
      log(`${now().toFixed(0)} s: ${late.at(-1)!}`);
    }
  });
  try {
    await Promise.all(injecting);
    await pause(Math.max(0, seconds - now()) * 1000);
  } finally {
    ended = true;
  }
  const output = await load.stop();
  const length = now();
  await sampling;

  const evaluated = evaluate(testbed, output, start, length);
  const { statistics, signatures } = evaluated;
  const { forwarderSeconds } = stageTimeouts(testbed.configuration, testbed.configuration.bakers[0]!);
  return {
    name: "soak",
    title: `Random faults, several at a time, for ${(seconds / 60).toFixed(0)} min (seed ${seed})`,
    system: "ours",
    seconds: length,
    faults: faults.sort((a, b) => a.at - b.at),
    ...evaluated,
    checks: [
      ...noneFailed(statistics),
      // A request may wait for both forwarders, and for all the signers and uplinks behind each.
      slowestWithin(statistics, 2 * forwarderSeconds + 0.5),
      ...invariants(statistics, signatures),
      ...samples.series.map((series) => flatCheck(series, seconds)),
      { text: "every fault on time", actual: late[0] ?? `${plan.length} of ${plan.length}`, passed: late.length === 0 },
    ],
  };
}

const topologyOf = ({ variant, cloud }: Testbed): Topology => ({
  signers: variant.signers,
  uplinks: variant.uplinks,
  forwarders: cloud.forwarders.map(({ name }) => name),
});

function flatCheck(series: Series, seconds: number): Check {
  const text = `${series.name}: ${series.unit} flat`;
  const result = flatness(series);
  if (!result) return { text, actual: "the run was too short to tell", passed: seconds < conclusiveSeconds };
  const { flat, growthPerHour, median, probability } = result;
  const growth = `${growthPerHour < 0 ? "" : "+"}${growthPerHour.toFixed(1)} an hour`;
  return { text, actual: `${median.toFixed(0)}, ${growth} (p = ${probability.toFixed(2)})`, passed: flat };
}
