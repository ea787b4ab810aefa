import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getCredentials } from "../../lib/config/facts/pools";
import type { Configuration } from "../../lib/config/schema/configuration";
import { ProgramError, run } from "../programs";

/** The fields of Kubernetes' objects that are read here. */
export interface Pod {
  readonly metadata: Metadata & { readonly labels?: Readonly<Record<string, string>>; readonly namespace: string };
  readonly spec: {
    readonly nodeName?: string;
    readonly volumes?: readonly { readonly persistentVolumeClaim?: { readonly claimName: string } }[];
  };
  readonly status: { readonly phase: string; readonly conditions?: readonly Condition[] };
}
export interface Node {
  readonly metadata: Metadata & {
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: { readonly providerID?: string; readonly taints?: readonly { readonly key: string }[] };
  readonly status: { readonly conditions?: readonly Condition[] };
}
export interface Attachment {
  readonly spec: { readonly nodeName: string };
}
interface Metadata {
  readonly name: string;
  readonly uid: string;
  /** When its grace period ends, by the API server's clock. */
  readonly deletionTimestamp?: string;
}
export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
}

/**
 * The taint for a Node whose VM is off and stays off: Kubernetes then deletes its pods and detaches its disks without its
 * kubelet. https://kubernetes.io/docs/concepts/cluster-administration/node-shutdown/#non-graceful-node-shutdown
 */
export const outOfService = { key: "node.kubernetes.io/out-of-service", value: "nodeshutdown", effect: "NoExecute" };

/**
 * The cluster of a configuration, through kubectl. Its credentials are fetched for this run: the current context may be
 * that of another cluster.
 */
export class Cluster {
  /** @throws ProgramError if gcloud fails */
  static connect(configuration: Configuration): Cluster {
    const cluster = new Cluster();
    try {
      run("gcloud", getCredentials(configuration), cluster.environment);
    } catch (error) {
      cluster.close();
      throw error;
    }
    return cluster;
  }

  private readonly folder = mkdtempSync(join(tmpdir(), "fence-"));
  private readonly environment = { KUBECONFIG: join(this.folder, "kubeconfig") };

  private constructor() {}

  /** URL of its API server. */
  get server(): string {
    return this.kubectl("config", "view", "--minify", "--output", "jsonpath={.clusters[0].cluster.server}");
  }

  pods(namespace: string): Pod[] {
    return this.list<Pod>("pods", "--namespace", namespace);
  }

  nodes(): Node[] {
    return this.list<Node>("nodes");
  }

  attachments(): Attachment[] {
    return this.list<Attachment>("volumeattachments");
  }

  /** @returns false if the Node no longer exists: Kubernetes then already knows that its VM is gone */
  taintOutOfService(node: string): boolean {
    const { key, value, effect } = outOfService;
    return this.unlessGone(() => this.kubectl("taint", "nodes", node, `${key}=${value}:${effect}`, "--overwrite"));
  }

  /** @returns false if the Node no longer exists */
  removeTaint(node: string): boolean {
    return this.unlessGone(() => this.kubectl(...removeTaintParameters(node)));
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private list<Item>(...parameters: string[]): Item[] {
    return (JSON.parse(this.kubectl("get", ...parameters, "--output", "json")) as { items: Item[] }).items;
  }

  private kubectl(...parameters: string[]): string {
    return run("kubectl", ["--request-timeout=20s", ...parameters], this.environment);
  }

  private unlessGone(change: () => void): boolean {
    try {
      change();
      return true;
    } catch (error) {
      if (error instanceof ProgramError && /\(NotFound\)|not found/.test(error.reason)) return false;
      throw error;
    }
  }
}

const removeTaintParameters = (node: string) => ["taint", "nodes", node, `${outOfService.key}:${outOfService.effect}-`];

/** The command that removes the taint by hand. */
export const removeTaintCommand = (node: string): string => ["kubectl", ...removeTaintParameters(node)].join(" ");

export const conditionOf = ({ status }: Pod | Node, type: string): Condition | undefined =>
  status.conditions?.find((condition) => condition.type === type);

export const isReady = (node: Node): boolean => conditionOf(node, "Ready")?.status === "True";
