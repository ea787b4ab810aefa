import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Configuration } from "../../lib/config/schema/configuration";
import { type StackJson, synthesiseInto } from "../../laboratory/synthesis";

/** Temporary folders, deleted when the test file is done. */
const folders: string[] = [];
afterAll(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** Creates an empty folder for an App's outdir. */
export function temporaryOutdir(): string {
  const outdir = mkdtempSync(join(tmpdir(), "stacks-"));
  folders.push(outdir);
  return outdir;
}

/** Synthesises and validates both stacks. @returns the folder that contains `stacks/<stack>/cdk.tf.json` */
export function synthesiseTo(configuration: Configuration): string {
  const outdir = temporaryOutdir();
  synthesiseInto(outdir, configuration);
  return outdir;
}

/** All resources of a stack, by Terraform address. */
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
 * The same addresses, each with the name of the created object. If addresses contained indices, reordering a list would
 * keep the addresses but exchange their objects, so that for example disks would be replaced.
 */
export function addressesAndNames(stack: StackJson): string[] {
  const nameOf = ({ name, account_id, secret_id, metadata, manifest }: StackJson) =>
    name ?? account_id ?? secret_id ?? metadata?.name ?? manifest?.metadata.name ?? "";
  return Object.entries(resources(stack))
    .map(([address, body]) => `${address} ${nameOf(body)}`)
    .sort();
}

/** The only resource of a type, or the one whose `key` is `value`. @throws Error unless there is exactly one */
export function resource(stack: StackJson, type: string, key?: string, value?: unknown): StackJson {
  const matching = Object.values<StackJson>(stack.resource?.[type] ?? {}).filter(
    (body) => key === undefined || body[key] === value,
  );
  if (matching.length !== 1)
    throw new Error(`expected one ${type} with ${key} = ${String(value)}, not ${matching.length}`);
  return matching[0];
}
