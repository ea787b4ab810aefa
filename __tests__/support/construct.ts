import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, TerraformStack } from "cdktf";
import type { StackJson } from "./stacks";

/** The JSON of a stack that holds nothing but what `build` makes in it: for the test of one construct by itself. */
export function stackOf(build: (stack: TerraformStack) => void): StackJson {
  const outdir = mkdtempSync(join(tmpdir(), "construct-"));
  try {
    const stack = new TerraformStack(new App({ outdir }), "stack");
    build(stack);
    // As it is written to disk: without what is undefined.
    return JSON.parse(JSON.stringify(stack.toTerraform()));
  } finally {
    rmSync(outdir, { recursive: true });
  }
}
