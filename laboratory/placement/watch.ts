import { spawn } from "node:child_process";
import { join } from "node:path";
import { roleLabel } from "../../lib/kubernetes/labels";
import { binaries, type ControlPlane } from "../cluster/control-plane";

/* eslint-disable @typescript-eslint/no-explicit-any -- objects of Kubernetes' API, read by path */

export interface Watch {
  /** Stops it. @returns what was ever broken, and how many changes of pods were seen */
  end(): { readonly broken: readonly string[]; readonly looks: number };
}

/**
 * Sees every change of every pod, as the API server tells it, and checks after each: no VM has a public and a baking
 * pod, and no two pods of one baker have a VM.
 */
export function watchPlaces(controlPlane: ControlPlane, namespace: string): Watch {
  const parameters = ["--kubeconfig", controlPlane.kubeconfig, "--namespace", namespace];
  const watching = ["get", "pods", "--watch", "--output-watch-events", "--output", "json"];
  const kubectl = spawn(join(binaries(), "kubectl"), [...parameters, ...watching], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const places = new Places();
  let rest = "";
  kubectl.stdout.on("data", (data: Buffer) => {
    const lines = (rest + data.toString()).split("\n");
    rest = lines.pop()!;
    for (const line of lines) places.see(JSON.parse(line));
  });
  kubectl.once("exit", () => places.broken.add("nobody looked any more: kubectl has ended"));
  return {
    end: () => {
      kubectl.removeAllListeners("exit");
      kubectl.kill("SIGKILL");
      return { broken: [...places.broken, ...(places.looks === 0 ? ["nothing was seen"] : [])], looks: places.looks };
    },
  };
}

/** Where pods are, by what was seen of them. */
export class Places {
  readonly broken = new Set<string>();
  looks = 0;
  private readonly pods = new Map<string, any>();

  see({ type, object }: { readonly type: string; readonly object: any }): void {
    this.looks++;
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
      const beside = placed.filter(({ spec }) => spec.nodeName === pod.spec.nodeName);
      const open = beside.find(({ metadata }) => openRoles.includes(metadata.labels[roleLabel]));
      if (open) this.broken.add(`${pod.metadata.name} and ${open.metadata.name} shared ${pod.spec.nodeName}`);
      const twin = baking.find(
        ({ metadata }) => metadata.uid !== pod.metadata.uid && instanceOf(metadata) === instanceOf(pod.metadata),
      );
      if (twin) this.broken.add(`two pods of baker ${instanceOf(pod.metadata)} had a VM`);
    }
  }
}

const instanceOf = ({ labels }: any): string => labels["app.kubernetes.io/instance"];
