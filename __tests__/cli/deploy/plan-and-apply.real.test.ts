import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { packageRoot } from "../../../lib/package-root";
import { cleanEnvironment } from "../../support/command-line";
import { describeReal } from "../../support/real";

/** Goes on until the test writes the file `go`, whatever signals arrive. */
const untilGo = "trap '' INT; until [ -e go ]; do sleep 0.1; done; touch went";

describeReal("planAndApply, by the real Terraform", { programs: ["terraform"] }, () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "apply-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const write = (resource: object, more: object = {}) => {
    writeFileSync(join(folder, "cdk.tf.json"), JSON.stringify({ resource: { terraform_data: resource }, ...more }));
    if (!existsSync(join(folder, ".terraform"))) terraform("init");
  };
  const terraform = (...parameters: string[]) => {
    const { status, stdout, stderr } = spawnSync("terraform", parameters, { cwd: folder, encoding: "utf8" });
    return { status, output: stdout + stderr };
  };
  const addresses = () => terraform("state", "list").output.split("\n").filter(Boolean);
  const isLocked = () => terraform("plan", "-lock-timeout=0s").output.includes("acquiring the state lock");

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

    signal(name: NodeJS.Signals): void {
      this.child.kill(name);
    }
  }
  const go = () => writeFileSync(join(folder, "go"), "");
  const slow = { one: {}, slow: { depends_on: ["terraform_data.one"], provisioner: [{ "local-exec": { command: untilGo } }] } };
  const slowAndAfter = { ...slow, after: { depends_on: ["terraform_data.slow"] } };

  test("asks at a terminal only, and without one changes nothing", async () => {
    write({ one: {} });
    const run = new Run();
    expect(await run.status).toBe(2);
    expect(run.output).toContain("There is no terminal to ask at.");
    expect(addresses()).toEqual([]);
  });

  test("applies the plan that it has shown, and then finds nothing to change", async () => {
    write({ one: {}, two: {} });
    const first = new Run("--yes");
    expect(await first.status).toBe(0);
    expect(first.output).toMatch(/test: 2 to create\n {2}create {3}2 terraform_data\n[^]*created terraform_data\.two, 0 s\n/);
    const second = new Run();
    expect(await second.status).toBe(0);
    expect(second.output).toContain("test: nothing to change.");
    write({ one: { input: "changed" } });
    const third = new Run("--yes");
    expect(await third.status).toBe(0);
    expect(third.output).toContain("test: 1 to change, 1 to delete\n  change  terraform_data.one\n  delete  terraform_data.two\n");
  });

  test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
    "%s lets Terraform end its running requests; the next call continues",
    async (name) => {
      write(slowAndAfter);
      const run = new Run("--yes");
      await run.until("creating terraform_data.slow");
      run.signal(name);
      await run.until("Terraform ends when its running requests are done");
      run.signal("SIGINT");
      await run.until("Still waiting for terraform_data.slow.");
      go();
      expect(await run.status).toBe(3);
      expect(run.output).toContain("Its state is saved and not locked.");
      expect(run.output).not.toContain("creating terraform_data.after");
      expect(addresses()).toContain("terraform_data.slow");
      expect(isLocked()).toBe(false);
      const next = new Run("--yes");
      expect(await next.status).toBe(0);
      expect(addresses()).toHaveLength(3);
    },
  );

  test("only the third signal kills Terraform", async () => {
    write(slowAndAfter);
    const run = new Run("--yes");
    await run.until("creating terraform_data.slow");
    run.signal("SIGINT");
    await run.until("running requests");
    run.signal("SIGINT");
    await run.until("Still waiting for");
    run.signal("SIGINT");
    expect(await run.status).toBe(3);
    expect(run.output).toContain("Terraform was killed.\nNot known to be complete: terraform_data.slow.");
    go();
  });

  test("Terraform goes on and saves its state when this program is killed", async () => {
    write(slow);
    const run = new Run("--yes");
    await run.until("creating terraform_data.slow");
    run.signal("SIGKILL");
    await run.status;
    go();
    while (isLocked()) await pause(100);
    expect(readFileSync(join(folder, "apply.log"), "utf8")).toContain("terraform_data.slow: Creation complete");
    expect(addresses()).toEqual(["terraform_data.one", "terraform_data.slow"]);
  });

  test("says who holds the state's lock, and how to remove it", async () => {
    write(slow);
    const first = new Run("--yes");
    await first.until("creating terraform_data.slow");
    const second = new Run("--yes");
    expect(await second.status).toBe(1);
    expect(second.output).toMatch(
      /The state is locked by \S+@\S+ since \S+ \S+ .*\(OperationTypeApply\)\.\n.*\n\s+terraform -chdir=\S+ force-unlock [0-9a-f-]{36}\n/,
    );
    go();
    expect(await first.status).toBe(0);
  });

  test("explains what must not be deleted, in words instead of Terraform's", async () => {
    const keeper = (for_each: object) => ({ "never-deleted": { for_each, lifecycle: { prevent_destroy: true } } });
    write(keeper({ "google_compute_region_disk.disk-baker": "why" }));
    expect(await new Run("--yes").status).toBe(0);
    write(keeper({}));
    const run = new Run("--yes");
    expect(await run.status).toBe(1);
    expect(run.output).toContain("google_compute_region_disk.disk-baker would be deleted or replaced");
    expect(run.output).toContain("The remedy.");
  });

  test("shows Terraform's own error where there is no better one, and asks to run it again", async () => {
    write({ one: {}, broken: { depends_on: ["terraform_data.one"], provisioner: [{ "local-exec": { command: "exit 7" } }] } });
    const run = new Run("--yes");
    expect(await run.status).toBe(3);
    expect(run.output).toMatch(/test is not complete\. [^]*terraform_data\.broken:\n {2}local-exec provisioner error\n[^]*exit status 7/);
  });
});
