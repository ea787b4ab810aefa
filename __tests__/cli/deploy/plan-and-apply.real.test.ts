import { type ChildProcess, execFile, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { packageRoot } from "../../../lib/package-root";
import { cleanEnvironment } from "../../support/command-line";
import { describeReal } from "../../support/real";
import { StateServer } from "./state-server";

/** Goes on until the test writes the file `go`. */
const untilGo = "until [ -e go ]; do sleep 0.1; done";

describeReal("planAndApply, by the real Terraform", { programs: ["terraform"] }, () => {
  let folder: string;
  let server: StateServer;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "apply-"));
    server = await new StateServer().start();
  });
  afterEach(() => {
    server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Writes the stack, and initialises Terraform. */
  const write = async (resources: object) => {
    const stack = { terraform: { backend: server.backend }, resource: { terraform_data: resources } };
    writeFileSync(join(folder, "cdk.tf.json"), JSON.stringify(stack));
    await promisify(execFile)("terraform", ["init", "-input=false"], { cwd: folder });
  };

  class Run {
    output = "";
    private readonly child: ChildProcess;
    readonly status: Promise<number | null>;

    constructor(...options: string[]) {
      const entry = ["bin/run-entry.js", "__tests__/cli/deploy/apply-entry.ts", folder, ...options];
      this.child = spawn(process.execPath, entry, { cwd: packageRoot, env: cleanEnvironment({ NO_COLOR: "1" }) });
      for (const stream of [this.child.stdout, this.child.stderr])
        stream!.setEncoding("utf8").on("data", (text: string) => (this.output += text));
      this.child.stdin!.end();
      this.status = new Promise((resolve) => this.child.once("close", resolve));
    }

    async until(text: string): Promise<void> {
      while (!this.output.includes(text)) {
        if (this.child.exitCode !== null) throw new Error(`ended without "${text}":\n${this.output}`);
        await pause(50);
      }
    }

    /** As a terminal and npm do: the signal may come twice for one keystroke. */
    async signal(name: NodeJS.Signals): Promise<void> {
      this.child.kill(name);
      this.child.kill(name);
      await pause(300);
    }
  }
  const go = () => writeFileSync(join(folder, "go"), "");
  const command = (text: string) => [{ "local-exec": { command: text } }];
  const slow = { one: {}, slow: { depends_on: ["terraform_data.one"], provisioner: command(untilGo) } };
  const slowAndAfter = { ...slow, after: { depends_on: ["terraform_data.slow"] } };

  test("asks at a terminal only, and without one changes nothing", async () => {
    await write({ one: {} });
    const run = new Run();
    expect(await run.status).toBe(2);
    expect(run.output).toContain("There is no terminal to ask at.");
    expect(server.names).toEqual([]);
  });

  test("applies the plan that it has shown, and then finds nothing to change", async () => {
    await write({ one: {}, two: {} });
    const first = new Run("--yes");
    expect(await first.status).toBe(0);
    expect(first.output).toMatch(
      /test: 2 to create\n {2}create {3}2 terraform_data\n[^]*created terraform_data\.two, 0 s\n/,
    );
    const second = new Run();
    expect(await second.status).toBe(0);
    expect(second.output).toContain("test: nothing to change.");
    await write({ one: { input: "changed" } });
    const third = new Run("--yes");
    expect(await third.status).toBe(0);
    expect(third.output).toContain(
      "test: 1 to change, 1 to delete\n  change  terraform_data.one\n  delete  terraform_data.two\n",
    );
  });

  test("a plan that is refused changes nothing, and nobody can apply it afterwards", async () => {
    await write({ one: {}, two: {} });
    expect(await new Run("--yes").status).toBe(0);
    const before = structuredClone(server.state);
    await write({ two: {}, three: {} });
    const run = new Run("--yes", "--refuse-deletion");
    expect(await run.status).toBe(1);
    expect(run.output).toContain(
      "error: test: this plan must not be applied. Nothing was changed by it.\n  terraform_data.one would be deleted.\nThe remedy.",
    );
    expect(server.names).toEqual(["one", "two"]);
    expect(server.state).toEqual(before);
    expect(existsSync(join(folder, "plan"))).toBe(false);
  });

  test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
    "%s lets Terraform save its state, however long that takes; the next call continues",
    async (name) => {
      await write(slowAndAfter);
      const run = new Run("--yes");
      await run.until("creating terraform_data.slow");
      const release = server.hold();
      await run.signal(name);
      await run.until("Terraform ends when its running requests are done");
      await run.until("failed: terraform_data.slow");
      await run.signal("SIGINT");
      await run.until("Still waiting for Terraform to save its state.");
      expect(server.lock).toBeDefined();
      release();
      expect(await run.status).toBe(3);
      expect(run.output).toContain("Terraform has ended after 1 changes. Its state is saved and not locked.");
      expect(run.output).not.toContain("terraform_data.after");
      expect(server.names).toEqual(["one", "slow"]);
      expect(server.lock).toBeUndefined();
      go();
      const next = new Run("--yes");
      expect(await next.status).toBe(0);
      expect(server.names).toEqual(["after", "one", "slow"]);
    },
  );

  test("only the third signal kills Terraform, and the next call says how to remove the lock that stays", async () => {
    await write(slowAndAfter);
    const run = new Run("--yes");
    await run.until("creating terraform_data.slow");
    server.hold();
    await run.signal("SIGINT");
    await run.until("failed: terraform_data.slow");
    await run.signal("SIGINT");
    await run.until("Still waiting for");
    await run.signal("SIGINT");
    expect(await run.status).toBe(3);
    expect(run.output).toContain("test: Terraform was killed.");
    const next = new Run("--yes");
    expect(await next.status).toBe(1);
    expect(next.output).toMatch(
      /The state is locked by \S+@\S+ since \S+ \S+ .*\.\n.*\n\s+terraform -chdir=\S+ force-unlock [0-9a-f-]{36}\n/,
    );
  });

  test("Terraform goes on and saves its state when this program is killed", async () => {
    await write(slow);
    const run = new Run("--yes");
    await run.until("creating terraform_data.slow");
    await run.signal("SIGKILL");
    await run.status;
    go();
    while (server.lock !== undefined) await pause(100);
    expect(readFileSync(join(folder, "apply.log"), "utf8")).toContain("terraform_data.slow: Creation complete");
    expect(server.names).toEqual(["one", "slow"]);
  });

  test("explains what must not be deleted, in words instead of Terraform's", async () => {
    const keeper = (for_each: object) => ({ "never-deleted": { for_each, lifecycle: { prevent_destroy: true } } });
    await write(keeper({ "google_compute_region_disk.disk-baker": "why" }));
    expect(await new Run("--yes").status).toBe(0);
    await write(keeper({}));
    const run = new Run("--yes");
    expect(await run.status).toBe(1);
    expect(run.output).toContain(
      "google_compute_region_disk.disk-baker is no longer in the configuration and would be deleted",
    );
    expect(run.output).toContain("The remedy.");
  });

  test("shows Terraform's own error where there is no better one, and asks to run it again", async () => {
    await write({
      one: {},
      broken: { depends_on: ["terraform_data.one"], provisioner: command("exit 7") },
    });
    const run = new Run("--yes");
    expect(await run.status).toBe(3);
    expect(run.output).toMatch(
      /test is not complete\. [^]*terraform_data\.broken:\n {2}local-exec provisioner error\n[^]*exit status 7/,
    );
  });
});
