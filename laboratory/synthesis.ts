import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import type { Configuration } from "../lib/config/schema/configuration";
import { addStacks } from "../lib/stacks/stacks";

/** The JSON of a stack, or a part of it. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- read by path
export type StackJson = any;

/** The JSON of both stacks. */
export interface Synthesised {
  readonly platform: StackJson;
  readonly baker: StackJson;
}

/** Synthesises both stacks and returns their JSON, without leaving files behind. */
export function synthesise(configuration: Configuration): Synthesised {
  const outdir = mkdtempSync(join(tmpdir(), "stacks-"));
  try {
    synthesiseInto(outdir, configuration);
    return { platform: readStack(outdir, "platform"), baker: readStack(outdir, "baker") };
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** Synthesises and validates both stacks into `stacks/<stack>/cdk.tf.json` of a folder. */
export function synthesiseInto(outdir: string, configuration: Configuration): void {
  const app = new App({ outdir });
  addStacks(app, configuration);
  app.synth();
}

/** Reads the JSON of a stack that synthesiseInto() has written. */
export function readStack(outdir: string, stack: string): StackJson {
  return JSON.parse(readFileSync(join(outdir, "stacks", stack, "cdk.tf.json"), "utf8"));
}
