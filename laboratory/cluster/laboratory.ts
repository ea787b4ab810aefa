import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { binaries, ControlPlane, type KubectlResult } from "./control-plane";
import type { KubernetesObject } from "../convert/kubernetes-objects";
import { missing } from "../needs";
import { busyboxFolder, debianFolder, type ImageArchive, writeImage } from "./images";
import { Vm, type VmOptions } from "./vm";
import { pauseImage } from "./vm-files";
import { LabNetwork } from "./network";
import { packageRoot } from "../../lib/package-root";

/** What the laboratory needs of the machine that it runs on. */
export const laboratoryNeeds = {
  linux: true,
  root: true,
  controlPlane: true,
  programs: [
    "ip",
    "iptables",
    "conntrack",
    "containerd",
    "runc",
    "unshare",
    "nsenter",
    "debootstrap",
    "/usr/lib/cni/bridge",
  ],
};

export interface LaboratoryOptions {
  /** Takes a line that says what it does. @default - silent */
  readonly log?: (line: string) => void;
}

/**
 * A Kubernetes cluster of real machines on this one machine, in a network of its own: pods run as they are deployed, and
 * machines can lose power or network. Everything in it ends with this process, in whatever way this ends; end() and
 * signals also remove its folder and its cgroups.
 */
export class Laboratory {
  /** @throws Error with what is missing here, and how to get it */
  static async start({ log = () => {} }: LaboratoryOptions = {}): Promise<Laboratory> {
    const lacks = missing(laboratoryNeeds);
    if (lacks.length > 0) throw new Error(`the laboratory needs ${lacks.map(({ hint }) => hint).join(", ")}`);
    const debian = await debianFolder(log);
    const network = await LabNetwork.start();
    try {
      const controlPlane = await ControlPlane.start({ scheduler: true, controllers: true, network });
      return new Laboratory(network, controlPlane, debian);
    } catch (error) {
      network.end();
      throw error;
    }
  }

  /** A folder for whatever stands in for disks, and goes with the laboratory. */
  readonly folder = mkdtempSync(join(tmpdir(), "laboratory-"));
  /** Whether a signal has ended it: whatever fails from then on fails because of that. */
  interrupted = false;
  private readonly vms = new Map<string, Vm>();
  private readonly programs: ChildProcess[] = [];
  private readonly last: (() => Promise<void> | void)[] = [];
  private readonly pause: ImageArchive;
  private readonly onSignal = (signal: NodeJS.Signals) => {
    this.interrupted = true;
    process.exitCode = signal === "SIGINT" ? 130 : 143;
    void this.clear().finally(() => process.exit());
  };

  private constructor(
    readonly network: LabNetwork,
    readonly controlPlane: ControlPlane,
    /** A folder with a Debian, for images. */
    readonly debian: string,
  ) {
    const busybox = join(this.folder, "busybox");
    busyboxFolder(busybox, debian);
    this.pause = writeImage(join(this.folder, "pause.tar"), {
      name: pauseImage,
      folder: busybox,
      // Holds the pod's namespaces, and takes in what has lost its parent.
      entrypoint: ["/bin/sh", "-c", 'trap "exit 0" TERM INT; while :; do sleep 3600 & wait; done'],
    });
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, this.onSignal);
  }

  /** The machine of that name; a new one is off. */
  vm(name: string, options: VmOptions): Vm {
    const folder = join(this.folder, "machines");
    mkdirSync(folder, { recursive: true });
    const { network, controlPlane } = this;
    const images = [this.pause, ...(options.images ?? [])];
    const vm = new Vm(name, { ...options, images }, { folder, number: this.vms.size, network, controlPlane });
    this.vms.set(name, vm);
    return vm;
  }

  /** Runs kubectl as the cluster's admin. @throws Error with what it said, when it fails */
  kubectl(...parameters: string[]): KubectlResult {
    return this.controlPlane.kubectl(parameters);
  }

  /** Server-side apply with strict field validation. @returns the API server's warnings */
  apply(objects: readonly KubernetesObject[]): string[] {
    return this.controlPlane.apply(objects);
  }

  /**
   * Starts one of the project's own modules (it exports `run(args)`) in the laboratory's network, or in another one.
   * It ends with the laboratory.
   */
  run(entry: string, parameters: readonly string[], enter: readonly string[] = this.network.enter): ChildProcess {
    const runner = ["bin/run-entry.js", entry, ...parameters];
    const [program = "", ...rest] = [...enter, process.execPath, ...runner];
    const child = spawn(program, rest, { stdio: ["pipe", "pipe", "inherit"], cwd: packageRoot });
    child.unref();
    this.programs.push(child);
    return child;
  }

  /**
   * All that decides what runs where stops, or goes on: the control plane, and kubelet and kube-proxy on each machine.
   * What runs, runs on. The machines go on first: a control plane that finds no word from them takes them for lost.
   */
  set frozen(frozen: boolean) {
    if (frozen) this.controlPlane.frozen = true;
    for (const vm of this.vms.values()) vm.frozen = frozen;
    if (!frozen) this.controlPlane.frozen = false;
  }

  /** Has something of a drill's own ended with the laboratory, before its network goes. */
  atEnd(work: () => Promise<void> | void): void {
    this.last.push(work);
  }

  /** How somebody at a terminal gets at the cluster. */
  get kubectlCommand(): string {
    return [...this.network.enter, join(binaries(), "kubectl"), "--kubeconfig", this.controlPlane.kubeconfig].join(" ");
  }

  /**
   * Ends everything and removes it. After a signal it never settles: that has ended everything, so that whatever was under
   * way failed, and is about to end this process.
   */
  async end(): Promise<void> {
    // A ctrl-C also ends the program that this process waits for: its failure comes before the word of the signal.
    await pause(50);
    if (this.interrupted) await new Promise(() => {});
    await this.clear();
  }

  private async clear(): Promise<void> {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.removeListener(signal, this.onSignal);
    for (const program of this.programs) program.kill("SIGKILL");
    // Whatever can't be ended: the rest is.
    const ended = [
      ...(await Promise.allSettled(this.last.splice(0).map(async (work) => work()))),
      ...(await Promise.allSettled([...this.vms.values()].map((vm) => vm.end()))),
      ...(await Promise.allSettled([this.controlPlane.stop()])),
    ];
    this.network.end();
    rmSync(this.folder, { recursive: true, force: true });
    const failed = ended.find(({ status }) => status === "rejected") as PromiseRejectedResult | undefined;
    if (failed) throw failed.reason;
  }
}
