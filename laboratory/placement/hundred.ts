import { poolLabel } from "../../lib/config/facts/pools";
import { roleLabel } from "../../lib/kubernetes/labels";
import { podsOfGke } from "../stand-ins/gke";
import { SimulatedFarm } from "./simulated-farm";
import { synthesise } from "../synthesis";
import type { DrillOptions, DrillResult } from "../result";
import { manyBakers } from "./many-bakers";

/* eslint-disable @typescript-eslint/no-explicit-any -- objects of Kubernetes' API, read by path */

const bakers = 100;
/** Number of objects for one kubectl. */
const batchSize = 200;
/** With `factor` times as many bakers, a step may take up to `limit` times as long. */
const [fewer, factor, limit] = [10, 10, 15];

/** A hundred bakers with two hundred signers are checked, synthesised, admitted and scheduled; each step is timed. */
export async function hundredDrill({ log }: DrillOptions): Promise<DrillResult> {
  const failures: string[] = [];
  const lines: string[] = [];
  const report = (line: string) => {
    log(line);
    lines.push(line);
  };
  // Loading and compiling at the first use is not part of the measurement.
  synthesise(manyBakers(2));
  for (const [what, work] of [
    ["check of the configuration", (count: number) => void manyBakers(count)],
    ["synthesis", (count: number) => void synthesise(manyBakers(count))],
  ] as const) {
    const [few, many] = [seconds(() => work(fewer)), seconds(() => work(fewer * factor))];
    report(
      `${what}: ${many.toFixed(1)} s for ${fewer * factor} bakers, ${(many / few).toFixed(1)} times as long as for ${fewer}`,
    );
    if (many / few > limit) failures.push(`${what} grows faster than its input`);
  }

  const farm = await SimulatedFarm.prepare(manyBakers(bakers));
  try {
    const { controlPlane, vms, objects } = farm;
    await controlPlane.powerOn(vms);
    controlPlane.apply(podsOfGke);
    const warnings: string[] = [];
    const admission = seconds(() => {
      // A single kubectl for all objects would exceed its time-out.
      for (let first = 0; first < objects.length; first += batchSize)
        warnings.push(...controlPlane.apply(objects.slice(first, first + batchSize)));
    });
    report(`admission of ${objects.length} objects: ${admission.toFixed(1)} s, ${warnings.length} warnings`);
    if (warnings.length > 0) failures.push(`the API server warns: ${warnings[0]}`);
    const begin = Date.now();
    await farm.untilRunning(600);
    report(
      `${farm.expectedPods} pods on ${vms.length} VMs: all running ${((Date.now() - begin) / 1000).toFixed(1)} s later`,
    );
    failures.push(...misplaced(farm));
  } catch (error) {
    failures.push((error as Error).message);
  } finally {
    await farm.stop();
  }
  return { name: "hundred", ok: failures.length === 0, lines: failures.length > 0 ? failures : lines };
}

function misplaced(farm: SimulatedFarm): string[] {
  const nodes: any[] = farm.controlPlane.get(["nodes"]).items;
  const pools = new Map(nodes.map(({ metadata }) => [metadata.name, metadata.labels[poolLabel]]));
  const expected: Record<string, string> = { baking: "baking", public: "public", forwarder: "system" };
  return farm
    .pods()
    .filter(({ metadata, spec }) => pools.get(spec.nodeName) !== expected[metadata.labels[roleLabel]])
    .map(({ metadata, spec }) => `${metadata.name} is on ${spec.nodeName}`);
}

function seconds(work: () => void): number {
  const begin = performance.now();
  work();
  return (performance.now() - begin) / 1000;
}
