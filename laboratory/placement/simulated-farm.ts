import { roleLabel } from "../../lib/kubernetes/labels";
import type { Configuration } from "../../lib/config/schema/configuration";
import { ControlPlane } from "../cluster/control-plane";
import { applyDefinitions, podsOfGke } from "../stand-ins/gke";
import { bakerObjects } from "../convert/baker-objects";
import type { KubernetesObject } from "../convert/kubernetes-objects";
import { type SimulatedVm, simulatedVms } from "../cluster/simulated-vm";
import { synthesise } from "../synthesis";
import { provisionVolumes } from "../stand-ins/volume-provisioner";

/* eslint-disable @typescript-eslint/no-explicit-any -- objects of Kubernetes' API, read by path */

/**
 * Both stacks of a configuration, as they stand in a cluster: the machines that `platform` makes, simulated, and the
 * objects of `baker` on a real control plane, with pods as GKE brings them. It runs nothing before start().
 */
export class SimulatedFarm {
  /** The control plane alone: machines and objects are the caller's to add. Tests call stop() in afterAll. */
  static async prepare(configuration: Configuration): Promise<SimulatedFarm> {
    const stacks = synthesise(configuration);
    const objects = bakerObjects(stacks);
    const controlPlane = await ControlPlane.start({ scheduler: true, controllers: true });
    applyDefinitions(controlPlane);
    return new SimulatedFarm(configuration.name, controlPlane, objects, simulatedVms(stacks.platform));
  }

  /** All of it, once every pod runs. */
  static async start(configuration: Configuration): Promise<SimulatedFarm> {
    const farm = await SimulatedFarm.prepare(configuration);
    try {
      await farm.controlPlane.powerOn(farm.vms);
      farm.controlPlane.apply(podsOfGke);
      farm.controlPlane.apply(farm.objects);
      await farm.untilRunning();
      return farm;
    } catch (error) {
      await farm.stop();
      throw error;
    }
  }

  private constructor(
    readonly namespace: string,
    readonly controlPlane: ControlPlane,
    /** Of stack `baker`. */
    readonly objects: readonly KubernetesObject[],
    /** Of stack `platform`. */
    readonly vms: readonly SimulatedVm[],
  ) {}

  /** How many pods the objects ask for. */
  get expectedPods(): number {
    const workloads: any[] = this.objects.filter(({ kind }) => kind === "StatefulSet" || kind === "Deployment");
    return workloads.map(({ spec }) => spec.replicas as number).reduce((sum, replicas) => sum + replicas, 0);
  }

  /** The deployment's own pods. */
  pods(role?: string): any[] {
    const selector = role === undefined ? [] : ["--selector", `${roleLabel}=${role}`];
    return this.controlPlane.get(["pods", "--namespace", this.namespace, ...selector]).items;
  }

  vm(name: string): SimulatedVm {
    const vm = this.vms.find((each) => each.name === name);
    if (!vm) throw new Error(`there is no machine ${name}`);
    return vm;
  }

  /**
   * Waits until all pods run, those of GKE included.
   * @throws Error with what the scheduler says of the pods that don't run in time
   */
  async untilRunning(seconds?: number): Promise<any[]> {
    let pods: any[] = [];
    const waiting = () => pods.filter((pod) => !runs(pod));
    try {
      await this.controlPlane.until(
        `${this.expectedPods} pods run`,
        () => {
          provisionVolumes(this.controlPlane);
          pods = this.controlPlane.get(["pods", "--all-namespaces"]).items;
          const own = pods.filter(({ metadata }) => metadata.namespace === this.namespace);
          return own.length === this.expectedPods && waiting().length === 0;
        },
        seconds,
      );
    } catch (error) {
      const reasons = waiting().map((pod) => `${pod.metadata.name}: ${conditionOf(pod, "PodScheduled")?.message}`);
      const message = `${(error as Error).message}; there are ${pods.length} pods; ${reasons.join("; ")}`;
      throw new Error(message, { cause: error });
    }
    return pods;
  }

  stop(): Promise<void> {
    return this.controlPlane.stop();
  }
}

/** Whether a pod runs and is not about to end. */
export const runs = ({ metadata, status }: any): boolean =>
  status.phase === "Running" && metadata.deletionTimestamp === undefined;

export function conditionOf(object: any, type: string): any {
  return object?.status.conditions?.find((condition: any) => condition.type === type);
}
