import { exampleConfiguration } from "../examples";
import type { DrillOptions, DrillResult } from "../result";
import { randomRun } from "./random-run";

const events = 200;

/** A long random run on simulated machines: what must never be never is, and what comes back comes back whole. */
export async function placementDrill({ log, seed }: DrillOptions & { readonly seed: number }): Promise<DrillResult> {
  log(`${events} events; seed ${seed}`);
  const { failures, counts, looks, recoveries, deletedToSpare } = await randomRun({
    configuration: exampleConfiguration(),
    seed,
    events,
    log,
  });
  const lines = [
    `a VM ${Object.entries(counts)
      .map(([kind, count]) => `${kind} ${count}`)
      .join(", ")} times; seed ${seed}`,
    `${looks} changes of pods seen: no public and baking node on one VM, no two pods of one baker`,
    `everything ran again after ${Math.max(...recoveries).toFixed(0)} s at most, ${recoveries.length} times`,
    `from "Node deleted" to "baking pod on the spare": ${deletedToSpare.toFixed(1)} s`,
  ];
  return {
    name: "placement",
    ok: failures.length === 0,
    lines: failures.length > 0 ? [`seed ${seed}`, ...failures] : lines,
  };
}
