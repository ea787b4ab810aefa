import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Configuration } from "../../lib/config/schema/configuration";
import { type StackJson, synthesiseInto } from "../../laboratory/synthesis";

export { readStack, type StackJson, synthesise, type Synthesised } from "../../laboratory/synthesis";

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
  synthesiseInto(outdir, configuration);
  return outdir;
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

/**
 * The same, each with the name of what it makes. Where addresses are counted, a list in another order has the same
 * addresses, and each makes another's thing: a disk would be replaced by an other one.
 */
export function addressesAndNames(stack: StackJson): string[] {
  const nameOf = ({ name, account_id, secret_id, metadata, manifest }: StackJson) =>
    name ?? account_id ?? secret_id ?? metadata?.name ?? manifest?.metadata.name ?? "";
  return Object.entries(resources(stack))
    .map(([address, body]) => `${address} ${nameOf(body)}`)
    .sort();
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
