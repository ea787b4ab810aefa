import { spawn } from "node:child_process";
import { join } from "node:path";
import { roleLabel } from "../../lib/kubernetes/labels";
import { binaries, type ControlPlane } from "../cluster/control-plane";

/* eslint-disable @typescript-eslint/no-explicit-any -- objects of Kubernetes' API, read by path */

/** A running watch. */
export interface Watch {
  /** Stops watching. @returns all violations, and the number of observed changes of pods */
  stop(): { readonly violations: readonly string[]; readonly changes: number };
}

/**
 * Watches every change of every pod, and checks after each that no VM has both a baking pod and one that is open to the
 * internet, and that no two pods of one baker are on VMs.
 */
export function watchPlacement(controlPlane: ControlPlane, namespace: string): Watch {
  const parameters = ["--kubeconfig", controlPlane.kubeconfig, "--namespace", namespace];
  const watching = ["get", "pods", "--watch", "--output-watch-events", "--output", "json"];
  const kubectl = spawn(join(binaries(), "kubectl"), [...parameters, ...watching], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const placement = new Placement();
  let rest = "";
  kubectl.stdout.on("data", (data: Buffer) => {
    const lines = (rest + data.toString()).split("\n");
    rest = lines.pop()!;
    for (const line of lines) placement.observe(JSON.parse(line));
  });
  kubectl.once("exit", () => placement.violations.add("kubectl exited, so that changes were no longer watched"));
  return {
    stop: () => {
      kubectl.removeAllListeners("exit");
      kubectl.kill("SIGKILL");
      const { violations, changes } = placement;
      return { violations: [...violations, ...(changes === 0 ? ["no change was observed"] : [])], changes };
    },
  };
}

/** The placement of pods, and its violations so far. */
export class Placement {
  readonly violations = new Set<string>();
  changes = 0;
  private readonly pods = new Map<string, any>();

  /** Processes a watch event of a pod. */
  observe({ type, object }: { readonly type: string; readonly object: any }): void {
    this.changes++;
    if (type === "DELETED") this.pods.delete(object.metadata.uid);
    else this.pods.set(object.metadata.uid, object);
    this.check();
  }

  private check(): void {
    const placed = [...this.pods.values()].filter(({ spec, status }) => {
      return spec.nodeName !== undefined && !["Succeeded", "Failed"].includes(status.phase);
    });
    const openRoles = ["public", "dal"];
    const baking = placed.filter(({ metadata }) => metadata.labels[roleLabel] === "baking");
    for (const pod of baking) {
      const neighbours = placed.filter(({ spec }) => spec.nodeName === pod.spec.nodeName);
      const open = neighbours.find(({ metadata }) => openRoles.includes(metadata.labels[roleLabel]));
      if (open) this.violations.add(`${pod.metadata.name} and ${open.metadata.name} shared ${pod.spec.nodeName}`);
      const twin = baking.find(
        ({ metadata }) => metadata.uid !== pod.metadata.uid && instanceOf(metadata) === instanceOf(pod.metadata),
      );
      if (twin) this.violations.add(`two pods of baker ${instanceOf(pod.metadata)} were on VMs`);
    }
  }
}

const instanceOf = ({ labels }: any): string => labels["app.kubernetes.io/instance"];
