import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Configuration } from "../../lib/config/schema/configuration";
import { ask, ProgramError } from "./programs";

/** As much of Kubernetes' objects as is read here. */
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
  /** When it must be gone, its grace period included: the API server's clock. */
  readonly deletionTimestamp?: string;
}
export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
}

/** Kubernetes' word for a VM that is off and stays off: pods and disks are then taken from it without asking it. */
export const outOfService = { key: "node.kubernetes.io/out-of-service", value: "nodeshutdown", effect: "NoExecute" };

/**
 * The cluster that a configuration names, by kubectl. Its credentials are asked of gcloud for this one run: the context
 * that somebody has set at some time may be another cluster's.
 */
export class Cluster {
  /** @throws ProgramError where gcloud does not give them */
  static connect({ name, google }: Configuration): Cluster {
    const cluster = new Cluster();
    const place = ["--region", google.region, "--project", google.project];
    try {
      ask(
        "gcloud",
        ["container", "clusters", "get-credentials", name, ...place, "--dns-endpoint"],
        cluster.environment,
      );
    } catch (error) {
      cluster.close();
      throw error;
    }
    return cluster;
  }

  private readonly folder = mkdtempSync(join(tmpdir(), "fence-"));
  private readonly environment = { KUBECONFIG: join(this.folder, "kubeconfig") };

  private constructor() {}

  /** Where its API server is. */
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

  /** @returns false where there is no such Node any more: then Kubernetes knows already that the VM is gone */
  markOutOfService(node: string): boolean {
    const { key, value, effect } = outOfService;
    return this.unlessGone(() => this.kubectl("taint", "nodes", node, `${key}=${value}:${effect}`, "--overwrite"));
  }

  /** @returns false where there is no such Node any more */
  unmark(node: string): boolean {
    return this.unlessGone(() => this.kubectl(...unmarkParameters(node)));
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private list<Item>(...parameters: string[]): Item[] {
    return (JSON.parse(this.kubectl("get", ...parameters, "--output", "json")) as { items: Item[] }).items;
  }

  private kubectl(...parameters: string[]): string {
    return ask("kubectl", ["--request-timeout=20s", ...parameters], this.environment);
  }

  private unlessGone(change: () => void): boolean {
    try {
      change();
      return true;
    } catch (error) {
      if (error instanceof ProgramError && /\(NotFound\)|not found/.test(error.words)) return false;
      throw error;
    }
  }
}

const unmarkParameters = (node: string) => ["taint", "nodes", node, `${outOfService.key}:${outOfService.effect}-`];

/** What somebody types who takes the mark away by hand. */
export const unmarkCommand = (node: string): string => ["kubectl", ...unmarkParameters(node)].join(" ");

export const conditionOf = ({ status }: Pod | Node, type: string): Condition | undefined =>
  status.conditions?.find((condition) => condition.type === type);

export const isReady = (node: Node): boolean => conditionOf(node, "Ready")?.status === "True";
