import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Configuration, PoolName } from "../../../lib/config/schema/configuration";
import { hostKeyFile } from "../../../lib/forwarder/sshd-config";
import { forwarderImageArchive } from "../../cluster/forwarder-image";
import type { Laboratory } from "../../cluster/laboratory";
import { ofPool, type Vm } from "../../cluster/vm";
import type { ClusterIps } from "../../convert/baker-objects";
import { drillObjects } from "../../convert/drill-objects";
import type { KubernetesObject } from "../../convert/kubernetes-objects";
import { applyDefinitions } from "../../stand-ins/gke";
import type { Balanced } from "../../stand-ins/load-balancer";
import { bakingPodImages } from "../../stand-ins/octez-images";
import { keepLogs } from "./pod-log";
import { newSshKey } from "./ssh-key";

/* eslint-disable @typescript-eslint/no-explicit-any -- objects of Kubernetes' API, read by path */

const zones = ["us-central1-b", "us-central1-f"];

/** Kinds that Terraform creates before the workloads that refer to them. */
const createdFirst = new Set(["Namespace", "Service", "StorageClass", "PersistentVolume", "PersistentVolumeClaim"]);

/** A forwarder, and the VM that no other forwarder shares with it. */
export interface Forwarder {
  readonly name: string;
  readonly vm: Vm;
}

/** The cloud's side of a testbed: the stack `baker` on a cluster in two zones, with stand-ins for Google's services. */
export class Cloud {
  /** In the order of their numbers. */
  forwarders: readonly Forwarder[] = [];
  /** The VM of the baking pod. */
  readonly baking: Vm;
  /** The VMs of the forwarders, one in each zone. */
  private readonly system: readonly Vm[];
  private readonly hostKey = newSshKey();
  private namespaceName = "";

  constructor(private readonly lab: Laboratory) {
    const vm = (name: string, pool: PoolName, zone: string) => lab.vm(name, { zone, ...ofPool(pool) });
    this.baking = vm("baking-b", "baking", zones[0]!);
    this.system = zones.map((zone) => vm(`system-${zone.at(-1)}`, "system", zone));
  }

  /** Of the deployed stack. */
  get namespace(): string {
    return this.namespaceName;
  }

  /**
   * The forwarders' addresses and host key, as a user copies them into the configuration after the first deployment.
   */
  deployedForwarders(configuration: Configuration): { addresses: string[]; hostPublicKey: string } {
    const address = ({ kind, metadata, spec }: any): [string, string][] =>
      kind === "Service" && /^forwarder-\d+-ssh$/.test(metadata.name) ? [[metadata.name, spec.loadBalancerIP]] : [];
    const byName = this.objects(configuration)
      .flatMap(address)
      .sort(([one], [other]) => one.localeCompare(other));
    return { addresses: byName.map(([, ip]) => ip), hostPublicKey: this.hostKey.publicKey };
  }

  /** Boots the VMs and deploys the stack. */
  async deploy(configuration: Configuration, log: (line: string) => void): Promise<void> {
    const { lab } = this;
    this.namespaceName = configuration.name;
    log("the cluster's VMs boot");
    const [octez, haproxy] = bakingPodImages(lab, configuration);
    const objects = this.objects(configuration);
    const sshd = await forwarderImageArchive(sshdImage(objects), log);
    await Promise.all([this.baking, ...this.system].map((vm) => vm.on()));
    for (const vm of this.system) [sshd, haproxy!].forEach((image) => vm.load(image));
    [octez!, haproxy!].forEach((image) => this.baking.load(image));

    log("the stack baker is applied");
    applyDefinitions(lab.controlPlane);
    const disk = objects.find(({ kind }) => kind === "PersistentVolume") as any;
    // Octez' stand-ins record in this folder of the pod's disk what they do.
    const records = join(disk.spec.local.path, "stand-ins");
    mkdirSync(records, { recursive: true });
    chmodSync(records, 0o777);
    await this.apply(configuration);
    this.startLoadBalancers();
    await this.findForwarders(configuration);
    const keeping = setInterval(() => [this.baking, ...this.system].forEach(keepLogs), 5000);
    keeping.unref();
    lab.atEnd(() => clearInterval(keeping));
  }

  /** Applies the objects of a configuration to the cluster. */
  async apply(configuration: Configuration): Promise<void> {
    // In Terraform's order. Workloads refer to the Services' cluster addresses, and a pod that is created before its
    // claim is bound can stay Pending for minutes.
    this.lab.apply(this.objects(configuration).filter(({ kind }) => createdFirst.has(kind)));
    const claims = () => this.items("persistentvolumeclaims");
    await this.lab.controlPlane.until("the claims are bound", () =>
      claims().every(({ status }) => status.phase === "Bound"),
    );
    const services = this.items("services").map(({ metadata, spec }) => [metadata.name, spec.clusterIP]);
    this.lab.apply(this.objects(configuration, Object.fromEntries(services)));
  }

  /** @throws Error if there is no forwarder of that name */
  forwarder(name: string): Forwarder {
    const forwarder = this.forwarders.find((one) => one.name === name);
    if (!forwarder) throw new Error(`the testbed has no forwarder ${name}`);
    return forwarder;
  }

  /** Command prefix that enters the network of the baking pod, where the baker's proxy listens on loopback. */
  get bakerNetwork(): string[] {
    const [proxy] = this.baking.processes(/^haproxy /);
    if (proxy === undefined) throw new Error("the baking pod has no proxy");
    return ["nsenter", `--net=/proc/${proxy}/ns/net`, "--"];
  }

  /** Deletes a pod of a workload, as a drain does. */
  deletePod(workload: string): void {
    const pod = this.items("pods").find(({ metadata }) => metadata.name.startsWith(`${workload}-`));
    this.lab.kubectl("-n", this.namespace, "delete", "pod", pod.metadata.name, "--wait=false");
  }

  /** Stops or restarts the cluster's API server. */
  async setApiServer(running: boolean): Promise<void> {
    const { controlPlane } = this.lab;
    await (running ? controlPlane.startApiServer() : controlPlane.killApiServer());
  }

  /** How often each container has been restarted, by "pod container". */
  restarts(): Record<string, number> {
    return Object.fromEntries(
      this.items("pods").flatMap(({ metadata, status }) =>
        (status.containerStatuses ?? []).map(({ name, restartCount }: any) => [
          `${metadata.name} ${name}`,
          restartCount,
        ]),
      ),
    );
  }

  private items(resource: string): any[] {
    return this.lab.controlPlane.get(["-n", this.namespace, resource]).items;
  }

  private objects(configuration: Configuration, clusterIps: ClusterIps = {}): KubernetesObject[] {
    const secrets = { [hostKeyFile]: this.hostKey.privateKey };
    return drillObjects(configuration, join(this.lab.folder, "disks"), { secrets, clusterIps });
  }

  /** Finds each forwarder's VM. It never changes: the only other VM of its pool has the other forwarder. */
  private async findForwarders({ forwarders: { count } }: Configuration): Promise<void> {
    const names = Array.from({ length: count }, (_, index) => `forwarder-${index + 1}`);
    const found = () => {
      const pods = this.items("pods");
      return names.flatMap((name) => {
        const pod = pods.find(({ metadata }) => metadata.name.startsWith(`${name}-`));
        const vm = this.system.find((one) => one.name === pod?.spec.nodeName);
        return vm ? [{ name, vm }] : [];
      });
    };
    await this.lab.controlPlane.until("the forwarders are scheduled", () => found().length === names.length);
    this.forwarders = found();
  }

  /** Gives the Services of type LoadBalancer their addresses, and routes these to the VMs with a ready pod. */
  private startLoadBalancers(): void {
    const balanced: Balanced[] = this.items("services")
      .filter(({ spec }) => spec.type === "LoadBalancer")
      .map(({ metadata, spec }) => {
        const status = JSON.stringify({ status: { loadBalancer: { ingress: [{ ip: spec.loadBalancerIP }] } } });
        this.lab.kubectl("-n", this.namespace, "patch", "service", metadata.name, "--subresource=status", "-p", status);
        return { address: spec.loadBalancerIP, healthCheckNodePort: spec.healthCheckNodePort };
      });
    const vms = this.system.map(({ address }) => address);
    this.lab.run("laboratory/stand-ins/load-balancer.ts", [JSON.stringify(balanced), JSON.stringify(vms)]);
  }
}

function sshdImage(objects: readonly KubernetesObject[]): string {
  const containers = objects.flatMap(({ kind, spec }: any): any[] =>
    kind === "Deployment" ? spec.template.spec.containers : [],
  );
  return containers.find(({ name }) => name.startsWith("sshd-")).image;
}
