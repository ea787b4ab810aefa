import { createHash } from "node:crypto";
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { podUser } from "../../lib/kubernetes/secure-pod";
import type { Laboratory } from "../cluster/laboratory";
import type { Vm } from "../cluster/vm";
import { standInFolder } from "../stand-ins/octez-images";

/* eslint-disable @typescript-eslint/no-explicit-any -- objects of Kubernetes' API, read by path */

/** What the stand-ins wrote: when, in seconds since this machine's own start, which program, and what it did. */
export interface StandInEvent {
  readonly seconds: number;
  readonly program: string;
  readonly what: string;
}

/** Names, and what a drill puts into them, of the files that keep a baker from signing twice. */
const protectedFiles = {
  NetXdQprcVkpaWU_highwatermarks: '{"blocks":[],"attestations":[]}',
  NetXdQprcVkpaWU_nonces: "[]",
  NetXdQprcVkpaWU_baker_states: '{"level":9000000}',
};

/** A baking pod of a drill, seen from outside: by the API server, by its disk and by its containers' logs. */
export class BakingPod {
  private readonly standIns: string;
  private readonly intended: string;

  constructor(
    private readonly lab: Laboratory,
    readonly vm: Vm,
    /** Its namespace is the deployment's name. */
    readonly namespace: string,
    readonly name: string,
    /** The folder that is its disk. */
    readonly disk: string,
  ) {
    this.standIns = join(disk, standInFolder);
    for (const folder of [this.standIns, join(disk, "client")]) mkdirSync(folder, { recursive: true });
    chmodSync(this.standIns, 0o777);
    for (const [name, text] of Object.entries(protectedFiles))
      writeFileSync(join(disk, "client", name), text, { mode: 0o600 });
    for (const path of ["client", ...Object.keys(protectedFiles).map((name) => `client/${name}`)])
      chownSync(join(disk, path), podUser, podUser);
    this.intended = this.protectedDigest();
  }

  /** @throws Error where a protected file is not byte for byte what it was at the beginning */
  checkProtectedFiles(): void {
    if (this.protectedDigest() !== this.intended) throw new Error(`${this.namespace}: a protected file has changed`);
  }

  /** Boots that lead to a Ready pod take so long, with probes of 10 s on a busy machine, at most. */
  async untilReady(since: number): Promise<void> {
    try {
      await this.lab.controlPlane.until(`${this.namespace}'s pod is Ready`, () => this.readySince(since), 180);
    } catch (error) {
      throw new Error(`${(error as Error).message}\n${this.state()}`, { cause: error });
    }
  }

  /** Whether it became Ready at that time or later: the API server keeps the word of before a loss of power for a while. */
  readySince(since: number): boolean {
    const ready = this.pod()?.status.conditions?.find(({ type }: any) => type === "Ready");
    // Kubernetes' times are whole seconds.
    return ready?.status === "True" && Date.parse(ready.lastTransitionTime) >= Math.floor(since / 1000) * 1000;
  }

  get isReady(): boolean {
    return this.readySince(0);
  }

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

  /** How often each container was started anew in this pod. */
  restarts(): Record<string, number> {
    const statuses: any[] = this.pod()?.status.containerStatuses ?? [];
    return Object.fromEntries(statuses.map(({ name, restartCount }) => [name, restartCount]));
  }

  /** What Kubernetes warns of this very pod. */
  warnings(): string[] {
    const { uid } = this.pod().metadata;
    const { items } = this.lab.controlPlane.get(["-n", this.namespace, "events", "--field-selector", "type=Warning"]);
    return items.filter(({ involvedObject }: any) => involvedObject.uid === uid).map(({ message }: any) => message);
  }

  /** The scripts stop when they come to that moment (support/octez-stand-ins/held), until release(). */
  hold(moment: string): void {
    rmSync(join(this.standIns, "held"), { force: true });
    writeFileSync(join(this.standIns, "hold"), moment);
  }

  async untilHeld(moment: string): Promise<void> {
    try {
      const held = () => existsSync(join(this.standIns, "held"));
      await this.lab.controlPlane.until(`${this.namespace}'s pod comes to "${moment}"`, held, 180);
    } catch (error) {
      throw new Error(`${(error as Error).message}\n${this.state()}`, { cause: error });
    }
  }

  release(): void {
    rmSync(join(this.standIns, "hold"), { force: true });
  }

  /** Whether its node is in step with the chain. */
  set syncing(syncing: boolean) {
    if (syncing) writeFileSync(join(this.standIns, "syncing"), "");
    else rmSync(join(this.standIns, "syncing"), { force: true });
  }

  events(): StandInEvent[] {
    return this.linesOf("events").map((line) => {
      const [, seconds, program, what] = /^([\d.]+) (\S+) (.*)$/.exec(line) ?? [];
      return { seconds: Number(seconds), program: program!, what: what! };
    });
  }

  /** Each command line that a stand-in was given, split at its spaces. */
  commands(): string[][] {
    return this.linesOf("commands").map((line) => line.split(" "));
  }

  /** The lines of each container of the pod that is there now, of its last start. */
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

  /** For the message of a failure. */
  private state(): string {
    const quietly = (tell: () => string) => {
      try {
        return tell();
      } catch (error) {
        return String(error);
      }
    };
    return [
      quietly(() => this.lab.kubectl("-n", this.namespace, "get", "pods", "-o", "wide").stdout),
      quietly(() =>
        this.lab.kubectl("-n", this.namespace, "describe", "pod", this.name).stdout.split("\n").slice(-12).join("\n"),
      ),
      quietly(() =>
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
