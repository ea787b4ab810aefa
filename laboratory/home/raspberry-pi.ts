import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmdirSync, rmSync, statfsSync } from "node:fs";
import { basename, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { command } from "../cluster/commands";
import type { Laboratory } from "../cluster/laboratory";
import { enterNetwork } from "../cluster/network";
import { systemdImage } from "./systemd-image";
import { SystemdContainer } from "./systemd-container";
import { Uplink } from "./uplink";

/** Size of the disk for the folders in memory. */
const memoryMebibytes = 128;
const fill = "fill";

/** How many uplinks there are in each laboratory so far: their numbers are part of addresses. */
const uplinksSoFar = new WeakMap<Laboratory, number>();

/**
 * A machine with systemd that stands in for a Raspberry Pi at home, with uplinks that can fail. Its disk stays when the
 * power goes. It is empty: what is installed on it is not its own business.
 */
export class RaspberryPi {
  /**
   * @param name its host name
   * @param uplinks names of its interfaces, the preferred one first
   * @param inMemory folders that lie in memory, and stay over a loss of power all the same: what is synced there must
   * not wait for this machine's disk, which all Raspberry Pis and much else share
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
      const number = (uplinksSoFar.get(lab) ?? 0) + 1;
      uplinksSoFar.set(lab, number);
      started.push(await Uplink.start(lab.network, uplink, number));
    }
    const memory = mkdtempSync(`/dev/shm/${basename(lab.folder)}-`);
    command(["mount", "-t", "tmpfs", "-o", `size=${memoryMebibytes}m,mode=755`, "raspberry-pi", memory]);
    const volumes = inMemory.map((inside) => {
      mkdirSync(join(memory, inside), { recursive: true });
      return `--volume=${join(memory, inside)}:${inside}`;
    });
    const options = ["--hostname", name, ...volumes];
    const machine = new SystemdContainer({ name: `${basename(lab.folder)}-${name}`, image, options });
    const pi = new RaspberryPi(machine, name, started, memory);
    lab.atEnd(() => pi.end());
    await pi.on();
    return pi;
  }

  /** Its disk, as a folder of this machine; there also when it is off. */
  readonly disk: string;
  private readonly keeper: ChildProcess;

  private constructor(
    private readonly machine: SystemdContainer,
    readonly name: string,
    readonly uplinks: readonly Uplink[],
    private readonly memory: string,
  ) {
    this.disk = command(["podman", "mount", machine.name]).trim();
    // Ends it with this process, in whatever way this ends. Detached: a ctrl-C is the laboratory's to handle.
    const end = `cat >/dev/null; podman rm --force --time 0 "$1"; umount --lazy "$2"; rmdir "$2"`;
    this.keeper = spawn("sh", ["-c", end, "sh", machine.name, memory], {
      stdio: ["pipe", "ignore", "ignore"],
      detached: true,
    });
    this.keeper.unref();
  }

  /** One of the folders that lie in memory, as this machine sees it. */
  inMemory(folder: string): string {
    return join(this.memory, folder);
  }

  /** Leaves that many bytes free on the disk that the folders in memory have to themselves. */
  fillUp(freeBytes: number): void {
    const { bavail, bsize } = statfsSync(this.memory);
    command(["fallocate", "--length", String(bavail * bsize - freeBytes), join(this.memory, fill)]);
  }

  /** Ends that. */
  makeRoom(): void {
    rmSync(join(this.memory, fill), { force: true });
  }

  uplink(name: string): Uplink {
    const uplink = this.uplinks.find((one) => one.name === name);
    if (!uplink) throw new Error(`${this.name} has no uplink ${name}`);
    return uplink;
  }

  get isOn(): boolean {
    return this.machine.pid !== 0;
  }

  /**
   * Powers it on and waits until it has booted.
   * @param cables whether its uplinks are plugged in from the start
   */
  async on({ cables = true } = {}): Promise<void> {
    this.machine.powerOn();
    if (cables) this.plugIn();
    for (let tries = 0; ; tries++) {
      const { stdout } = this.try("systemctl", "is-system-running");
      if (/running|degraded/.test(stdout)) return;
      if (tries > 240) throw new Error(`${this.name} does not come up: ${stdout}`);
      await pause(250);
    }
  }

  plugIn(): void {
    this.uplinks.forEach((uplink, index) => uplink.connect(this.alive, 100 * (index + 1)));
  }

  /** Loss of power: all is gone at once, and nobody is told. What was written stays. */
  off(): void {
    if (!this.isOn) return;
    // First: the kernel would say goodbye on every connection of a process that is killed.
    for (const uplink of this.uplinks) uplink.drop();
    this.machine.off();
    for (const uplink of this.uplinks) {
      uplink.disconnect();
      uplink.mend();
    }
  }

  /** Runs a program on it. @returns its output @throws Error with what it said */
  run(...argv: string[]): string {
    return command([...this.enter, ...argv]);
  }

  /** A line for its shell. */
  sh(line: string): string {
    return this.run("sh", "-c", line);
  }

  /** Kills processes whose command line matches, as pkill takes it. @returns whether there was one */
  kill(pattern: string, signal = "KILL"): boolean {
    return this.try("pkill", `-${signal}`, "-f", pattern).status === 0;
  }

  /** What stands before a command that is to run in it, by its own programs. */
  get enter(): string[] {
    return ["nsenter", "--target", String(this.alive), "--mount", "--uts", "--ipc", "--net", "--pid", "--"];
  }

  /** What stands before a command of this machine's that is to run in its network. */
  get enterNetwork(): string[] {
    return enterNetwork(this.alive);
  }

  end(): void {
    this.machine.end();
    command(["umount", "--lazy", this.memory]);
    rmdirSync(this.memory);
    this.keeper.kill("SIGKILL");
    for (const uplink of this.uplinks) uplink.end();
  }

  private try(...argv: string[]) {
    const [program = "", ...parameters] = [...this.enter, ...argv];
    return spawnSync(program, parameters, { encoding: "utf8" });
  }

  private get alive(): number {
    if (!this.isOn) throw new Error(`${this.name} is off`);
    return this.machine.pid;
  }
}
