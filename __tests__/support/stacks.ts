import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import type { Configuration } from "../../lib/config/schema";
import { BakerStack } from "../../lib/stacks/baker";
import { PlatformStack } from "../../lib/stacks/platform";

/** A resource, as it stands in a stack's JSON. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a test looks into it by path
export type StackJson = any;

export interface Synthesised {
  readonly platform: StackJson;
  readonly baker: StackJson;
}

/** Folders in which stacks were synthesised; they go when the test file is done. */
const folders: string[] = [];
afterAll(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** An empty folder for an App's outdir. */
export function temporaryOutdir(): string {
  const outdir = mkdtempSync(join(tmpdir(), "stacks-"));
  folders.push(outdir);
  return outdir;
}

/** Synthesises all stacks, validation included, and returns the folder that holds `stacks/<stack>/cdk.tf.json`. */
export function synthesiseTo(configuration: Configuration): string {
  const outdir = temporaryOutdir();
  const app = new App({ outdir });
  const platform = new PlatformStack(app, "platform", { configuration });
  new BakerStack(app, "baker", { configuration, platform });
  app.synth();
  return outdir;
}

/** The parsed JSON of all stacks. */
export function synthesise(configuration: Configuration): Synthesised {
  const outdir = synthesiseTo(configuration);
  return { platform: readStack(outdir, "platform"), baker: readStack(outdir, "baker") };
}

/** The parsed JSON of one stack in a folder of synthesiseTo(). */
export function readStack(outdir: string, stack: string): StackJson {
  return JSON.parse(readFileSync(join(outdir, "stacks", stack, "cdk.tf.json"), "utf8"));
}

/** All resources of a stack by their Terraform address. */
export function resources(stack: StackJson): Record<string, StackJson> {
  return Object.fromEntries(
    Object.entries<Record<string, StackJson>>(stack.resource ?? {}).flatMap(([type, byName]) =>
      Object.entries(byName).map(([name, body]) => [`${type}.${name}`, body]),
    ),
  );
}

/** The Terraform addresses of a stack's resources, sorted. */
export function addresses(stack: StackJson): string[] {
  return Object.keys(resources(stack)).sort();
}

/** The one resource of a type, or the one whose `key` is `value`. @throws if there are none or several */
export function resource(stack: StackJson, type: string, key?: string, value?: unknown): StackJson {
  const found = Object.values<StackJson>(stack.resource?.[type] ?? {}).filter(
    (body) => key === undefined || body[key] === value,
  );
  if (found.length !== 1)
    throw new Error(`${found.length} resources ${type} with ${key} = ${String(value)}, expected one`);
  return found[0];
}
