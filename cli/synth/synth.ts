import { readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { synthesise } from "../../main";
import { writeBundles } from "../../raspberry-pi/bundle";
import { ConfigurationError, type LoadedConfiguration } from "../../lib/config/load";
import { formatProblems } from "../../lib/config/reading/problems";
import { packageRoot } from "../../lib/package-root";
import { unknownReferences } from "../../lib/terraform/unescaped-templates";
import { configurationFile, shownPath } from "../configuration-file";
import { Failure } from "../../lib/terminal/failure";
import { oneAtATime, publishStacks, workFolder } from "./publish";
import { summary } from "./summary";
import { colorsFor } from "../../lib/terminal/colors";
import type { StackJson } from "../../lib/terraform/stack-json";

/**
 * Everything from one configuration, or nothing: all is made in a folder of its own first, and put in its place when
 * nothing is wrong. cdktf's commands start it too (cdktf.json) and say where they want the stacks.
 */
export function synth(argument?: string): void {
  const file = configurationFile(argument);
  const { CDKTF_OUTDIR } = process.env;
  const outdir = resolve(packageRoot, CDKTF_OUTDIR ?? "cdktf.out");
  const raspberryPiFolder = join(packageRoot, "dist", "raspberry-pi");

  const work = workFolder(outdir);
  let loaded: LoadedConfiguration;
  let stacks: Record<string, StackJson>;
  try {
    loaded = load(file.path, work);
    stacks = readStacks(work);
    oneAtATime(outdir, () => {
      writeBundles(loaded.configuration, raspberryPiFolder);
      publishStacks(work, outdir);
    });
  } finally {
    rmSync(work, { recursive: true, force: true });
  }

  // cdktf shows the warnings that it finds in the manifest. The summary is for people.
  if (CDKTF_OUTDIR !== undefined) return;
  if (loaded.warnings.length > 0) {
    const label = colorsFor(process.stderr).yellow("warning:");
    const problems = loaded.warnings;
    process.stderr.write(`${label} allowed, but doubtful\n${formatProblems({ file: file.path, problems })}\n\n`);
  }
  const colors = colorsFor(process.stdout);
  const folders = { stacks: shownPath(outdir), raspberryPi: shownPath(raspberryPiFolder) };
  process.stdout.write(summary({ file, configuration: loaded.configuration, stacks, folders, colors }));
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

/** @throws if Terraform would read something in a stack as a template that is none: an escape was forgotten */
function readStacks(outdir: string): Record<string, StackJson> {
  const manifest = readJson<Manifest>(join(outdir, "manifest.json"));
  // In the order in which they are deployed.
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

/** What is read of cdktf's manifest. */
interface Manifest {
  readonly stacks: Readonly<Record<string, ManifestStack>>;
}
interface ManifestStack {
  readonly name: string;
  readonly dependencies: readonly string[];
  readonly synthesizedStackPath: string;
}

const readJson = <Shape>(file: string): Shape => JSON.parse(readFileSync(file, "utf8")) as Shape;
