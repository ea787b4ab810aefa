import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { diskZones } from "../../lib/config/facts/pools";
import type { Configuration, ConfigurationInput } from "../../lib/config/schema/configuration";
import { forwarderVariable } from "../../lib/forwarder/haproxy-config";
import { bakerDiskName } from "../../lib/tezos/baking-node-names";
import { exampleConfiguration } from "../examples";
import { runFence } from "./run-fence";
import { GcloudStandIn } from "../stand-ins/gcloud";
import { applyDefinitions } from "../stand-ins/gke";
import type { KubernetesObject } from "../convert/kubernetes-objects";
import { drillObjects } from "../convert/drill-objects";
import { bakingPodImages, standInFolder } from "../stand-ins/octez-images";
import { command } from "../cluster/commands";
import { Laboratory } from "../cluster/laboratory";
import { isReady } from "../cluster/pod";
import { ofPool, type Vm } from "../cluster/vm";
import { type DrillOptions, DrillRecord, type DrillResult } from "../result";
import { Signers } from "./competition";
import { packageRoot } from "../../lib/package-root";

/* eslint-disable @typescript-eslint/no-explicit-any -- objects of Kubernetes' API, read by path */

const file = "config/hodl-farm.yaml";
const podName = "baker-baker-0";

/** How long nothing may happen, in seconds. */
const observeSeconds = 60;
const competeSeconds = 15;

/**
 * A baking VM loses its network while its pods keep running. No second baker may start by itself, and exactly one must
 * run after `fence`. If a second one is forced, the result must be what docs/security.md describes.
 */
export async function partitionDrill({ log }: DrillOptions): Promise<DrillResult> {
  const lab = await Laboratory.start({ log });
  const gcloud = new GcloudStandIn(exampleConfiguration(undefined, file).google.project);
  const record = new DrillRecord(log);
  const drill = new Partition(lab, gcloud, record);
  try {
    await drill.prepare();
    await drill.cutOff();
    await drill.force();
  } catch (error) {
    if (!lab.interrupted) record.fail((error as Error).message);
  } finally {
    gcloud.remove();
    await lab.end();
  }
  return record.result("partition");
}

class Partition {
  private readonly configuration: Configuration;
  private readonly signers: Signers;
  private vms: readonly [Vm, Vm];

  constructor(
    private readonly lab: Laboratory,
    private readonly gcloud: GcloudStandIn,
    private readonly record: DrillRecord,
  ) {
    this.configuration = exampleConfiguration((input: ConfigurationInput) => {
      input.tezos = { ...input.tezos, snapshot: { enabled: false } };
    }, file);
    const images = bakingPodImages(lab, this.configuration);
    const vm = (zone: string) =>
      lab.vm(`baking-${zone}`, {
        zone,
        ...ofPool("baking"),
        images,
      });
    const [first = "", second = ""] = diskZones(this.configuration);
    this.vms = [vm(first), vm(second)];
    this.signers = new Signers(lab, this.configuration);
  }

  async prepare(): Promise<void> {
    const { lab, configuration, gcloud } = this;
    const { name, google, bakers } = configuration;
    const disks = join(lab.folder, "disks");
    const standIns = join(disks, bakerDiskName(configuration, bakers[0]!), standInFolder);
    mkdirSync(standIns, { recursive: true });
    chmodSync(standIns, 0o777);
    applyDefinitions(lab.controlPlane);
    const objects = drillObjects(configuration, disks);
    // Services first, as in Terraform: pods refer to their addresses.
    lab.apply(objects.filter(({ kind }) => kind === "Namespace" || kind === "Service"));
    lab.apply(objects.map((object) => this.withForwarderAddresses(object)));
    for (const forwarder of [1, 2]) this.signers.route(forwarder, "pi-1");
    gcloud.addCluster(google.region, name, lab.controlPlane.kubeconfig);
    await Promise.all(this.vms.map((vm) => vm.on()));
    for (const [index, vm] of this.vms.entries()) {
      const zone = diskZones(configuration)[index]!;
      const spec = { providerID: `gce://${google.project}/${zone}/${vm.name}` };
      lab.kubectl("patch", "node", vm.name, "-p", JSON.stringify({ spec }));
      gcloud.setVm(zone, vm.name, { id: String(index + 1), status: "RUNNING" });
    }
    await this.untilBaking();
    this.record.log(`the baker is on ${this.baking.name}, the spare VM is ${this.spare.name}`);
  }

  /** The baking VM loses its network, an operator deletes its pod, then runs fence. */
  async cutOff(): Promise<void> {
    const { lab } = this;
    const { log } = this.record;
    const [lost, spare] = [this.baking, this.spare];
    const start = now();
    const responses = this.signers.startBaker(lost);
    await pause(10_000);
    const statuses = [...new Set(responses())].join(", ");
    this.record.expect(
      this.signers.since(start).signed["pi-1"]! > 0,
      `the baker signs at the start; responses: ${statuses}`,
    );
    const { uid } = this.pod().metadata;
    lost.cut();
    await this.untilNotReady(lost);
    log(`${lost.name} is cut off and its pod deleted; observing for ${observeSeconds} s`);
    lab.kubectl("--namespace", this.configuration.name, "delete", "pod", podName, "--wait=false");
    await pause(1000 * observeSeconds);
    const { metadata } = this.pod();
    this.record.expect(
      metadata.uid === uid && metadata.deletionTimestamp !== undefined,
      "the pod is Terminating, without a successor",
    );
    this.record.expect(isBaking(lost), "the baker that is cut off keeps running");
    this.record.expect(!isBaking(spare), "no second baker starts by itself");

    const begin = Date.now();
    const ending = await runFence([join(packageRoot, file)], {
      gcloud: this.gcloud,
      enter: lab.network.enter,
      input: `${lost.name}\n`,
      poll: () => this.simulateHypervisor(lost),
    });
    for (const line of ending.stdout.trimEnd().split("\n")) log(`fence: ${line}`);
    this.record.expect(ending.status === 0, `fence succeeds: ${ending.stderr}`);
    this.record.expect(!lost.isOn, "the VM is off");
    await this.untilBaking();
    this.record.report(
      `the baker is Ready on the spare VM ${((Date.now() - begin) / 1000).toFixed(0)} s after fence was started`,
    );
    this.signers.startBaker(spare);
    await lost.on();
    await pause(10_000);
    this.record.expect(
      isBaking(spare) && !isBaking(lost),
      "one baker runs after fence, even when the other VM is back",
    );
    const { signed, doubles } = this.signers.since(start);
    this.record.expect(signed["pi-1"]! > 0 && doubles.length === 0, `nothing is signed twice: ${doubles[0]}`);
    this.record.report(`cut off, then fenced: ${signed["pi-1"]} signatures, ${doubles.length} levels signed twice`);
  }

  /** The baking VM only loses the control plane, and an operator forces a second baker without fence. */
  async force(): Promise<void> {
    const { lab } = this;
    const { log } = this.record;
    const [first, second] = [this.baking, this.spare];
    const { port } = new URL(
      lab.kubectl("config", "view", "--minify", "-o", "jsonpath={.clusters[0].cluster.server}").stdout,
    );
    command([...first.enter, "iptables", "-I", "OUTPUT", "-p", "tcp", "--dport", port, "-j", "DROP"]);
    await this.untilNotReady(first);
    const name = `${this.configuration.name}-baking-pods`;
    const forced = ["--namespace", this.configuration.name, "delete", "pod", podName, "--force", "--wait=false"];
    let rejection = "";
    try {
      lab.kubectl(...forced);
    } catch (error) {
      rejection = (error as Error).message;
    }
    this.record.expect(rejection.includes("Use `npm run fence`"), `a forced deletion is rejected: ${rejection}`);
    log("deleting the policy that forbids it, then deleting the pod by force");
    lab.kubectl("delete", "validatingadmissionpolicybinding", name);
    await lab.controlPlane.until("the pod can be deleted by force", () => {
      try {
        lab.kubectl(...forced);
        return true;
      } catch {
        return false;
      }
    });
    await this.untilBaking(second);
    this.record.expect(isBaking(first) && isBaking(second), "two bakers run after being forced");
    this.signers.startBaker(second);

    const one = await this.compete();
    this.record.report(`two bakers, forwarders select the same signer: ${one.text}: its high watermark is effective`);
    this.record.expect(
      one.refused > 0 && one.doubles.length === 0,
      "the high watermark of a single signer keeps two bakers from signing twice",
    );

    // As if the second baker couldn't reach forwarder 1, nor forwarder 2 signer 1.
    this.signers.route(2, "pi-2");
    const address = this.serviceAddress("forwarder-1");
    command([...second.enter, "iptables", "-t", "raw", "-I", "PREROUTING", "-d", address, "-j", "DROP"]);
    await pause(5_000);
    const two = await this.compete();
    this.record.report(`two bakers, forwarders select different signers: ${two.text}: nothing prevents it`);
    this.record.expect(two.doubles.length > 0, "two signers sign for two bakers, as docs/security.md describes");
  }

  private async compete() {
    const start = now();
    await pause(1000 * competeSeconds);
    const result = this.signers.since(start);
    const by = Object.entries(result.signed).map(([name, count]) => `${name} ${count}`);
    const text = `${by.join(", ")} signed, ${result.refused} refused, ${result.doubles.length} levels signed twice`;
    return { ...result, text };
  }

  /** Powers the VM off when gcloud stops it. */
  private simulateHypervisor(vm: Vm): void {
    const zone = diskZones(this.configuration)[this.vms.indexOf(vm)]!;
    const instance = this.gcloud.vm(zone, vm.name)!;
    if (instance.status !== "STOPPING" || !vm.isOn) return;
    void vm.off().then(() => this.gcloud.setVm(zone, vm.name, { ...instance, status: "TERMINATED" }));
  }

  /** The VM of the pod, according to the API server. */
  private get baking(): Vm {
    const { nodeName } = this.pod().spec;
    return this.vms.find(({ name }) => name === nodeName)!;
  }

  private get spare(): Vm {
    const { baking } = this;
    return this.vms.find((vm) => vm !== baking)!;
  }

  private pod(): any {
    const all = this.lab.controlPlane.get(["pods", "--namespace", this.configuration.name]).items;
    return all.find(({ metadata }: any) => metadata.name === podName);
  }

  private withForwarderAddresses(object: any): KubernetesObject {
    if (object.kind !== "StatefulSet") return object;
    const changed = structuredClone(object);
    const environment = changed.spec.template.spec.containers.flatMap(({ env }: any) => env ?? []);
    for (const number of [1, 2]) {
      const variable = environment.find(({ name }: any) => name === forwarderVariable(number));
      if (variable) variable.value = this.serviceAddress(`forwarder-${number}`);
    }
    return changed;
  }

  private serviceAddress(service: string): string {
    return this.lab.controlPlane.get(["service", service, "--namespace", this.configuration.name]).spec.clusterIP;
  }

  /** @param vm where the pod must be running @default - any VM */
  private untilBaking(vm?: Vm): Promise<void> {
    return this.lab.controlPlane.until(
      "the baking pod is Ready",
      () => {
        const pod = this.pod();
        return isReady(pod) && (!vm || pod.spec.nodeName === vm.name);
      },
      180,
    );
  }

  private untilNotReady({ name }: Vm): Promise<void> {
    const { controlPlane } = this.lab;
    return controlPlane.until(`${name} is not Ready`, () => !controlPlane.readyNodes().includes(name));
  }
}

/** Whether a VM has a running baker. */
const isBaking = (vm: Vm): boolean => vm.isOn && vm.processes(/octez-baker /).length > 0;

const now = () => Date.now() / 1000;
