import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmdirSync, rmSync, statfsSync } from "node:fs";
import { basename, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { command } from "../cluster/commands";
import type { Laboratory } from "../cluster/laboratory";
import { enterNetwork } from "../cluster/network";
import { SystemdContainer } from "./systemd-container";
import { systemdImage } from "./systemd-image";
import { Uplink } from "./uplink";

/** Size of the file system of the folders in memory. */
const memoryMebibytes = 128;
/** The file that fills it up. */
const filler = "fill";

/**
 * How many uplinks each laboratory has so far: their numbers must be unique, because addresses are derived from them.
 */
const uplinkCounts = new WeakMap<Laboratory, number>();

/**
 * A container with systemd that acts as a Raspberry Pi at home, with uplinks that can fail. Its disk survives a power
 * loss. Nothing is installed on it yet.
 */
export class RaspberryPi {
  /**
   * Boots a Raspberry Pi. It ends with the laboratory.
   * @param name its host name
   * @param uplinks names of its interfaces, the preferred one first
   * @param log is called with each line of progress
   * @param inMemory folders that are kept in memory, and survive a power loss all the same. The host's disk, which all
   * containers share, must not slow down a signer that syncs its watermarks.
   */
  static async start(
    lab: Laboratory,
    name: string,
    uplinks: readonly string[],
    log: (line: string) => void = () => {},
    inMemory: readonly string[] = [],
  ): Promise<RaspberryPi> {
    const image = await systemdImage(log);
    const started: Uplink[] = [];
    for (const uplink of uplinks) {
      const number = (uplinkCounts.get(lab) ?? 0) + 1;
      uplinkCounts.set(lab, number);
      started.push(await Uplink.start(lab.network, uplink, number));
    }
    const memory = mkdtempSync(`/dev/shm/${basename(lab.folder)}-`);
    command(["mount", "-t", "tmpfs", "-o", `size=${memoryMebibytes}m,mode=755`, "raspberry-pi", memory]);
    const volumes = inMemory.map((inside) => {
      mkdirSync(join(memory, inside), { recursive: true });
      return `--volume=${join(memory, inside)}:${inside}`;
    });
    const options = ["--hostname", name, ...volumes];
    const container = new SystemdContainer({ name: `${basename(lab.folder)}-${name}`, image, options });
    const pi = new RaspberryPi(container, name, started, memory);
    lab.atEnd(() => pi.end());
    await pi.powerOn();
    return pi;
  }

  /** Its disk, as a folder of the host; it exists while the Raspberry Pi is off, too. */
  readonly disk: string;
  private readonly cleaner: ChildProcess;

  private constructor(
    private readonly container: SystemdContainer,
    readonly name: string,
    readonly uplinks: readonly Uplink[],
    private readonly memory: string,
  ) {
    this.disk = command(["podman", "mount", container.name]).trim();
    // Removes the container when this process ends, even by SIGKILL. Detached, so that Ctrl-C does not reach it.
    const cleanUp = `cat >/dev/null; podman rm --force --time 0 "$1"; umount --lazy "$2"; rmdir "$2"`;
    this.cleaner = spawn("sh", ["-c", cleanUp, "sh", container.name, memory], {
      stdio: ["pipe", "ignore", "ignore"],
      detached: true,
    });
    this.cleaner.unref();
  }

  /** Where the host sees a folder that is kept in memory. */
  memoryPath(folder: string): string {
    return join(this.memory, folder);
  }

  /** Fills up the file system of the folders in memory, except for this many bytes. */
  fillMemory(freeBytes: number): void {
    const { bavail, bsize } = statfsSync(this.memory);
    command(["fallocate", "--length", String(bavail * bsize - freeBytes), join(this.memory, filler)]);
  }

  /** Undoes fillMemory(). */
  freeMemory(): void {
    rmSync(join(this.memory, filler), { force: true });
  }

  /** @throws Error if there is no uplink of that name */
  uplink(name: string): Uplink {
    const uplink = this.uplinks.find((one) => one.name === name);
    if (!uplink) throw new Error(`${this.name} has no uplink ${name}`);
    return uplink;
  }

  get isOn(): boolean {
    return this.container.pid !== 0;
  }

  /**
   * Powers it on and waits until it has booted.
   * @param connected whether its uplinks are connected from the start
   */
  async powerOn({ connected = true } = {}): Promise<void> {
    this.container.start();
    if (connected) this.connectUplinks();
    for (let attempts = 0; ; attempts++) {
      const { stdout } = this.try("systemctl", "is-system-running");
      if (/running|degraded/.test(stdout)) return;
      if (attempts > 240) throw new Error(`${this.name} did not boot within a minute: ${stdout}`);
      await pause(250);
    }
  }

  /** Connects all uplinks, the first with the preferred default route. */
  connectUplinks(): void {
    this.uplinks.forEach((uplink, index) => uplink.connect(this.pid, 100 * (index + 1)));
  }

  /** Cuts the power. Processes end without notice; files stay as they were written. */
  powerOff(): void {
    if (!this.isOn) return;
    // First of all: the kernel closes the connections of a process that is killed, and the peers would notice.
    for (const uplink of this.uplinks) uplink.drop();
    this.container.powerOff();
    for (const uplink of this.uplinks) {
      uplink.disconnect();
      uplink.repair();
    }
  }

  /** Runs a program on it. @returns its output @throws Error with its output, if it fails */
  run(...argv: string[]): string {
    return command([...this.enter, ...argv]);
  }

  /** Runs a line of shell on it. @returns its output @throws Error with its output, if it fails */
  sh(line: string): string {
    return this.run("sh", "-c", line);
  }

  /** Signals the processes whose command line matches a pattern of pkill. @returns whether there were any */
  kill(pattern: string, signal = "KILL"): boolean {
    return this.try("pkill", `-${signal}`, "-f", pattern).status === 0;
  }

  /** Command prefix that runs one of its programs on it. */
  get enter(): string[] {
    return ["nsenter", "--target", String(this.pid), "--mount", "--uts", "--ipc", "--net", "--pid", "--"];
  }

  /** Command prefix that runs a program of the host in its network. */
  get enterNetwork(): string[] {
    return enterNetwork(this.pid);
  }

  /** Removes it with its disk and its uplinks. */
  end(): void {
    this.container.end();
    command(["umount", "--lazy", this.memory]);
    rmdirSync(this.memory);
    this.cleaner.kill("SIGKILL");
    for (const uplink of this.uplinks) uplink.end();
  }

  private try(...argv: string[]) {
    const [program = "", ...parameters] = [...this.enter, ...argv];
    return spawnSync(program, parameters, { encoding: "utf8" });
  }

  private get pid(): number {
    if (!this.isOn) throw new Error(`${this.name} is off`);
    return this.container.pid;
  }
}
