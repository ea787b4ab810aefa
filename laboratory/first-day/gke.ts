import { setTimeout as pause } from "node:timers/promises";
import type { Laboratory } from "../cluster/laboratory";
import type { Vm } from "../cluster/vm";
import type { Fields } from "../google/fields";
import type { GoogleStandIn } from "../google/stand-in";
import { type CsiDriver, driverObject, serveDriver } from "../stand-ins/csi/csi-driver";
import { applyDefinitions } from "../stand-ins/gke";
import type { Balanced } from "../stand-ins/load-balancer";
import { diskDriver, secretDriver } from "./drivers";
import type { Internet } from "./internet";

/* eslint-disable @typescript-eslint/no-explicit-any -- objects of Kubernetes' API, read by path */

export interface GkeProps {
  readonly lab: Laboratory;
  readonly google: GoogleStandIn;
  readonly internet: Internet;
  /** The URLs from which VMs pull, by the hosts of registries. */
  readonly registries: Readonly<Record<string, string>>;
  /** How long after its cluster the add-ons' kinds appear, in seconds. */
  readonly addOnDelaySeconds: number;
  /** Receives what has happened in the cluster. */
  readonly log: (line: string) => void;
}

/** VMs beyond this number are simulated: the host would be too small. */
const maxRealVms = 4;
const taintEffects: Record<string, string> = { NO_SCHEDULE: "NoSchedule", NO_EXECUTE: "NoExecute" };

/**
 * What GKE does when the stand-in for Google's API is told to create something: the laboratory's control plane answers
 * at the cluster's endpoint, VMs join as the node pools say, the add-ons' kinds appear, disks and secrets are mounted,
 * and Services get their addresses.
 */
export class Gke {
  /** The real ones that have joined, by node pool. */
  readonly vms = new Map<string, Vm[]>();
  private readonly drivers: readonly CsiDriver[];
  private readonly exposed = new Set<string>();
  private readonly joined = new Set<string>();
  private readonly balanced = new Set<string>();
  private runningSince = Infinity;
  private addOnsReady = false;
  private ended = false;
  private count = 0;

  constructor(private readonly props: GkeProps) {
    const { lab, google } = props;
    this.drivers = [diskDriver(lab, google), secretDriver(lab, google)];
  }

  /** Works until the laboratory ends. @param onError receives what it could not do */
  start(onError: (error: Error) => void): void {
    this.props.lab.atEnd(() => {
      this.ended = true;
    });
    const loop = async () => {
      while (!this.ended) {
        await this.step();
        await pause(1000, undefined, { ref: false });
      }
    };
    loop().catch((error) => this.ended || onError(error as Error));
  }

  private async step(): Promise<void> {
    for (const [name, resource] of this.props.google.resources) {
      if (/^container\/[^:]+\/clusters\/[^/]+$/.test(name)) await this.expose(name, resource);
      const pool = /\/nodePools\/([^/]+)$/.exec(name)?.[1];
      // GKE's own first pool, which Terraform removes at once.
      if (pool !== undefined && pool !== "default-pool" && resource["status"] === "RUNNING") await this.join(resource);
    }
    if (this.exposed.size === 0) return;
    this.addAddOns();
    this.balanceLoads();
  }

  private async expose(name: string, cluster: Fields): Promise<void> {
    if (this.exposed.has(name) || cluster["status"] !== "RUNNING") return;
    this.exposed.add(name);
    this.runningSince = Date.now();
    const { lab, internet, log } = this.props;
    const { endpoint } = cluster["controlPlaneEndpointsConfig"].dnsEndpointConfig;
    const { port } = new URL(lab.controlPlane.server);
    await internet.exposeTls(endpoint, { host: lab.network.address, port: Number(port) });
    log(`the cluster answers at its DNS endpoint`);
  }

  /** VMs of a node pool: its size in each of its zones. */
  private async join({ name: pool, size, locations, config }: Fields): Promise<void> {
    const { lab, registries, log } = this.props;
    for (const zone of locations as string[]) {
      for (let number = 1; number <= size; number++) {
        const name = `${pool}-${zone.split("-").at(-1)}-${number}`;
        if (this.joined.has(name)) continue;
        this.joined.add(name);
        const taints = (config.taint ?? []).map((taint: any) => ({ ...taint, effect: taintEffects[taint.effect] }));
        const labels = { "cloud.google.com/gke-nodepool": pool, ...config.labels };
        if (++this.count > maxRealVms) {
          await lab.controlPlane.powerOn([{ name, zone, labels, taints }]);
          continue;
        }
        const vm = lab.vm(name, { zone, labels, taints, registries });
        await vm.on();
        for (const server of this.drivers.flatMap((driver) => serveDriver(driver, vm, zone)))
          lab.atEnd(() => void server.close());
        this.vms.set(pool, [...(this.vms.get(pool) ?? []), vm]);
        log(`VM ${name} has joined`);
      }
    }
  }

  /** Later than the cluster: Google installs them while it already answers. */
  private addAddOns(): void {
    const { lab, addOnDelaySeconds, log } = this.props;
    if (this.addOnsReady || Date.now() < this.runningSince + addOnDelaySeconds * 1000) return;
    this.addOnsReady = true;
    lab.apply(this.drivers.map(driverObject));
    applyDefinitions(lab.controlPlane);
    log("the add-ons' kinds exist (SecretProviderClass, PodMonitoring)");
  }

  /** Gives Services of type LoadBalancer their reserved addresses, and routes these to the VMs with a ready pod. */
  private balanceLoads(): void {
    const { lab, log } = this.props;
    const { items } = lab.controlPlane.get(["services", "--all-namespaces"]);
    const services: any[] = items.filter(
      ({ metadata, spec }: any) => spec.type === "LoadBalancer" && !this.balanced.has(metadata.uid),
    );
    const vms = [...this.vms.values()].flat().map(({ address }) => address);
    if (services.length === 0 || vms.length === 0) return;
    const balanced = services.map(({ metadata, spec }): Balanced => {
      this.balanced.add(metadata.uid);
      const status = JSON.stringify({ status: { loadBalancer: { ingress: [{ ip: spec.loadBalancerIP }] } } });
      const service = ["-n", metadata.namespace, "patch", "service", metadata.name];
      lab.kubectl(...service, "--subresource=status", "-p", status);
      log(`the load balancer of ${metadata.name} has its address`);
      return { address: spec.loadBalancerIP, healthCheckNodePort: spec.healthCheckNodePort };
    });
    lab.run("laboratory/stand-ins/load-balancer.ts", [JSON.stringify(balanced), JSON.stringify(vms)]);
  }
}
