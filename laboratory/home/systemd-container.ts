import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { command } from "../cluster/commands";
import { enterNetwork } from "../cluster/network";

export interface SystemdContainerOptions {
  /** The container's name. */
  readonly name: string;
  /** From systemdImage(). */
  readonly image: string;
  /** Folders of this machine by the place where the machine sees them, read-only. @default - none */
  readonly folders?: Readonly<Record<string, string>>;
  /** Further arguments of `podman create`. @default - none */
  readonly options?: readonly string[];
  /** Words of the kernel's command line, as systemd reads it in a container. @default - none */
  readonly commandLine?: readonly string[];
}

const ownerLabel = "hodl-farm.owner";

/** Containers outlive the process that made them when that is killed; the next one takes them away. */
function removeOrphans(): void {
  const format = `--format={{.ID}} {{index .Labels "${ownerLabel}"}}`;
  for (const line of command(["podman", "ps", "--all", `--filter=label=${ownerLabel}`, format]).split("\n")) {
    const [id, owner] = line.split(" ");
    if (id && !existsSync(`/proc/${owner}`)) command(["podman", "rm", "--force", "--time=0", id]);
  }
}

/**
 * A machine with systemd in a podman container: it stands in for a Raspberry Pi. It has no network but what is laid to it
 * (enter and pid tell its namespace), and can lose power: its disk stays, whatever ran is gone.
 */
export class SystemdContainer {
  readonly name: string;
  /** Of its init; 0 while it is off. Another one after each boot. */
  pid = 0;

  constructor({ name, image, folders = {}, options = [], commandLine = [] }: SystemdContainerOptions) {
    this.name = name;
    removeOrphans();
    const volumes = Object.entries(folders).map(([inside, outside]) => `--volume=${outside}:${inside}:ro`);
    // Low limits of this machine must not fail it.
    const limits = ["--ulimit=nofile=1024:1024", "--ulimit=nproc=4096:4096"];
    // A container with all rights sees all devices: its systemd must not take this machine's watchdog for its own.
    const watchdogs = readdirSync("/dev").filter((device) => device.startsWith("watchdog"));
    const hidden = watchdogs.map((device) => `--volume=/dev/null:/dev/${device}`);
    command([
      // crun can't start systemd on a machine with both versions of cgroups.
      ...["podman", "--runtime=runc", "create", `--name=${name}`, `--hostname=${name}`, "--privileged"],
      `--label=${ownerLabel}=${process.pid}`,
      ...[
        "--systemd=always",
        "--network=none",
        ...limits,
        ...hidden,
        ...volumes,
        ...options,
        image,
        "/sbin/init",
        ...commandLine,
      ],
    ]);
  }

  /** Boots it, and returns when systemd has started what it starts at boot, with or without faults. */
  async on(seconds = 60): Promise<void> {
    this.powerOn();
    const until = Date.now() + seconds * 1000;
    for (;;) {
      const { output } = this.try("systemctl", "is-system-running");
      if (/running|degraded/.test(output)) return;
      if (Date.now() > until)
        throw new Error(`${this.name} does not come up: ${output}${this.try("systemctl", "list-jobs").output}`);
      await pause(200);
    }
  }

  /** Begins to boot. Its network can be laid at once. */
  powerOn(): void {
    command(["podman", "--runtime=runc", "start", this.name]);
    this.pid = Number(command(["podman", "inspect", "--format={{.State.Pid}}", this.name]));
  }

  /** Takes its power away: nothing in it is told. */
  off(): void {
    command(["podman", "--runtime=runc", "kill", "--signal=KILL", this.name]);
    // Else it could be started before podman has heard of its end.
    command(["podman", "wait", this.name]);
    this.pid = 0;
  }

  /** What stands before a command that is to run in its network. */
  get enter(): readonly string[] {
    return enterNetwork(this.pid);
  }

  /** Runs a command in it. @returns its output @throws Error with what it said */
  run(...argv: string[]): string {
    return command(["podman", "exec", this.name, ...argv]);
  }

  /** Runs a line of shell in it. */
  sh(line: string): string {
    return this.run("sh", "-c", line);
  }

  /** Runs a command in it that may fail. */
  try(...argv: string[]): { status: number | null; output: string } {
    const { status, stdout, stderr } = spawnSync("podman", ["exec", this.name, ...argv], { encoding: "utf8" });
    return { status, output: `${stdout}${stderr}` };
  }

  /** Removes it with its disk, also when it has never started. */
  end(): void {
    spawnSync("podman", ["--runtime=runc", "rm", "--force", "--time=0", "--volumes", this.name]);
  }
}
