import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { command } from "../cluster/commands";
import { enterNetwork } from "../cluster/network";

export interface SystemdContainerProps {
  /** Of the container; also its host name. */
  readonly name: string;
  /** From systemdImage(). */
  readonly image: string;
  /** Folders that are mounted read-only: path in the container to path on the host. @default - none */
  readonly folders?: Readonly<Record<string, string>>;
  /** Further options of `podman create`. @default - none */
  readonly options?: readonly string[];
  /** Words of the kernel command line, as systemd reads it in a container. @default - none */
  readonly commandLine?: readonly string[];
}

const ownerLabel = "hodl-farm.owner";

/** Removes containers whose process was killed before it could do so. */
function removeOrphans(): void {
  const format = `--format={{.ID}} {{index .Labels "${ownerLabel}"}}`;
  for (const line of command(["podman", "ps", "--all", `--filter=label=${ownerLabel}`, format]).split("\n")) {
    const [id, owner] = line.split(" ");
    if (id && !existsSync(`/proc/${owner}`)) command(["podman", "rm", "--force", "--time=0", id]);
  }
}

/**
 * A podman container with systemd that acts as a Raspberry Pi. It has no network of its own: interfaces are moved into
 * its namespace. It can lose power, which its disk survives.
 */
export class SystemdContainer {
  readonly name: string;
  /** Of its init; changes with each boot. 0 while it is off. */
  pid = 0;

  /** Creates the container; boot() or start() boots it. */
  constructor({ name, image, folders = {}, options = [], commandLine = [] }: SystemdContainerProps) {
    this.name = name;
    removeOrphans();
    const volumes = Object.entries(folders).map(([inside, outside]) => `--volume=${outside}:${inside}:ro`);
    // Also works where the host's own limits are low.
    const limits = ["--ulimit=nofile=1024:1024", "--ulimit=nproc=4096:4096"];
    // A privileged container sees all devices: its systemd must not take over the host's watchdog.
    const watchdogs = readdirSync("/dev").filter((device) => device.startsWith("watchdog"));
    const hidden = watchdogs.map((device) => `--volume=/dev/null:/dev/${device}`);
    command([
      // crun can't start systemd on a host with both versions of cgroups.
      ...["podman", "--runtime=runc", "create", `--name=${name}`, `--hostname=${name}`, "--privileged"],
      ...[`--label=${ownerLabel}=${process.pid}`, "--systemd=always", "--network=none"],
      ...[...limits, ...hidden, ...volumes, ...options, image, "/sbin/init", ...commandLine],
    ]);
  }

  /** Boots it, and waits until systemd has started all units of the boot, even if some failed. */
  async boot(seconds = 60): Promise<void> {
    this.start();
    const until = Date.now() + seconds * 1000;
    for (;;) {
      const { output } = this.try("systemctl", "is-system-running");
      if (/running|degraded/.test(output)) return;
      if (Date.now() > until) {
        const jobs = this.try("systemctl", "list-jobs").output;
        throw new Error(`${this.name} did not boot within ${seconds} s: ${output}${jobs}`);
      }
      await pause(200);
    }
  }

  /** Starts to boot. Its network can be set up at once. */
  start(): void {
    command(["podman", "--runtime=runc", "start", this.name]);
    this.pid = Number(command(["podman", "inspect", "--format={{.State.Pid}}", this.name]));
  }

  /** Cuts the power: its processes end without notice. */
  powerOff(): void {
    command(["podman", "--runtime=runc", "kill", "--signal=KILL", this.name]);
    // Otherwise it could be started before podman has noticed that it ended.
    command(["podman", "wait", this.name]);
    this.pid = 0;
  }

  /** Command prefix that runs a program of the host in its network. */
  get enter(): readonly string[] {
    return enterNetwork(this.pid);
  }

  /** Runs a program in it. @returns its output @throws Error with its output, if it fails */
  run(...argv: string[]): string {
    return command(["podman", "exec", this.name, ...argv]);
  }

  /** Runs a line of shell in it. @returns its output @throws Error with its output, if it fails */
  sh(line: string): string {
    return this.run("sh", "-c", line);
  }

  /** Runs a program in it that may fail. */
  try(...argv: string[]): { status: number | null; output: string } {
    const { status, stdout, stderr } = spawnSync("podman", ["exec", this.name, ...argv], { encoding: "utf8" });
    return { status, output: `${stdout}${stderr}` };
  }

  /** Removes it with its disk. */
  end(): void {
    spawnSync("podman", ["--runtime=runc", "rm", "--force", "--time=0", "--volumes", this.name]);
  }
}
