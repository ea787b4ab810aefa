import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import type { Configuration } from "../lib/config/schema/configuration";
import { addStacks } from "../lib/stacks/stacks";

/** A resource, as it stands in a stack's JSON. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a test looks into it by path
export type StackJson = any;

export interface Synthesised {
  readonly platform: StackJson;
  readonly baker: StackJson;
}

/** The parsed JSON of all stacks. Nothing is left on the disk. */
export function synthesise(configuration: Configuration): Synthesised {
  const outdir = mkdtempSync(join(tmpdir(), "stacks-"));
  try {
    synthesiseInto(outdir, configuration);
    return { platform: readStack(outdir, "platform"), baker: readStack(outdir, "baker") };
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** Synthesises all stacks, validation included, as `stacks/<stack>/cdk.tf.json` of a folder. */
export function synthesiseInto(outdir: string, configuration: Configuration): void {
  const app = new App({ outdir });
  addStacks(app, configuration);
  app.synth();
}

/** The parsed JSON of one stack in a folder of synthesiseInto(). */
export function readStack(outdir: string, stack: string): StackJson {
  return JSON.parse(readFileSync(join(outdir, "stacks", stack, "cdk.tf.json"), "utf8"));
}
