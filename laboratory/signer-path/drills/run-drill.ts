import { setTimeout as pause } from "node:timers/promises";
import { invariants } from "../evaluation/checks";
import { evaluate } from "../evaluation/evaluate";
import type { DrillRun, Fault } from "../records";
import { LiveRun, Progress } from "../report/progress";
import type { Testbed } from "../testbed/testbed";
import type { PathDrill } from "./path-drill";

/** How long the baker signs before the fault. */
const baselineSeconds = 5;

/** Runs a drill on a testbed on which every path is up. */
export async function runDrill(testbed: Testbed, drill: PathDrill, progress = new Progress()): Promise<DrillRun> {
  const live = new LiveRun(progress, () => testbed.signatures(Date.now() / 1000 - 5).at(-1)?.signer);
  try {
    return await runWithProgress(testbed, drill, live);
  } finally {
    live.end();
  }
}

async function runWithProgress(testbed: Testbed, drill: PathDrill, live: LiveRun): Promise<DrillRun> {
  await drill.prepare?.(testbed);
  const load = testbed.startLoad(live.count);
  await load.started;
  const start = Date.now() / 1000;
  const now = () => Date.now() / 1000 - start;
  await pause(1000 * baselineSeconds);

  const at = now();
  live.fault = drill.fault;
  await drill.inject(testbed);
  await pause(1000 * drill.lastsSeconds);
  const until = now();
  await drill.repair?.(testbed);
  live.fault = undefined;
  const faults: Fault[] = [{ at, until: drill.repair ? now() : until, text: drill.fault }];
  await pause(1000 * (drill.afterwardsSeconds ?? 8));
  const output = await load.stop();
  const seconds = now();
  await drill.cleanUp?.(testbed);

  const { name, title } = drill;
  const evaluated = evaluate(testbed, output, start, seconds);
  const run = { name, title, system: "ours" as const, seconds, faults, ...evaluated };
  const { statistics, signatures } = evaluated;
  return { ...run, checks: [...drill.checks({ ...run, testbed }), ...invariants(statistics, signatures)] };
}
