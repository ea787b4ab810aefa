import { type ChildProcess } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { isTainted, poolLabel } from "../../../lib/config/facts/pools";
import type { Configuration, PoolName } from "../../../lib/config/schema/configuration";
import { hostKeyFile } from "../../../lib/forwarder/sshd-config";
import { writeBundles } from "../../../raspberry-pi/bundle";
import { octezSignerData } from "../../../raspberry-pi/paths";
import { applyDefinitions } from "../../stand-ins/gke";
import type { KubernetesObject } from "../../convert/kubernetes-objects";
import { bakerObjects } from "../../convert/baker-objects";
import { bakingPodImages } from "../../stand-ins/octez-images";
import { command } from "../../cluster/commands";
import type { Laboratory } from "../../cluster/laboratory";
import type { Vm } from "../../cluster/vm";
import { TestbedAlerts } from "./alerts";
import { type Deployed, testbedConfiguration, testbedKey, type TestbedVariant } from "./configuration";
import { sessions } from "../faults/sessions";
import { forwarderImageArchive } from "../../cluster/forwarder-image";
import type { Balanced } from "../../stand-ins/load-balancer";
import { forwarderAddresses, ledger, newSshKey, plugInLedger, sshdImage } from "./parts";
import { pathsDown } from "./paths-down";
import { keepLogs } from "./pod-log";
import { RaspberryPi } from "../../home/raspberry-pi";
import { installOwnSigner } from "./tcp-signer";
import {
  keyFiles,
  modeFile,
  recordsFile,
  type SignerMode,
  signatureRecords,
  writeSignerProgram,
} from "../../stand-ins/octez-signer";
import type { SignatureRecord } from "../records";
import type { Uplink } from "../../home/uplink";
import { programVersions } from "./versions";

/* eslint-disable @typescript-eslint/no-explicit-any -- objects of Kubernetes' API, read by path */

const zones = ["us-central1-b", "us-central1-f"];

const othersBuildOn = new Set(["Namespace", "Service", "StorageClass", "PersistentVolume", "PersistentVolumeClaim"]);

/**
 * The whole signer path as a user deploys it: the stack `baker` on a cluster in two zones, and Raspberry Pis with their
 * bundles. What stands in for something is named: Octez, Google's load balancers, disks and Secret Manager.
 */
export class Testbed {
  static async start(lab: Laboratory, variant: TestbedVariant, log: (line: string) => void): Promise<Testbed> {
    const pis: RaspberryPi[] = [];
    // One after the other: their image is made with the first.
    for (const name of variant.signers)
      pis.push(await RaspberryPi.start(lab, name, variant.uplinks, log, [octezSignerData]));
    const testbed = new Testbed(lab, variant, pis, log);
    await testbed.deploy();
    return testbed;
  }

  /** In their order. */
  forwarders: readonly Forwarder[] = [];
  readonly baking: Vm;
  private readonly system: readonly Vm[];
  /** As it is deployed. */
  configuration!: Configuration;
  private readonly hostKey = newSshKey();
  private strangers?: ChildProcess;
  /** From the first drill on that has called watch(). */
  alerts?: TestbedAlerts;
  /** External ones of the forwarders. */
  private addresses: string[] = [];

  private constructor(
    private readonly lab: Laboratory,
    readonly variant: TestbedVariant,
    readonly pis: readonly RaspberryPi[],
    private readonly log: (line: string) => void,
  ) {
    const machine = (name: string, pool: PoolName, zone: string) =>
      lab.vm(name, {
        zone,
        labels: { [poolLabel]: pool },
        taints: isTainted(pool) ? [{ key: poolLabel, value: pool, effect: "NoSchedule" }] : [],
      });
    this.baking = machine("baking-b", "baking", zones[0]!);
    this.system = zones.map((zone) => machine(`system-${zone.at(-1)}`, "system", zone));
  }

  /** The signer of that name. */
  pi(name: string): RaspberryPi {
    const pi = this.pis.find((one) => one.name === name);
    if (!pi) throw new Error(`the testbed has no signer ${name}`);
    return pi;
  }

  forwarder(name: string): Forwarder {
    const forwarder = this.forwarders.find((one) => one.name === name);
    if (!forwarder) throw new Error(`the testbed has no forwarder ${name}`);
    return forwarder;
  }

  /** What stands before a command that is to run in the network of the baker's pod: its proxy is on loopback there. */
  get bakerNetwork(): string[] {
    const [proxy] = this.baking.processes(/^haproxy /);
    if (proxy === undefined) throw new Error("the baker's pod has no proxy");
    return ["nsenter", `--net=/proc/${proxy}/ns/net`, "--"];
  }

  get namespace(): string {
    return this.configuration.name;
  }

  /** Tells a signer's stand-in how to behave. */
  setMode(signer: string, mode: SignerMode): void {
    const file = join(this.pi(signer).inMemory(octezSignerData), modeFile);
    // In one step: the stand-in reads it at any moment.
    writeFileSync(`${file}.new`, mode);
    command(["mv", `${file}.new`, file]);
  }

  /** What the signers have done since then (Unix time, seconds), by their own records. */
  signatures(since: number): SignatureRecord[] {
    return this.pis.flatMap((pi) => {
      const file = join(pi.inMemory(octezSignerData), recordsFile);
      return existsSync(file) ? signatureRecords(readFileSync(file, "utf8"), pi.name, since) : [];
    });
  }

  /** Plugs in or pulls out what a signer's machine sees as its Ledger. */
  plugLedger(signer: string, plugged: boolean): void {
    this.pi(signer).sh(plugged ? `echo 2c97 >${ledger}` : `rm ${ledger}`);
  }

  /** Ends a pod as a drain does; its Deployment makes another one. */
  deletePod(workload: string): void {
    const { items } = this.lab.controlPlane.get(["-n", this.namespace, "pods"]);
    const pod = items.find(({ metadata }: any) => metadata.name.startsWith(`${workload}-`));
    this.lab.kubectl("-n", this.namespace, "delete", "pod", pod.metadata.name, "--wait=false");
  }

  /** The cluster's API server is gone, or is back. */
  async setApiServer(stands: boolean): Promise<void> {
    const { controlPlane } = this.lab;
    await (stands ? controlPlane.bringBackApiServer() : controlPlane.loseApiServer());
  }

  /** Of the programs that take part, by their own word. */
  versions(): Record<string, string> {
    return programVersions(this.lab, this.forwarders[0]!.machine, this.pis[0]!);
  }

  /** How often each container of the testbed's pods was started anew. */
  restarts(): Record<string, number> {
    const { items } = this.lab.controlPlane.get(["-n", this.namespace, "pods"]);
    return Object.fromEntries(
      items.flatMap(({ metadata, status }: any) =>
        (status.containerStatuses ?? []).map(({ name, restartCount }: any) => [
          `${metadata.name} ${name}`,
          restartCount,
        ]),
      ),
    );
  }

  /** Waits until a second session of an uplink stands at a forwarder, beside one that is dead. */
  async untilTakenOver(forwarder: string, uplink: Uplink): Promise<void> {
    await this.lab.controlPlane.until(
      `another session of ${uplink.name} stands at ${forwarder}`,
      () => sessions(this, forwarder, uplink).length > 1,
    );
  }

  /** Has the testbed looked at as Google's alerting does, and waits until nobody is told of anything. */
  async watch(): Promise<void> {
    this.alerts ??= await TestbedAlerts.start(this.lab, this.configuration);
    await this.alerts.untilCalm();
  }

  /** Strangers at every ssh port: many who say nothing, and many with wrong keys. */
  startStrangers(): void {
    const doors = this.addresses.flatMap((address) =>
      this.configuration.signers.map(({ sshPort }) => `${address}:${sshPort}`),
    );
    this.strangers = this.lab.run("laboratory/signer-path/faults/strangers.ts", doors);
  }

  endStrangers(): void {
    this.strangers?.kill("SIGKILL");
  }

  /** The paths that some proxy takes for down now: "forwarder-1 pi-1 wwan0", "baker forwarder-2". */
  pathsDown(): string[] {
    return pathsDown(this.lab, this);
  }

  /** Waits until every path is up for every proxy. @throws Error with those that are not */
  async untilAllUp(seconds = 90): Promise<void> {
    let down: string[] = [];
    const end = Date.now() + seconds * 1000;
    do {
      await pause(500);
      down = this.pathsDown();
    } while (down.length > 0 && Date.now() < end);
    if (down.length === 0) return;
    const told = [["pods", "--output=wide"], ["persistentvolumeclaims"], ["events", "--field-selector=type=Warning"]];
    const words = told.map((what) => this.lab.kubectl("-n", this.namespace, "get", ...what).stdout);
    throw new Error(`still down after ${seconds} s: ${down.join(", ")}\n${words.join("")}`);
  }

  /** Writes the bundles of the present configuration to each Raspberry Pi and runs install.sh. @returns what it says */
  install(pi: RaspberryPi): string {
    const folder = mkdtempSync(join(tmpdir(), "bundles-"));
    try {
      writeBundles(this.configuration, join(folder, "signers"));
      const bundle = join(pi.disk, "opt/bundle");
      rmSync(bundle, { recursive: true, force: true });
      cpSync(join(folder, "signers", pi.name), bundle, { recursive: true });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    writeSignerProgram(join(pi.disk, "opt/octez-signer"));
    const [sum] = pi.run("sha256sum", "/opt/octez-signer").split(" ");
    return pi.run("/opt/bundle/install.sh", "--octez-signer", "/opt/octez-signer", "--sha256", sum!);
  }

  /** Puts the objects of the present configuration on the cluster. */
  async apply(): Promise<void> {
    // As Terraform does it: Services and disks first. Others are told of the Services' cluster addresses, and a pod that
    // comes before its claim is check can stay Pending for minutes.
    this.lab.apply(this.objects().filter(({ kind }) => othersBuildOn.has(kind)));
    const claims = () => this.lab.controlPlane.get(["-n", this.namespace, "persistentvolumeclaims"]).items;
    const isBound = ({ status }: any) => status.phase === "Check";
    await this.lab.controlPlane.until("the claims are check", () => claims().every(isBound));
    const { items } = this.lab.controlPlane.get(["-n", this.namespace, "services"]);
    this.lab.apply(
      this.objects(Object.fromEntries(items.map(({ metadata, spec }: any) => [metadata.name, spec.clusterIP]))),
    );
  }

  private async deploy(): Promise<void> {
    const { lab, log, variant } = this;
    for (const pi of this.pis) plugInLedger(pi);
    log("the Raspberry Pis make their keys");
    this.configuration = testbedConfiguration(variant, { sshPublicKeys: {} });
    const sshPublicKeys = Object.fromEntries(
      this.pis.map((pi) => [pi.name, /^ {2}(ssh-ed25519 .*)$/m.exec(this.install(pi))![1]!]),
    );
    this.addresses = forwarderAddresses(this.objects());
    const forwarders = { addresses: this.addresses, hostPublicKey: this.hostKey.publicKey };
    const deployed: Deployed = { sshPublicKeys, forwarders };
    this.configuration = testbedConfiguration(variant, deployed);

    log("the cluster's machines boot");
    const [octez, haproxy] = bakingPodImages(lab, this.configuration);
    const objects = this.objects();
    const sshd = await forwarderImageArchive(sshdImage(objects), log);
    await Promise.all([this.baking, ...this.system].map((machine) => machine.on()));
    for (const machine of this.system) [sshd, haproxy!].forEach((image) => machine.load(image));
    [octez!, haproxy!].forEach((image) => this.baking.load(image));

    log("the stack baker is applied");
    applyDefinitions(lab.controlPlane);
    const disk = objects.find(({ kind }) => kind === "PersistentVolume") as any;
    mkdirSync(disk.spec.local.path, { recursive: true });
    this.prepareDisk(disk.spec.local.path);
    await this.apply();
    this.balance();
    await this.findForwarders();
    const keeping = setInterval(() => [this.baking, ...this.system].forEach(keepLogs), 5000);
    keeping.unref();
    lab.atEnd(() => clearInterval(keeping));

    log("the Raspberry Pis get their tunnels");
    for (const [index, pi] of this.pis.entries()) {
      if (variant.protocol === "tcp") installOwnSigner(pi, this.configuration.signers[index]!.port);
      const data = pi.inMemory(octezSignerData);
      for (const [name, text] of Object.entries(keyFiles([testbedKey]))) {
        writeFileSync(join(data, name), text, { mode: 0o600 });
      }
      pi.sh(`chown octez-signer: ${octezSignerData}/*`);
      this.install(pi);
      pi.run("systemctl", "restart", "octez-signer");
    }
    await this.untilAllUp(120);
  }

  private objects(clusterAddresses: Readonly<Record<string, string>> = {}): KubernetesObject[] {
    const secrets = { [hostKeyFile]: this.hostKey.privateKey };
    return bakerObjects(this.configuration, join(this.lab.folder, "disks"), { secrets, clusterAddresses });
  }

  /** Octez' stand-ins tell what they do in a folder on the pod's disk. */
  private prepareDisk(disk: string): void {
    mkdirSync(join(disk, "stand-ins"), { recursive: true });
    chmodSync(join(disk, "stand-ins"), 0o777);
  }

  /** Which machine each has come to: it stays, for the other one has the other machine. */
  private async findForwarders(): Promise<void> {
    const names = this.addresses.map((_, index) => `forwarder-${index + 1}`);
    const found = () =>
      names.flatMap((name) => {
        const { items } = this.lab.controlPlane.get(["-n", this.namespace, "pods"]);
        const pod = items.find(({ metadata }: any) => metadata.name.startsWith(`${name}-`));
        const machine = this.system.find((one) => one.name === pod?.spec.nodeName);
        return machine ? [{ name, machine }] : [];
      });
    await this.lab.controlPlane.until("the forwarders have machines", () => found().length === names.length);
    this.forwarders = found();
  }

  /** Google's load balancers: they have addresses, and lead to the machines with a pod. */
  private balance(): void {
    const { items } = this.lab.controlPlane.get(["-n", this.namespace, "services"]);
    const balanced: Balanced[] = items
      .filter(({ spec }: any) => spec.type === "LoadBalancer")
      .map(({ metadata, spec }: any) => {
        const status = JSON.stringify({ status: { loadBalancer: { ingress: [{ ip: spec.loadBalancerIP }] } } });
        this.lab.kubectl("-n", this.namespace, "patch", "service", metadata.name, "--subresource=status", "-p", status);
        return { address: spec.loadBalancerIP, healthCheckNodePort: spec.healthCheckNodePort };
      });
    const machines = this.system.map(({ address }) => address);
    this.lab.run("laboratory/stand-ins/load-balancer.ts", [JSON.stringify(balanced), JSON.stringify(machines)]);
  }
}

/** A forwarder, and the VM that it is alone on. */
export interface Forwarder {
  readonly name: string;
  readonly machine: Vm;
}
