import { readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { synthesise } from "../../main";
import { writeBundles } from "../../raspberry-pi/bundle";
import { ConfigurationError, type LoadedConfiguration } from "../../lib/config/load";
import { formatProblems } from "../../lib/config/reading/problems";
import { packageRoot } from "../../lib/package-root";
import { unknownReferences } from "../../lib/terraform/unescaped-templates";
import { type ConfigurationFile, configurationFile, shortestPath } from "../configuration-file";
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
  const file = configurationFile(argument);
  const { configuration, warnings, stacks, folders } = publish(file);
  // cdktf prints the warnings in the manifest itself, and needs no summary.
  if (process.env["CDKTF_OUTDIR"] !== undefined) return;
  if (warnings.length > 0) {
    const label = colorsFor(process.stderr).yellow("warning:");
    const problems = warnings;
    process.stderr.write(
      `${label} ${file.path} is valid, but check this:\n${formatProblems({ file: file.path, problems })}\n\n`,
    );
  }
  process.stdout.write(summary({ file, configuration, stacks, folders, colors: colorsFor(process.stdout) }));
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
  const raspberryPiFolder = join(packageRoot, "dist", "raspberry-pi");

  const work = workFolder(outdir);
  let loaded: LoadedConfiguration;
  let stacks: Record<string, StackJson>;
  try {
    loaded = load(file.path, work);
    stacks = readStacks(work);
    withLock(outdir, () => {
      writeBundles(loaded.configuration, raspberryPiFolder);
      publishStacks(work, outdir);
    });
  } finally {
    rmSync(work, { recursive: true, force: true });
  }

  const folders = { stacks: shortestPath(outdir), raspberryPi: shortestPath(raspberryPiFolder) };
  return { ...loaded, stacks, folders };
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
