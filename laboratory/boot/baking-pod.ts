import { createHash } from "node:crypto";
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { podUser } from "../../lib/kubernetes/secure-pod";
import type { Laboratory } from "../cluster/laboratory";
import type { Vm } from "../cluster/vm";
import { standInFolder } from "../stand-ins/octez-images";

/* eslint-disable @typescript-eslint/no-explicit-any -- objects of Kubernetes' API, read by path */

/** What a stand-in for an Octez program has done. */
export interface StandInEvent {
  /** Seconds since this host's boot. */
  readonly seconds: number;
  readonly program: string;
  readonly what: string;
}

/** The files that keep a baker from signing twice, with the content that the drill gives them. */
const protectedFiles = {
  NetXdQprcVkpaWU_highwatermarks: '{"blocks":[],"attestations":[]}',
  NetXdQprcVkpaWU_nonces: "[]",
  NetXdQprcVkpaWU_baker_states: '{"level":9000000}',
};

/** A baking pod as seen from outside: through the API server, on its disk and in its containers' logs. */
export class BakingPod {
  private readonly standIns: string;
  private readonly protectedAtStart: string;

  constructor(
    private readonly lab: Laboratory,
    readonly vm: Vm,
    /** The namespace, which is also the deployment's name. */
    readonly namespace: string,
    readonly name: string,
    /** The folder in place of its disk. */
    readonly disk: string,
  ) {
    this.standIns = join(disk, standInFolder);
    for (const folder of [this.standIns, join(disk, "client")]) mkdirSync(folder, { recursive: true });
    chmodSync(this.standIns, 0o777);
    for (const [name, text] of Object.entries(protectedFiles))
      writeFileSync(join(disk, "client", name), text, { mode: 0o600 });
    for (const path of ["client", ...Object.keys(protectedFiles).map((name) => `client/${name}`)])
      chownSync(join(disk, path), podUser, podUser);
    this.protectedAtStart = this.protectedDigest();
  }

  /** @throws Error if a protected file has changed since the start of the drill */
  checkProtectedFiles(): void {
    if (this.protectedDigest() !== this.protectedAtStart)
      throw new Error(`${this.namespace}: a protected file has changed`);
  }

  /** Waits up to 180 s: a boot with probes every 10 s, on a busy host. @param since Unix time in milliseconds @throws Error with the pod's state */
  async untilReady(since: number): Promise<void> {
    try {
      await this.lab.controlPlane.until(`${this.namespace}'s pod is Ready`, () => this.readySince(since), 180);
    } catch (error) {
      throw new Error(`${(error as Error).message}\n${this.state()}`, { cause: error });
    }
  }

  /** Whether it has become Ready since then: after a power cut the API server keeps the old status for a while. */
  readySince(since: number): boolean {
    const ready = this.pod()?.status.conditions?.find(({ type }: any) => type === "Ready");
    // Kubernetes' timestamps have whole seconds.
    return ready?.status === "True" && Date.parse(ready.lastTransitionTime) >= Math.floor(since / 1000) * 1000;
  }

  /** Whether the pod is Ready, according to the API server. */
  get isReady(): boolean {
    return this.readySince(0);
  }

  /** The pod's object, or undefined while it does not exist. */
  pod(): any {
    const { items } = this.lab.controlPlane.get([
      "-n",
      this.namespace,
      "pods",
      "--field-selector",
      `metadata.name=${this.name}`,
    ]);
    return items[0];
  }

  /** The number of restarts of each container in this pod. */
  restarts(): Record<string, number> {
    const statuses: any[] = this.pod()?.status.containerStatuses ?? [];
    return Object.fromEntries(statuses.map(({ name, restartCount }) => [name, restartCount]));
  }

  /** Messages of the warning events about this pod. */
  warnings(): string[] {
    const { uid } = this.pod().metadata;
    const { items } = this.lab.controlPlane.get(["-n", this.namespace, "events", "--field-selector", "type=Warning"]);
    return items.filter(({ involvedObject }: any) => involvedObject.uid === uid).map(({ message }: any) => message);
  }

  /** Pauses the scripts when they reach a moment, until release(): see laboratory/stand-ins/octez/held. */
  hold(moment: string): void {
    rmSync(join(this.standIns, "held"), { force: true });
    writeFileSync(join(this.standIns, "hold"), moment);
  }

  /** Waits up to 180 s until the scripts are paused. @throws Error with the pod's state */
  async untilHeld(moment: string): Promise<void> {
    try {
      const held = () => existsSync(join(this.standIns, "held"));
      await this.lab.controlPlane.until(`${this.namespace}'s pod reaches "${moment}"`, held, 180);
    } catch (error) {
      throw new Error(`${(error as Error).message}\n${this.state()}`, { cause: error });
    }
  }

  /** Lets paused scripts continue. */
  release(): void {
    rmSync(join(this.standIns, "hold"), { force: true });
  }

  /** Whether its node is behind the chain, rather than synced. */
  set syncing(syncing: boolean) {
    if (syncing) writeFileSync(join(this.standIns, "syncing"), "");
    else rmSync(join(this.standIns, "syncing"), { force: true });
  }

  /** All events of the stand-ins, in order. */
  events(): StandInEvent[] {
    return this.linesOf("events").map((line) => {
      const [, seconds, program, what] = /^([\d.]+) (\S+) (.*)$/.exec(line) ?? [];
      return { seconds: Number(seconds), program: program!, what: what! };
    });
  }

  /** All command lines of the stand-ins, split at spaces. */
  commands(): string[][] {
    return this.linesOf("commands").map((line) => line.split(" "));
  }

  /** Log lines of the current pod's containers, each since its last start. */
  log(): { readonly container: string; readonly line: string }[] {
    const pod = this.pod();
    const folder = join(this.vm.folder, "logs", `${this.namespace}_${this.name}_${pod.metadata.uid}`);
    return readdirSync(folder)
      .sort()
      .flatMap((container) => {
        const files = readdirSync(join(folder, container)).sort((a, b) => parseInt(a, 10) - parseInt(b, 10));
        const last = files.at(-1);
        const text = last ? readFileSync(join(folder, container, last), "utf8") : "";
        return text
          .split("\n")
          .filter(Boolean)
          .map((line) => ({ container, line: line.replace(/^\S+ \S+ \S+ /, "") }));
      });
  }

  /** The pod's state, for error messages. */
  private state(): string {
    const orError = (describe: () => string) => {
      try {
        return describe();
      } catch (error) {
        return String(error);
      }
    };
    return [
      orError(() => this.lab.kubectl("-n", this.namespace, "get", "pods", "-o", "wide").stdout),
      orError(() =>
        this.lab.kubectl("-n", this.namespace, "describe", "pod", this.name).stdout.split("\n").slice(-12).join("\n"),
      ),
      orError(() =>
        this.log()
          .slice(-12)
          .map(({ container, line }) => `${container}: ${line}`)
          .join("\n"),
      ),
    ].join("\n");
  }

  private linesOf(name: string): string[] {
    const file = join(this.standIns, name);
    return existsSync(file) ? readFileSync(file, "utf8").split("\n").filter(Boolean) : [];
  }

  private protectedDigest(): string {
    const hash = createHash("sha256");
    for (const name of Object.keys(protectedFiles)) hash.update(readFileSync(join(this.disk, "client", name)));
    return hash.digest("hex");
  }
}
