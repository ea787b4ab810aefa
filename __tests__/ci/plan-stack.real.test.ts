import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeReal } from "../support/real";
import { packageRoot } from "../../lib/package-root";

const scripts = join(packageRoot, "ci");
const output = "cross-stack-output-terraform_data-disk-id";
const reference = `data.terraform_remote_state.cross-stack-reference-input-platform.outputs.${output}`;
const local = (stack: string) => ({ path: `../../../state/${stack}.tfstate` });
const platform = (input: string) => ({
  terraform: { backend: { local: local("platform") } },
  resource: { terraform_data: { disk: { input } } },
  output: { [output]: { value: "${terraform_data.disk.id}", sensitive: true } },
});
const baker = {
  terraform: { backend: { local: local("baker") } },
  data: {
    terraform_remote_state: {
      "cross-stack-reference-input-platform": { backend: "local", config: local("platform") },
    },
  },
  resource: { terraform_data: { pod: { input: `\${${reference}}` } } },
};

/** Real Terraform, with its built-in resources, so that no provider is needed. */
describeReal("plan-stack.sh and apply-stack.sh", { programs: ["terraform", "jq", "bash"] }, () => {
  let folder: string;
  const stack = (name: string, json: object) => {
    mkdirSync(join(folder, "cdktf.out/stacks", name), { recursive: true });
    writeFileSync(join(folder, "cdktf.out/stacks", name, "cdk.tf.json"), JSON.stringify(json));
  };
  const run = (script: string, name: string) =>
    spawnSync(join(scripts, script), [name], { cwd: folder, encoding: "utf8" });
  const plan = (name: string) => run("plan-stack.sh", name).status;
  const result = (name: string, file: string) => readFileSync(join(folder, "plans", name, file), "utf8");
  const status = (name: string) => result(name, "status").trim();

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "plan-stack-"));
    stack("platform", platform("one"));
    stack("baker", baker);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test("on the first run, platform has changes and baker waits for them; then baker has changes; then neither has", () => {
    expect([plan("platform"), status("platform")]).toEqual([0, "changes"]);
    expect([plan("baker"), status("baker")]).toEqual([0, "waiting"]);
    expect(result("baker", "plan.txt")).toContain(`output ${output} of platform`);

    expect(run("apply-stack.sh", "platform").status).toBe(0);
    expect([plan("platform"), status("platform")]).toEqual([0, "none"]);
    expect([plan("baker"), status("baker")]).toEqual([0, "changes"]);
    expect(run("apply-stack.sh", "baker").status).toBe(0);
    expect([plan("baker"), status("baker")]).toEqual([0, "none"]);
    expect(JSON.parse(result("baker", "plan.json"))).toMatchObject({ format_version: expect.stringMatching(/^1\./) });
  });

  test("applies the plan that was made, even if the configuration has changed since", () => {
    plan("platform");
    stack("platform", platform("two"));
    expect(run("apply-stack.sh", "platform").status).toBe(0);
    const state = JSON.parse(readFileSync(join(folder, "state/platform.tfstate"), "utf8"));
    expect(state.resources[0].instances[0].attributes.input).toEqual({ type: "string", value: "one" });
  });

  test("refuses a plan if the state has changed since", () => {
    plan("platform");
    expect(run("apply-stack.sh", "platform").status).toBe(0);
    const second = run("apply-stack.sh", "platform");
    expect(second.status).not.toBe(0);
    expect(second.stderr).toContain("Saved plan is stale");
  });

  test("fails if Terraform does, and keeps its output for the comment", () => {
    stack("platform", { resource: { terraform_data: { disk: { inputt: "one" } } } });
    expect([plan("platform"), status("platform")]).toEqual([1, "failed"]);
    expect(result("platform", "plan.txt")).toContain("inputt");
  });
});
