import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, TerraformStack } from "cdktf";

/** The smallest cdktf program: two empty stacks. */
export async function run(): Promise<number> {
  const outdir = mkdtempSync(join(tmpdir(), "empty-app-"));
  const app = new App({ outdir });
  new TerraformStack(app, "platform");
  new TerraformStack(app, "baker");
  app.synth();
  rmSync(outdir, { recursive: true });
  return 0;
}
