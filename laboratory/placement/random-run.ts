import { setTimeout as pause } from "node:timers/promises";
import { poolLabel } from "../../lib/config/facts/pools";
import type { Configuration } from "../../lib/config/schema/configuration";
import { roleLabel } from "../../lib/kubernetes/labels";
import { SimulatedFarm } from "./simulated-farm";
import type { SimulatedVm } from "../cluster/simulated-vm";
import { provisionVolumes } from "../stand-ins/volume-provisioner";
import { randomNumbers } from "../random";
import { watchPlaces } from "./watch";

/* eslint-disable @typescript-eslint/no-explicit-any -- objects of Kubernetes' API, read by path */

export interface RandomRunOptions {
  readonly configuration: Configuration;
  readonly seed: number;
  readonly events: number;
  readonly log: (line: string) => void;
}

export interface RandomRunResult {
  /** What did not hold. */
  readonly failures: readonly string[];
  /** How often each kind of event came. */
  readonly counts: Readonly<Record<string, number>>;
  /** How often it was looked where all pods are. */
  readonly looks: number;
  /** Seconds from "all machines are back" to "everything runs", each time. */
  readonly recoveries: readonly number[];
  /** Seconds from "Node deleted" to "baking pod on the spare". */
  readonly deletedToSpare: number;
}

/** All machines are brought back after so many events, and everything must run within the bound. */
const recoverEvery = 25;
/** Back-off and the scheduler's own rounds; Kubernetes looks at a pod that is forgotten after 5 min at the latest. */
const recoverSeconds = 120;

/** Machines and pods come and go at random; it is looked all the time where pods are. */
export async function randomRun({ configuration, seed, events, log }: RandomRunOptions): Promise<RandomRunResult> {
  const farm = await SimulatedFarm.start(configuration);
  const { controlPlane } = farm;
  // Big enough for all: that there is no room must not be what keeps pods apart.
  const vms = farm.vms.map((vm) => ({
    ...vm,
    allocatable: { cpu: 64, memoryGiB: 256, pods: 110 },
  }));
  await controlPlane.powerOn(vms);
  const watch = watchPlaces(controlPlane, farm.namespace);
  const failures: string[] = [];
  const counts: Record<string, number> = {};
  const recoveries: number[] = [];
  try {
    const deletedToSpare = await measureDeletion(farm, vms);
    log(`baking pod on the spare ${deletedToSpare.toFixed(1)} s after its Node was deleted`);
    const random = randomNumbers(seed);
    const one = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)]!;
    const nodes = () => controlPlane.get(["nodes"]).items.map(({ metadata }: any) => metadata.name as string);
    const kinds: Record<string, (vm: SimulatedVm) => void> = {
      "falls silent": ({ name }) => nodes().includes(name) && controlPlane.lose(name),
      "is deleted": ({ name }) => void controlPlane.kubectl(["delete", "node", name, "--ignore-not-found"]),
      "comes back": (vm) => controlPlane.add([vm]),
      "loses its taints": ({ name }) => nodes().includes(name) && patchTaints(farm, name),
      "is called one of another pool, without taints": ({ name }) => {
        if (!nodes().includes(name)) return;
        patchTaints(farm, name);
        controlPlane.kubectl(["label", "node", name, `${poolLabel}=${one(["public", "baking"])}`, "--overwrite"]);
      },
      "has its pods deleted": ({ name }) => deletePods(farm, ({ spec }) => spec.nodeName === name),
      "is forgotten, and all pods of a role are deleted": () => {
        const role = one(["public", "baking", "forwarder"]);
        deletePods(farm, ({ metadata }) => metadata.labels[roleLabel] === role);
      },
    };
    for (let event = 1; event <= events; event++) {
      const kind = one(Object.keys(kinds));
      const vm = one(vms);
      counts[kind] = (counts[kind] ?? 0) + 1;
      kinds[kind]!(vm);
      // From at once to longer than it takes until a silent machine is noticed.
      await pause(1000 * (random() ** 6 * 14));
      provisionVolumes(controlPlane);
      if (event % recoverEvery !== 0 && event !== events) continue;
      await controlPlane.powerOn(vms);
      // What somebody does who has taken back the labels that were wrong: a running pod stays where it is.
      const pools = new Map(vms.map(({ name, labels }) => [name, labels?.[poolLabel]]));
      deletePods(farm, ({ spec }) => spec.nodeName && pools.get(spec.nodeName) !== spec.nodeSelector[poolLabel]);
      const begin = Date.now();
      try {
        await farm.untilRunning(recoverSeconds);
        recoveries.push((Date.now() - begin) / 1000);
        log(`${event} events: everything runs ${recoveries.at(-1)!.toFixed(0)} s after the last machine was back`);
      } catch (error) {
        failures.push(`after ${event} events: ${(error as Error).message}`);
        break;
      }
    }
    const { broken, looks } = watch.end();
    return { failures: [...broken, ...failures], counts, looks, recoveries, deletedToSpare };
  } finally {
    watch.end();
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
    "the baking pod is on the spare",
    () => {
      const there = farm.pods("baking").find(({ metadata }) => metadata.name === pod.metadata.name);
      return there?.metadata.uid !== pod.metadata.uid && there?.status.phase === "Running";
    },
    180,
  );
  const seconds = (Date.now() - begin) / 1000;
  await farm.controlPlane.powerOn(vms);
  return seconds;
}

function patchTaints({ controlPlane }: SimulatedFarm, name: string): void {
  const { spec } = controlPlane.get(["node", name]);
  // The control plane's own stay: they say that the machine is silent.
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
