import { type Role, roleLabel } from "../../lib/kubernetes/labels";
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
 * Both stacks of a configuration in a simulated cluster: simulated VMs as those of `platform`, the objects of `baker` on
 * a real control plane, and the pods that GKE adds to a cluster.
 */
export class SimulatedFarm {
  /** Starts the control plane only; the caller adds VMs and objects. Call stop() when done. */
  static async prepare(configuration: Configuration): Promise<SimulatedFarm> {
    const stacks = synthesise(configuration);
    const objects = bakerObjects(stacks);
    const controlPlane = await ControlPlane.start({ scheduler: true, controllers: true });
    applyDefinitions(controlPlane);
    return new SimulatedFarm(configuration.name, controlPlane, objects, simulatedVms(stacks.platform));
  }

  /** Starts all of it and waits until every pod is running. Call stop() when done. */
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

  /** The number of pods that the workloads specify, without those that run on every VM of a pool. */
  get expectedPods(): number {
    const workloads: any[] = this.objects.filter(({ kind }) => kind === "StatefulSet" || kind === "Deployment");
    return workloads.map(({ spec }) => spec.replicas as number).reduce((sum, replicas) => sum + replicas, 0);
  }

  /** The deployment's pods. @param role @default - all roles, except those that run on every VM of a pool */
  pods(role?: string): any[] {
    const selector = role === undefined ? `${roleLabel}!=${prePull}` : `${roleLabel}=${role}`;
    return this.controlPlane.get(["pods", "--namespace", this.namespace, "--selector", selector]).items;
  }

  /** The VM of that name. @throws Error if it does not exist */
  vm(name: string): SimulatedVm {
    const vm = this.vms.find((each) => each.name === name);
    if (!vm) throw new Error(`VM ${name} does not exist`);
    return vm;
  }

  /**
   * Waits until all pods are running, including those of GKE.
   * @param seconds @default 60
   * @returns all pods
   * @throws Error with the scheduler's messages about the pods that aren't running
   */
  async untilRunning(seconds?: number): Promise<any[]> {
    let pods: any[] = [];
    const waiting = () => pods.filter((pod) => !isRunning(pod) && !isDone(pod));
    try {
      await this.controlPlane.until(
        `${this.expectedPods} pods are running`,
        () => {
          provisionVolumes(this.controlPlane);
          pods = this.controlPlane.get(["pods", "--all-namespaces"]).items;
          const own = pods.filter(
            ({ metadata }) => metadata.namespace === this.namespace && metadata.labels[roleLabel] !== prePull,
          );
          return own.length === this.expectedPods && waiting().length === 0;
        },
        seconds,
      );
    } catch (error) {
      const reasons = waiting().map((pod) => `${pod.metadata.name}: ${conditionOf(pod, "PodScheduled")?.message}`);
      const message = `${(error as Error).message}; ${pods.length} pods exist; ${reasons.join("; ")}`;
      throw new Error(message, { cause: error });
    }
    return pods;
  }

  /** Stops the control plane. */
  stop(): Promise<void> {
    return this.controlPlane.stop();
  }
}

/** Role of the pods that run on every VM of a pool, and of the one that checks their images. */
const prePull: Role = "image-pre-pull";

/** Whether a pod is running and not terminating. */
export const isRunning = ({ metadata, status }: any): boolean =>
  status.phase === "Running" && metadata.deletionTimestamp === undefined;

/** Whether a pod has done what it was created for. */
const isDone = ({ status }: any): boolean => status.phase === "Succeeded";

/** The condition of that type in an object's status, or undefined. */
export function conditionOf(object: any, type: string): any {
  return object?.status.conditions?.find((condition: any) => condition.type === type);
}
