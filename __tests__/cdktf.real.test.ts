import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../lib/package-root";
import { describeReal } from "./support/real";

/** cdktf-cli, of which package.json replaces what it never loads, and the terminal module by one without a compiler. */
function cdktf(folder: string, ...parameters: string[]) {
  const { status, stdout, stderr } = spawnSync(join(packageRoot, "node_modules/.bin/cdktf"), parameters, {
    cwd: folder,
    env: {
      ...process.env,
      BAKER_CONFIG: "config/shadownet.yaml",
      CI: "true",
      CHECKPOINT_DISABLE: "1",
      TF_CLI_CONFIG_FILE: "/dev/null",
    },
    encoding: "utf8",
  });
  return { status, output: `${stdout}${stderr}` };
}

describeReal("cdktf's own commands", { programs: ["terraform"] }, () => {
  let folder: string;
  beforeAll(() => (folder = mkdtempSync(join(tmpdir(), "cdktf-"))));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("list the stacks of this program", () => {
    const { status, output } = cdktf(packageRoot, "list", "--output", join(folder, "cdktf.out"));
    expect(status).toBe(0);
    expect(output).toMatch(/baker +\S+\/stacks\/baker\n[^]*platform +\S+\/stacks\/platform\n/);
  });

  test("deploy, compare, show and destroy a stack", () => {
    const app = `
      const { App, DataResource, TerraformOutput, TerraformStack } = require(${JSON.stringify(join(packageRoot, "node_modules/cdktf"))});
      const app = new App();
      const stack = new TerraformStack(app, "stack");
      new TerraformOutput(stack, "answer", { value: new DataResource(stack, "data", { input: "42" }).output });
      app.synth();`;
    writeFileSync(join(folder, "app.js"), app);
    const settings = { language: "typescript", app: "node app.js", projectId: "test", sendCrashReports: "false" };
    writeFileSync(join(folder, "cdktf.json"), JSON.stringify(settings));

    for (const [words, expected] of [
      ["deploy stack --auto-approve", "1 added, 0 changed, 0 destroyed"],
      ["diff stack", "No changes"],
      ["output stack", "answer = 42"],
      ["destroy stack --auto-approve", "1 destroyed"],
    ] as const) {
      const { status, output } = cdktf(folder, ...words.split(" "));
      expect([words, status, output]).toEqual([words, 0, expect.stringContaining(expected)]);
    }
  });
});
