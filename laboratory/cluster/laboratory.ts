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

/** What the laboratory needs on this host. */
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

/** How a laboratory is started. */
export interface LaboratoryOptions {
  /** Receives each line of progress. @default - silent */
  readonly log?: (line: string) => void;
}

/**
 * A Kubernetes cluster on this host, in its own network: pods really run, and VMs can lose power or network. Everything
 * in it ends with this process, however that ends; end() and signals also remove its folder and its cgroups.
 */
export class Laboratory {
  /** @throws Error that lists what is missing on this host, with how to install it */
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

  /** Folder for disks and other files; deleted with the laboratory. */
  readonly folder = mkdtempSync(join(tmpdir(), "laboratory-"));
  /** Whether a signal has stopped it: failures from then on are a consequence of that. */
  interrupted = false;
  private readonly vms = new Map<string, Vm>();
  private readonly programs: ChildProcess[] = [];
  private readonly cleanups: (() => Promise<void> | void)[] = [];
  private readonly pause: ImageArchive;
  private readonly onSignal = (signal: NodeJS.Signals) => {
    this.interrupted = true;
    process.exitCode = signal === "SIGINT" ? 130 : 143;
    void this.clear().finally(() => process.exit());
  };

  private constructor(
    readonly network: LabNetwork,
    readonly controlPlane: ControlPlane,
    /** A Debian root file system from which images are made. */
    readonly debian: string,
  ) {
    const busybox = join(this.folder, "busybox");
    busyboxFolder(busybox, debian);
    this.pause = writeImage(join(this.folder, "pause.tar"), {
      name: pauseImage,
      folder: busybox,
      // Keeps the pod's namespaces open and reaps orphaned processes, as Kubernetes' own does:
      // https://github.com/kubernetes/kubernetes/blob/v1.34.0/build/pause/linux/pause.c
      entrypoint: ["/bin/sh", "-c", 'trap "exit 0" TERM INT; while :; do sleep 3600 & wait; done'],
    });
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, this.onSignal);
  }

  /** Adds a VM, powered off. */
  vm(name: string, options: VmOptions): Vm {
    const folder = join(this.folder, "vms");
    mkdirSync(folder, { recursive: true });
    const { network, controlPlane } = this;
    const images = [this.pause, ...(options.images ?? [])];
    const vm = new Vm(name, { ...options, images }, { folder, number: this.vms.size, network, controlPlane });
    this.vms.set(name, vm);
    return vm;
  }

  /** Runs kubectl as the cluster's administrator. @throws Error with its standard error, if it fails */
  kubectl(...parameters: string[]): KubectlResult {
    return this.controlPlane.kubectl(parameters);
  }

  /** Server-side apply with strict field validation. @returns the API server's warnings */
  apply(objects: readonly KubernetesObject[]): string[] {
    return this.controlPlane.apply(objects);
  }

  /**
   * Starts a module of this repository that exports `run(args)`. It ends with the laboratory.
   * @param enter command prefix that enters a network @default - the laboratory's network
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
   * Suspends or resumes the control plane, and the kubelet and kube-proxy of each VM; pods keep running. VMs resume first,
   * because a control plane without heartbeats from them would consider them lost.
   */
  set frozen(frozen: boolean) {
    if (frozen) this.controlPlane.frozen = true;
    for (const vm of this.vms.values()) vm.frozen = frozen;
    if (!frozen) this.controlPlane.frozen = false;
  }

  /** Registers cleanup that runs when the laboratory ends, before its network is removed. */
  atEnd(work: () => Promise<void> | void): void {
    this.cleanups.push(work);
  }

  /** The kubectl command line with which a person at a terminal reaches the cluster. */
  get kubectlCommand(): string {
    return [...this.network.enter, join(binaries(), "kubectl"), "--kubeconfig", this.controlPlane.kubeconfig].join(" ");
  }

  /**
   * Stops and removes everything. After a signal the promise never settles: the signal handler has already cleaned up,
   * which made the work in progress fail, and is about to exit this process.
   */
  async end(): Promise<void> {
    // A ctrl-C also kills the program that this process waits for, and its failure arrives before the signal does.
    await pause(50);
    if (this.interrupted) await new Promise(() => {});
    await this.clear();
  }

  private async clear(): Promise<void> {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.removeListener(signal, this.onSignal);
    for (const program of this.programs) program.kill("SIGKILL");
    // If one part can't be stopped, the rest still is.
    const ended = [
      ...(await Promise.allSettled(this.cleanups.splice(0).map(async (work) => work()))),
      ...(await Promise.allSettled([...this.vms.values()].map((vm) => vm.end()))),
      ...(await Promise.allSettled([this.controlPlane.stop()])),
    ];
    this.network.end();
    rmSync(this.folder, { recursive: true, force: true });
    const failed = ended.find(({ status }) => status === "rejected") as PromiseRejectedResult | undefined;
    if (failed) throw failed.reason;
  }
}
