import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../../../lib/package-root";
import { cleanEnvironment } from "../../support/command-line";

/** A process that takes the lock and holds it until `end`. */
class Run {
  readonly output: Promise<string>;
  private readonly child: ChildProcess;
  private readonly closed: Promise<unknown>;

  constructor(file: string) {
    const entry = ["bin/run-entry.js", "__tests__/cli/deploy/lock-entry.ts", file];
    this.child = spawn(process.execPath, entry, { cwd: packageRoot, env: cleanEnvironment() });
    this.closed = new Promise((resolve) => this.child.once("close", resolve));
    this.output = new Promise((resolve) => this.child.stdout!.setEncoding("utf8").once("data", resolve));
  }

  get pid(): number {
    return this.child.pid!;
  }

  async end(signal?: NodeJS.Signals): Promise<void> {
    if (signal === undefined) this.child.stdin!.end();
    else this.child.kill(signal);
    await this.closed;
  }
}

let folder: string;
let file: string;
let runs: Run[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lock-"));
  file = join(folder, "lock");
  runs = [];
});
afterEach(async () => {
  await Promise.all(runs.map((run) => run.end("SIGKILL")));
  rmSync(folder, { recursive: true, force: true });
});

const start = (): Run => {
  const run = new Run(file);
  runs.push(run);
  return run;
};
const writeLock = (holder: object) => writeFileSync(file, JSON.stringify(holder));

test("a second run is refused and told who holds the lock, until the first one ends", async () => {
  const first = start();
  expect(await first.output).toBe("holds it\n");
  const refused = await start().output;
  expect(refused).toContain("Another run uses this deployment's folder. Nothing was changed.");
  expect(refused).toContain(`Process ${first.pid} on ${hostname()}, since 20`);
  expect(refused).toContain(`: npm run deploy\n`);
  expect(refused).toMatch(/rm \S+lock\n/);
  await first.end();
  expect(existsSync(file)).toBe(false);
  expect(await start().output).toBe("holds it\n");
});

test("the lock of a process that was killed goes to exactly one of those that want it at once", async () => {
  const killed = start();
  await killed.output;
  await killed.end("SIGKILL");
  expect(existsSync(file)).toBe(true);
  const outputs = await Promise.all([start(), start(), start(), start()].map((run) => run.output));
  expect(outputs.filter((output) => output === "holds it\n")).toHaveLength(1);
  expect(outputs.filter((output) => output.startsWith("refused: "))).toHaveLength(3);
  expect(readdirSync(folder)).toEqual(["lock"]);
});

test("a lock of another machine is not taken: its processes can't be seen", async () => {
  writeLock({ pid: spawnSync("true").pid, host: "elsewhere", since: "2026-01-01T00:00:00.000Z", command: "c" });
  expect(await start().output).toMatch(/on elsewhere, since 2026-01-01T00:00:00\.000Z: c\n/);
});

test("a lock that can't be read is not taken", async () => {
  writeFileSync(file, "not JSON");
  expect(await start().output).toMatch(/^refused: [^]*rm \S+lock\n/);
});
