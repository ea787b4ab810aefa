import { type ChildProcess, spawn } from "node:child_process";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { binaries, type ControlPlane } from "./control-plane";
import type { Taint } from "./simulated-vm";
import { command } from "./commands";
import type { ImageArchive } from "./images";
import { vmFiles } from "./vm-files";
import { enterNetwork, type LabNetwork, vmAddress, vmMac, vmPrefixLength, ownNamespace, podBlock } from "./network";
import { isTainted, poolLabel } from "../../lib/config/facts/pools";
import type { PoolName } from "../../lib/config/schema/configuration";
import { packageRoot } from "../../lib/package-root";

/** Labels, taints and images of a VM. */
export interface VmOptions {
  /** For example us-central1-b. */
  readonly zone: string;
  /** In addition to those that Kubernetes and Google set on a Node. @default - none */
  readonly labels?: Readonly<Record<string, string>>;
  /** @default - none */
  readonly taints?: readonly Taint[];
  /** Images that are loaded at boot, in addition to the laboratory's own. @default - none */
  readonly images?: readonly ImageArchive[];
  /** The URL from which images of a registry are pulled, by its host name. @default - none: nothing is pulled */
  readonly registries?: Readonly<Record<string, string>>;
}

/** Labels and taints of a VM in a node pool. */
export const ofPool = (pool: PoolName): Pick<VmOptions, "labels" | "taints"> => ({
  labels: { [poolLabel]: pool },
  taints: isTainted(pool) ? [{ key: poolLabel, value: pool, effect: "NoSchedule" }] : [],
});

/** Where a VM runs. */
export interface VmSite {
  readonly folder: string;
  readonly number: number;
  readonly network: LabNetwork;
  readonly controlPlane: ControlPlane;
}

/**
 * A VM of the cluster: containerd, kubelet and kube-proxy in their own network, PID and mount namespaces. Its disk is a
 * folder that survives power cuts.
 */
export class Vm {
  /** Its IPv4 address. */
  readonly address: string;
  /** Everything on its disk. */
  readonly folder: string;
  private readonly cgroup: string;
  private power?: ChildProcess;
  private cable = "";
  private boots = 0;

  constructor(
    readonly name: string,
    private readonly options: VmOptions,
    private readonly site: VmSite,
  ) {
    this.folder = join(site.folder, name);
    this.address = vmAddress(site.number);
    this.cgroup = `${basename(dirname(site.folder))}-${name}`;
    const kubeconfig = readFileSync(site.controlPlane.kubeletKubeconfig, "utf8").replace(
      "127.0.0.1",
      site.network.address,
    );
    const { registries = {} } = options;
    const files = vmFiles({ ...site, name, folder: this.folder, cgroup: `/${this.cgroup}`, kubeconfig, registries });
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.folder, path)), { recursive: true });
      writeFileSync(join(this.folder, path), text, { mode: 0o600 });
    }
    site.network.route(podBlock(site.number), this.address);
  }

  /** Powers it on and waits until its Node is Ready. @throws Error with the end of its logs */
  async on(): Promise<void> {
    if (this.power) throw new Error(`VM ${this.name} is already on`);
    for (const folder of cgroupFolders(this.cgroup)) makeCgroup(folder);
    const log = openSync(join(this.folder, "init.log"), "a");
    const namespaces = ["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"];
    const power = spawn("unshare", [...namespaces, "sh", join(packageRoot, "laboratory/cluster/vm-init.sh")], {
      stdio: ["pipe", log, log],
      env: { ...process.env, ...this.environment() },
      // So that the laboratory handles a ctrl-C, and not this process.
      detached: true,
    });
    closeSync(log);
    power.unref();
    this.power = power;
    await ownNamespace(power.pid!);
    // The old cable disappears some time after its VM: each boot gets a new one.
    this.cable = `m${this.site.number}-${++this.boots}`;
    this.site.network.connect(power.pid!, this.cable, vmMac(this.site.number));
    try {
      const since = Date.now() - 1000;
      await this.site.controlPlane.until(`VM ${this.name} is Ready`, () => {
        if (power.exitCode !== null) throw new Error("its first process has exited");
        return this.readySince(since);
      });
    } catch (error) {
      throw new Error(`${(error as Error).message}\n${this.logTails()}`, { cause: error });
    }
  }

  /** Cuts its power: all of its processes end at once, without notice to anybody. What was written to its disk stays. */
  async off(): Promise<void> {
    const { power } = this;
    if (!power) return;
    this.power = undefined;
    const ended = new Promise((resolve) => power.once("exit", resolve));
    power.ref();
    power.kill("SIGKILL");
    await ended;
    // The kernel kills the rest of its PID namespace; until then something may still write to its disk.
    for (let attempts = 0; processesIn(this.cgroup).length > 0; attempts++) {
      if (attempts > 200) throw new Error(`VM ${this.name} has processes that do not end`);
      await pause(25);
    }
  }

  /** Drops its packets in both directions; everything on it keeps running. */
  cut(): void {
    this.site.network.unplug(this.cable);
  }

  /** Undoes cut(). */
  reconnect(): void {
    this.site.network.plug(this.cable);
  }

  /** Whether it is powered on. */
  get isOn(): boolean {
    return this.power !== undefined;
  }

  /** Command prefix that enters its network namespace. @throws Error while it is off */
  get enter(): string[] {
    if (!this.power) throw new Error(`VM ${this.name} is off`);
    return enterNetwork(this.power.pid!);
  }

  /** Command prefix that enters its mount namespace. @throws Error while it is off */
  get enterMounts(): string[] {
    if (!this.power) throw new Error(`VM ${this.name} is off`);
    return ["nsenter", `--mount=/proc/${this.power.pid!}/ns/mnt`, "--"];
  }

  /** Loads an image into the running VM. */
  load({ file }: ImageArchive): void {
    command([
      "ctr",
      "--address",
      join(this.folder, "containerd.sock"),
      "--namespace",
      "k8s.io",
      "images",
      "import",
      file,
    ]);
  }

  /** Suspends its kubelet and kube-proxy (SIGSTOP), or resumes them; pods keep running. */
  set frozen(frozen: boolean) {
    const own = ["kubelet", "kube-proxy"].map((name) => `${join(binaries(), name)} --config ${this.folder}/`);
    const all = readdirSync("/proc").map(Number).filter(Number.isInteger);
    for (const pid of all.filter((pid) => own.some((start) => commandLine(pid).startsWith(start)))) {
      orElse(() => process.kill(pid, frozen ? "SIGSTOP" : "SIGCONT"), false);
    }
  }

  /** Ids of the processes in its pods whose command line matches. */
  processes(pattern: RegExp): number[] {
    return processesIn(this.cgroup).filter((pid) => pattern.test(commandLine(pid)));
  }

  /** Kills those processes. @returns whether there were any */
  kill(pattern: RegExp): boolean {
    // A listed process may exit in the meantime.
    return this.processes(pattern).filter((pid) => orElse(() => process.kill(pid, "SIGKILL"), false)).length > 0;
  }

  /** Powers it off and removes its cgroups. */
  async end(): Promise<void> {
    await this.off();
    for (const folder of cgroupFolders(this.cgroup)) removeCgroup(folder);
  }

  private environment(): Record<string, string> {
    const { zone, labels, taints = [], images = [] } = this.options;
    const all = {
      "topology.kubernetes.io/region": zone.replace(/-[a-z]$/, ""),
      "topology.kubernetes.io/zone": zone,
      // Set by Google's CSI driver for disks; volumes select it.
      "topology.gke.io/zone": zone,
      ...labels,
    };
    return {
      FOLDER: this.folder,
      NAME: this.name,
      ADDRESS: `${this.address}/${vmPrefixLength}`,
      GATEWAY: this.site.network.address,
      LABELS: Object.entries(all)
        .map(([label, value]) => `${label}=${value}`)
        .join(","),
      TAINTS: taints.map(({ key, value, effect }) => `${key}=${value}:${effect}`).join(","),
      IMAGES: images.map(({ file }) => file).join(" "),
      PROGRAMS: binaries(),
    };
  }

  /** Whether its kubelet has reported Ready since then: after a power cut the old status remains for some seconds. */
  private readySince(milliseconds: number): boolean {
    const nodes = this.site.controlPlane.get(["nodes"]).items;
    const node = nodes.find(({ metadata }: { metadata: { name: string } }) => metadata.name === this.name);
    const ready = node?.status.conditions?.find(({ type }: { type: string }) => type === "Ready");
    return ready?.status === "True" && Date.parse(ready.lastHeartbeatTime) >= milliseconds - 1000;
  }

  /** The last lines of its logs. */
  private logTails(): string {
    const tail = (name: string) => {
      const file = join(this.folder, `${name}.log`);
      return existsSync(file)
        ? `${name}: ${readFileSync(file, "utf8").split("\n").slice(-6).join("\n  ")}`
        : `${name}: -`;
    };
    return ["init", "containerd", "kubelet", "kube-proxy"].map(tail).join("\n");
  }
}

const cgroupRoot = "/sys/fs/cgroup";

/** The folders of a cgroup: one for each controller (v1), or a single one (v2). */
function cgroupFolders(name: string): string[] {
  if (existsSync(join(cgroupRoot, "cgroup.controllers"))) return [join(cgroupRoot, name)];
  return readdirSync(cgroupRoot)
    .map((controller) => join(cgroupRoot, controller))
    .filter((controller) => existsSync(join(controller, "cgroup.procs")))
    .map((controller) => join(controller, name));
}

function makeCgroup(folder: string): void {
  mkdirSync(folder, { recursive: true });
  // A new cpuset (v1) has no processors, so that nothing could run in it.
  for (const file of ["cpuset.cpus", "cpuset.mems"]) {
    const own = join(folder, file);
    if (existsSync(own) && readFileSync(own, "utf8").trim() === "" && existsSync(join(dirname(folder), file))) {
      writeFileSync(own, readFileSync(join(dirname(folder), file)));
    }
  }
}

function subfolders(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const folders = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return [...folders.flatMap(({ name }) => subfolders(join(folder, name))), folder];
}

function processesIn(cgroup: string): number[] {
  const files = cgroupFolders(cgroup)
    .flatMap(subfolders)
    .map((folder) => join(folder, "cgroup.procs"));
  const lines = files.flatMap((file) => orElse(() => readFileSync(file, "utf8").split("\n"), []));
  return [...new Set(lines.filter(Boolean).map(Number))];
}

function removeCgroup(folder: string): void {
  for (const path of subfolders(folder)) orElse(() => rmdirSync(path), undefined);
}

const commandLine = (pid: number) =>
  orElse(() => readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " "), "");

/** For processes and cgroups that may disappear at any moment. */
function orElse<T>(attempt: () => T, fallback: T): T {
  try {
    return attempt();
  } catch {
    return fallback;
  }
}
