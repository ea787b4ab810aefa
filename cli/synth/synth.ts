import { readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { synthesise } from "../../main";
import { writeBundles } from "../../raspberry-pi/bundle";
import { ConfigurationError, type LoadedConfiguration, type Problem } from "../../lib/config/load";
import { formatProblems } from "../../lib/config/reading/problems";
import { packageRoot } from "../../lib/package-root";
import { unknownReferences } from "../../lib/terraform/unescaped-templates";
import { type ConfigurationFile, configurationFile, pathFromPackage } from "../configuration-file";
import { Failure } from "../../lib/terminal/failure";
import { withLock, publishStacks, workFolder } from "./publish";
import { summary } from "./summary";
import { colorsFor } from "../../lib/terminal/colors";
import type { StackJson } from "../../lib/terraform/stack-json";

/**
 * Synthesises everything from a configuration, or nothing: the files are written to a temporary folder first, and moved
 * into place if nothing is wrong. cdktf's commands call it too (cdktf.json), and set CDKTF_OUTDIR.
 * @throws Failure if the configuration has problems
 */
export function synth(argument?: string): void {
  endAfterSignals();
  const file = configurationFile(argument);
  const { configuration, warnings, stacks, folders } = publish(file);
  // cdktf prints the warnings in the manifest itself, and needs no summary.
  if (process.env["CDKTF_OUTDIR"] !== undefined) return;
  const label = colorsFor(process.stderr).yellow("warning:");
  if (warnings.length > 0) {
    const problems = formatProblems({ file: file.path, problems: warnings });
    process.stderr.write(`${label} ${file.path} is valid, but check this:\n${problems}\n\n`);
  }
  process.stdout.write(summary({ file, configuration, stacks, folders, colors: colorsFor(process.stdout) }));
  // The summary is longer than a screen.
  if (warnings.length > 0) process.stderr.write(`${label} ${counted(warnings)}\n`);
}

/** The number of warnings, and the fields that they are about. */
function counted(warnings: readonly Problem[]): string {
  const fields = [...new Set(warnings.map(({ path }) => path))].filter((path) => path !== "");
  const shown = fields.slice(0, 5).join(", ") + (fields.length > 5 ? ", …" : "");
  return `${warnings.length === 1 ? "1 warning is" : `${warnings.length} warnings are`} above the summary: ${shown}`;
}

/**
 * Lets a signal end the program only when it has moved or removed its files: a synth takes less than half a second, in
 * which nothing else runs.
 */
function endAfterSignals(): void {
  for (const [name, number] of [
    ["SIGINT", 2],
    ["SIGHUP", 1],
    ["SIGTERM", 15],
  ] as const)
    process.once(name, () => process.exit(128 + number));
}

/** What was synthesised, and where it is. */
export interface Published extends LoadedConfiguration {
  /** In order of deployment. */
  readonly stacks: Readonly<Record<string, StackJson>>;
  /** As they are shown to people. */
  readonly folders: { readonly stacks: string; readonly raspberryPi: string };
}

/**
 * Synthesises a configuration, and moves the files into place.
 * @throws Failure if the configuration has problems; nothing is written then
 */
export function publish(file: ConfigurationFile): Published {
  const { CDKTF_OUTDIR } = process.env;
  const outdir = resolve(packageRoot, CDKTF_OUTDIR ?? "cdktf.out");
  const work = workFolder(outdir);
  let loaded: LoadedConfiguration;
  let stacks: Record<string, StackJson>;
  let raspberryPiFolder: string;
  try {
    loaded = load(file.path, work);
    stacks = readStacks(work);
    // By name, so that two configurations can be used in one clone.
    raspberryPiFolder = join(packageRoot, "dist", loaded.configuration.name);
    withLock(outdir, () => {
      writeBundles(loaded.configuration, raspberryPiFolder);
      publishStacks(work, outdir);
    });
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return {
    ...loaded,
    stacks,
    folders: { stacks: pathFromPackage(outdir), raspberryPi: pathFromPackage(raspberryPiFolder) },
  };
}

function load(path: string, outdir: string): LoadedConfiguration {
  try {
    return synthesise(path, outdir);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const count = error.problems.length;
    const problems = count === 1 ? "a problem" : `${count} problems`;
    throw new Failure(`${error.file} has ${problems}; nothing was written.`, formatProblems(error));
  }
}

/** @throws Error if a stack has an unescaped template, which Terraform would evaluate */
function readStacks(outdir: string): Record<string, StackJson> {
  const manifest = readJson<Manifest>(join(outdir, "manifest.json"));
  // In order of deployment.
  const stacks = Object.values(manifest.stacks).sort((a, b) => a.dependencies.length - b.dependencies.length);
  return Object.fromEntries(
    stacks.map(({ name, synthesizedStackPath: path }) => {
      const stack = readJson<StackJson>(join(outdir, path));
      const [unknown] = unknownReferences(stack);
      if (unknown) throw new Error(`stack ${name}: unescaped template ${unknown.text} at ${unknown.path}`);
      return [name, stack];
    }),
  );
}

/** The fields of cdktf's manifest that are read here. */
interface Manifest {
  readonly stacks: Readonly<Record<string, ManifestStack>>;
}
interface ManifestStack {
  readonly name: string;
  readonly dependencies: readonly string[];
  readonly synthesizedStackPath: string;
}

const readJson = <Shape>(file: string): Shape => JSON.parse(readFileSync(file, "utf8")) as Shape;
