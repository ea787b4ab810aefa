import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, TerraformStack } from "cdktf";
import type { StackJson } from "../../laboratory/synthesis";

/** The JSON of a stack that only contains what `build` creates, to test a construct in isolation. */
export function stackOf(build: (stack: TerraformStack) => void): StackJson {
  const outdir = mkdtempSync(join(tmpdir(), "construct-"));
  try {
    const stack = new TerraformStack(new App({ outdir }), "stack");
    build(stack);
    // As written to disk, without undefined fields.
    return JSON.parse(JSON.stringify(stack.toTerraform()));
  } finally {
    rmSync(outdir, { recursive: true });
  }
}
