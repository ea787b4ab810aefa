import { exampleConfiguration } from "../examples";
import type { DrillOptions, DrillResult } from "../result";
import { randomRun } from "./random-run";

const events = 200;

/** A long random run on simulated VMs: pods are never placed wrongly, and everything runs again afterwards. */
export async function placementDrill({ log, seed }: DrillOptions & { readonly seed: number }): Promise<DrillResult> {
  log(`${events} events; seed ${seed}`);
  const { failures, counts, changes, recoveries, deletedToSpare } = await randomRun({
    configuration: exampleConfiguration(),
    seed,
    events,
    log,
  });
  const lines = [
    `events: ${Object.entries(counts)
      .map(([kind, count]) => `${kind} (${count})`)
      .join(", ")}; seed ${seed}`,
    `${changes} changes of pods observed: never a public node next to a baking node, never two pods of one baker`,
    `everything was running again within ${Math.max(...recoveries).toFixed(0)} s, ${recoveries.length} times`,
    `from the deletion of a Node to the baking pod on the spare VM: ${deletedToSpare.toFixed(1)} s`,
  ];
  return {
    name: "placement",
    ok: failures.length === 0,
    lines: failures.length > 0 ? [`seed ${seed}`, ...failures] : lines,
  };
}
