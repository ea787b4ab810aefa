import { setTimeout as pause } from "node:timers/promises";
import { stageTimeouts } from "../../../lib/config/facts/signer-path";
import type { Laboratory } from "../../cluster/laboratory";
import type { Testbed } from "../testbed/testbed";
import {
  invariants,
  statisticsOf,
  noneFailed,
  requestRecords,
  slowestWithin,
  withSigners,
} from "../evaluation/statistics";
import { withPaths } from "../evaluation/request-paths";
import type { Check, DrillRun, Fault } from "../records";
import { rate, startLoad } from "../drills/run-drill";
import { stateChangesOf } from "../evaluation/state-changes";
import { broken } from "./injection";
import { flatness } from "./flatness";
import { type Parts, settledAt, type SoakFault, soakPlan } from "./plan";
import { ProcessSamples } from "./process-samples";

/** Between two looks at the processes. */
const sampleSeconds = 10;
/** A run from this long on must tell whether the programs leak. */
const tellingSeconds = 1200;
/** The plan reckons with faults that begin when it says. A machine that is later than this has proved nothing. */
const latestSeconds = 15;

export interface SoakOptions {
  readonly seconds: number;
  /** The same one leads to the same faults. */
  readonly seed: number;
  readonly log: (line: string) => void;
}

/** Breaks a testbed in many places at once, for as long as asked, while it signs; it is whole again at the end. */
export async function soak(lab: Laboratory, testbed: Testbed, { seconds, seed, log }: SoakOptions): Promise<DrillRun> {
  const plan = soakPlan(partsOf(testbed), seconds, seed);
  let start = Date.now() / 1000;
  log(`soak: ${plan.length} faults in ${(seconds / 60).toFixed(0)} min, seed ${seed}`);
  const load = startLoad(lab, testbed, ({ at, outcome, error }) => {
    if (outcome !== "signed") log(`${(at - start).toFixed(0)} s: a request ${outcome}: ${error}`);
  });
  await load.begun;
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
        // A machine that is just booting can't be looked into.
      }
      await pause(sampleSeconds * 1000);
    }
  })();
  const breakOnce = async (fault: SoakFault, text: string) => {
    const { begin, end } = broken(testbed, fault);
    const onTime = async (second: number, work: typeof begin, latest: number) => {
      // Should the run fail, what was still to be broken does not keep this process alive.
      await pause(Math.max(0, second - now()) * 1000, undefined, { ref: false });
      await work();
      if (now() > latest) late.push(`${text}: ${(now() - second).toFixed(0)} s late`);
    };
    await onTime(fault.at, begin, fault.at + latestSeconds);
    const at = now();
    log(`${at.toFixed(0)} s: ${text}${end ? `, until ${fault.until.toFixed(0)} s` : ""}`);
    // Mending takes a while where something boots; then the paths need the rest of the time to stand again.
    if (end) await onTime(fault.until, end, (fault.until + settledAt(fault)) / 2);
    faults.push({ at, until: now(), text });
  };
  const breaking = plan.map(async (fault) => {
    const text = `${fault.kind}: ${Object.values(fault.target).join(" ")}`;
    try {
      await breakOnce(fault, text);
    } catch (error) {
      // An hour's run goes on; that this one was missing is told at its end.
      late.push(`${text}: ${(error as Error).message}`);
      log(`${now().toFixed(0)} s: ${late.at(-1)!}`);
    }
  });
  try {
    await Promise.all(breaking);
    await pause(Math.max(0, seconds - now()) * 1000);
  } finally {
    ended = true;
  }
  const requests = requestRecords(await load.end(), start).filter(({ at }) => at >= 0);
  const length = now();
  await sampling;

  const signatures = testbed.signatures(start);
  const told = withPaths(testbed, withSigners(requests, signatures), start);
  const statistics = statisticsOf(told, signatures, 1 / rate);
  const { forwarderSeconds } = stageTimeouts(testbed.configuration, testbed.configuration.bakers[0]!);
  return {
    name: "soak",
    title: `faults of all kinds at once, for ${(seconds / 60).toFixed(0)} min (seed ${seed})`,
    system: "ours",
    seconds: length,
    faults: faults.sort((a, b) => a.at - b.at),
    requests: told,
    signatures,
    stateChanges: stateChangesOf(testbed, start).filter(({ at }) => at <= length),
    statistics,
    checks: [
      ...noneFailed(statistics),
      // Two forwarders, each with all that can hang behind it.
      slowestWithin(statistics, 2 * forwarderSeconds + 0.5),
      ...invariants(statistics, signatures),
      ...samples.series.map((series) => flatCheck(series, seconds)),
      { text: "every fault on time", actual: late[0] ?? `${plan.length} of ${plan.length}`, passed: late.length === 0 },
    ],
  };
}

export const partsOf = ({ variant, forwarders }: Testbed): Parts => ({
  signers: variant.signers,
  uplinks: variant.uplinks,
  forwarders: forwarders.map(({ name }) => name),
});

function flatCheck(series: ProcessSamples["series"][number], seconds: number): Check {
  const text = `${series.name}: ${series.unit} flat`;
  const found = flatness(series);
  if (!found) return { text, actual: "too short a run to tell", passed: seconds < tellingSeconds };
  const { flat, growthPerHour, median, byChance } = found;
  const grown = `${growthPerHour < 0 ? "" : "+"}${growthPerHour.toFixed(1)} an hour`;
  return { text, actual: `${median.toFixed(0)}, ${grown} (by chance: ${byChance.toFixed(2)})`, passed: flat };
}
