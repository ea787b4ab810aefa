import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { App, TerraformOutput, TerraformStack, TerraformVariable } from "cdktf";
import { configureBackend } from "../../../lib/stacks/backend";
import type { Configuration } from "../../../lib/config/schema/configuration";
import { exampleConfiguration } from "../../../laboratory/examples";
import { describeReal } from "../../support/real";
import { temporaryOutdir } from "../../support/stacks";
import { readStack } from "../../../laboratory/synthesis";
import { terraformProject } from "../../../laboratory/terraform/terraform";

/** Two stacks without providers; the second uses a value of the first. */
function synthesisePair(configuration: Configuration): string {
  const outdir = temporaryOutdir();
  const app = new App({ outdir });
  const [first, second] = ["first", "second"].map((id) => {
    const stack = new TerraformStack(app, id);
    configureBackend(stack, configuration);
    return stack;
  }) as [TerraformStack, TerraformStack];
  const value = new TerraformVariable(first, "greeting", { type: "string", default: "from the first" });
  new TerraformOutput(second, "received", { value: value.stringValue });
  app.synth();
  return outdir;
}

test("without a bucket: a relative path with the names of configuration and stack", () => {
  const outdir = synthesisePair(exampleConfiguration());
  const path = "../../../state/hodl-farm/first.tfstate";
  expect(readStack(outdir, "first").terraform.backend).toEqual({ local: { path } });
  expect(Object.values(readStack(outdir, "second").data.terraform_remote_state)).toEqual([
    expect.objectContaining({ backend: "local", config: { path } }),
  ]);
});

test("with a bucket: a prefix with both names", () => {
  const outdir = synthesisePair(exampleConfiguration((input) => (input.state = { bucket: "hodl-farm-state" })));
  const first = { bucket: "hodl-farm-state", prefix: "hodl-farm/first" };
  expect(readStack(outdir, "first").terraform.backend).toEqual({ gcs: first });
  expect(Object.values(readStack(outdir, "second").data.terraform_remote_state)).toEqual([
    expect.objectContaining({ backend: "gcs", config: first }),
  ]);
});

describeReal("Terraform", { programs: ["terraform"] }, () => {
  test("creates the state's folder, and one stack reads the other's outputs", async () => {
    const outdir = synthesisePair(exampleConfiguration());
    const first = terraformProject(join(outdir, "stacks", "first"), temporaryOutdir());
    await first.init();
    await first.apply();
    const state = join(first.workspace, "state/hodl-farm/first.tfstate");
    expect(existsSync(state)).toBe(true);
    expect(readFileSync(state, "utf8")).toContain("from the first");

    const second = terraformProject(join(outdir, "stacks", "second"), first.workspace);
    await second.init();
    await second.apply();
    expect((await second.outputs())["received"]?.value).toBe("from the first");
  });
});
