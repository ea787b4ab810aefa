import { setTimeout as pause } from "node:timers/promises";
import { poolLabel } from "../../lib/config/facts/pools";
import type { Configuration } from "../../lib/config/schema/configuration";
import { roleLabel } from "../../lib/kubernetes/labels";
import { SimulatedFarm } from "./simulated-farm";
import type { SimulatedVm } from "../cluster/simulated-vm";
import { provisionVolumes } from "../stand-ins/volume-provisioner";
import { randomNumbers } from "../random";
import { watchPlacement } from "./watch";

/* eslint-disable @typescript-eslint/no-explicit-any -- objects of Kubernetes' API, read by path */

/** Length and randomness of a run. */
export interface RandomRunOptions {
  readonly configuration: Configuration;
  readonly seed: number;
  readonly events: number;
  readonly log: (line: string) => void;
}

/** What a run has measured. */
export interface RandomRunResult {
  /** What went wrong. */
  readonly failures: readonly string[];
  /** The number of events of each kind. */
  readonly counts: Readonly<Record<string, number>>;
  /** The number of observed changes of pods. */
  readonly changes: number;
  /** Seconds from the return of all VMs until everything was running, each time. */
  readonly recoveries: readonly number[];
  /** Seconds from the deletion of a Node until its baking pod was running on the spare VM. */
  readonly deletedToSpare: number;
}

/** After this many events all VMs are brought back, and everything must be running within recoverSeconds. */
const recoverEvery = 25;
/** Includes back-off and the scheduler's own intervals. */
const recoverSeconds = 120;

/** VMs and pods come and go at random, while the placement of pods is watched. */
export async function randomRun({ configuration, seed, events, log }: RandomRunOptions): Promise<RandomRunResult> {
  const farm = await SimulatedFarm.start(configuration);
  const { controlPlane } = farm;
  // Large enough for all pods: a lack of room must not be what keeps them apart.
  const vms = farm.vms.map((vm) => ({
    ...vm,
    allocatable: { cpu: 64, memoryGiB: 256, pods: 110 },
  }));
  await controlPlane.powerOn(vms);
  const watch = watchPlacement(controlPlane, farm.namespace);
  const failures: string[] = [];
  const counts: Record<string, number> = {};
  const recoveries: number[] = [];
  try {
    const deletedToSpare = await measureDeletion(farm, vms);
    log(`baking pod on the spare VM ${deletedToSpare.toFixed(1)} s after its Node was deleted`);
    const random = randomNumbers(seed);
    const one = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)]!;
    const nodes = () => controlPlane.get(["nodes"]).items.map(({ metadata }: any) => metadata.name as string);
    const kinds: Record<string, (vm: SimulatedVm) => void> = {
      "VM stops responding": ({ name }) => nodes().includes(name) && controlPlane.lose(name),
      "Node is deleted": ({ name }) => void controlPlane.kubectl(["delete", "node", name, "--ignore-not-found"]),
      "VM comes back": (vm) => controlPlane.add([vm]),
      "Node loses its taints": ({ name }) => nodes().includes(name) && patchTaints(farm, name),
      "Node gets the label of a different pool, without taints": ({ name }) => {
        if (!nodes().includes(name)) return;
        patchTaints(farm, name);
        controlPlane.kubectl(["label", "node", name, `${poolLabel}=${one(["public", "baking"])}`, "--overwrite"]);
      },
      "pods of a VM are deleted": ({ name }) => deletePods(farm, ({ spec }) => spec.nodeName === name),
      "pods of a role are deleted": () => {
        const role = one(["public", "baking", "forwarder"]);
        deletePods(farm, ({ metadata }) => metadata.labels[roleLabel] === role);
      },
    };
    for (let event = 1; event <= events; event++) {
      const kind = one(Object.keys(kinds));
      const vm = one(vms);
      counts[kind] = (counts[kind] ?? 0) + 1;
      kinds[kind]!(vm);
      // From 0 s to longer than it takes to notice that a VM has stopped responding.
      await pause(1000 * (random() ** 6 * 14));
      provisionVolumes(controlPlane);
      if (event % recoverEvery !== 0 && event !== events) continue;
      await controlPlane.powerOn(vms);
      // As an operator would after correcting the labels: a running pod is not moved.
      const pools = new Map(vms.map(({ name, labels }) => [name, labels?.[poolLabel]]));
      deletePods(farm, ({ spec }) => spec.nodeName && pools.get(spec.nodeName) !== spec.nodeSelector[poolLabel]);
      const begin = Date.now();
      try {
        await farm.untilRunning(recoverSeconds);
        recoveries.push((Date.now() - begin) / 1000);
        log(`${event} events: everything running ${recoveries.at(-1)!.toFixed(0)} s after the last VM came back`);
      } catch (error) {
        failures.push(`after ${event} events: ${(error as Error).message}`);
        break;
      }
    }
    const { violations, changes } = watch.stop();
    return { failures: [...violations, ...failures], counts, changes, recoveries, deletedToSpare };
  } finally {
    watch.stop();
    await farm.stop();
  }
}

async function measureDeletion(farm: SimulatedFarm, vms: readonly SimulatedVm[]): Promise<number> {
  const [pod] = farm.pods("baking");
  const { name } = farm.vm(pod.spec.nodeName);
  farm.controlPlane.lose(name);
  farm.controlPlane.kubectl(["delete", "node", name]);
  const begin = Date.now();
  await farm.controlPlane.until(
    "the baking pod is on the spare VM",
    () => {
      const current = farm.pods("baking").find(({ metadata }) => metadata.name === pod.metadata.name);
      return current?.metadata.uid !== pod.metadata.uid && current?.status.phase === "Running";
    },
    180,
  );
  const seconds = (Date.now() - begin) / 1000;
  await farm.controlPlane.powerOn(vms);
  return seconds;
}

function patchTaints({ controlPlane }: SimulatedFarm, name: string): void {
  const { spec } = controlPlane.get(["node", name]);
  // The control plane's taints stay: they mark a VM that does not respond.
  const taints = (spec.taints ?? []).filter(({ key }: any) => key !== poolLabel);
  controlPlane.kubectl(["patch", "node", name, "--type=merge", "-p", JSON.stringify({ spec: { taints } })]);
}

function deletePods(farm: SimulatedFarm, which: (pod: any) => boolean): void {
  const names = farm
    .pods()
    .filter(which)
    .map(({ metadata }) => metadata.name);
  if (names.length === 0) return;
  farm.controlPlane.kubectl(["-n", farm.namespace, "delete", "pods", ...names, "--wait=false", "--ignore-not-found"]);
}
