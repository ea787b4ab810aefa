import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { exitCode, Failure } from "../lib/terminal/failure";
import { missing } from "../laboratory/needs";
import { bootPrograms, measureBoot } from "./boot";
import { writeManyBakers } from "./many-bakers";
import { measure, type Candidate, type Cost } from "./measure";
import { Workspace } from "./workspace";

const parts = ["synth", "growth", "boot", "tests"] as const;
type Part = (typeof parts)[number];

/** A line of the report. */
interface Line {
  readonly what: string;
  readonly value: number;
  /** Upper bound. @default - none: the value is only printed */
  readonly bound?: number;
  readonly unit?: string;
}

/**
 * Measures the program, and compares the results with their bounds.
 * @param chosen the parts to measure; all if empty
 * @throws Failure if a bound is exceeded
 */
export async function bench(chosen: string[], options: { runs: string }): Promise<void> {
  const unknown = chosen.find((part) => !(parts as readonly string[]).includes(part));
  if (unknown !== undefined)
    throw new Failure(`Part ${unknown} does not exist. The parts are ${parts.join(", ")}.`, "", exitCode.usage);
  const runs = Number(options.runs);
  if (!Number.isInteger(runs) || runs < 1)
    throw new Failure(`--runs must be a whole number of at least 1, not ${options.runs}.`, "", exitCode.usage);

  const [processor] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  print(
    `Node ${process.version}, ${cpus().length} × ${processor?.model.trim()}, ${memory} GiB; medians of ${runs} runs\n`,
  );
  const workspace = new Workspace();
  const exceeded: Line[] = [];
  try {
    for (const part of chosen.length > 0 ? (chosen as Part[]) : parts) {
      const lines = await measures[part](workspace, runs);
      exceeded.push(...lines.filter(({ value, bound }) => bound !== undefined && value > bound));
    }
  } finally {
    workspace.remove();
  }
  if (exceeded.length > 0) throw new Failure(`Bounds exceeded: ${exceeded.map(({ what }) => what).join("; ")}.`);
}

const measures: Record<Part, (workspace: Workspace, runs: number) => Promise<Line[]>> = {
  synth: measureSynth,
  growth: measureGrowth,
  boot: measureReboot,
  tests: measureTests,
};

const synthOf = (file: string): string[] => ["synth", file];

async function measureSynth(workspace: Workspace, runs: number): Promise<Line[]> {
  const { program: folder } = workspace;
  const hodlFarm = synthOf(join(folder, "config", "hodl-farm.yaml"));
  const entry = (name: string): Candidate => ({ folder, args: ["bin/run-entry.js", `bench/entries/${name}.ts`] });
  const plainImports = await workspace.withPackagesLoadedByNode("bench/entries/without-resources.ts");
  const costs = await measure(
    {
      synth: { folder, args: ["bin/farm.js", ...hodlFarm] },
      plain: { folder, args: [plainImports] },
      imports: entry("without-resources"),
      empty: entry("empty-app"),
    },
    runs,
  );
  showCosts("Synth of hodl-farm", {
    "synth of hodl-farm": costs.synth,
    "same imports without resources, loaded by Node itself": costs.plain,
    "same imports without resources, bundled and cached like the program": costs.imports,
    "empty cdktf app, bundled and cached like the program": costs.empty,
  });
  const lines = [
    ...ratios("same imports without resources", costs.synth, costs.plain, 1.3),
    ...ratios("same imports, bundled and cached", costs.synth, costs.imports),
    ...ratios("empty cdktf app, bundled and cached", costs.synth, costs.empty),
  ];
  const stock = workspace.likeStockTemplate();
  if (stock === undefined) {
    print("  not measured: the program as in cdktf's template (ts-node can't be installed here)\n");
    return show(lines);
  }
  // It takes many times as long, and three rounds are enough.
  const stockCosts = await measure(
    {
      synth: { folder, args: ["bin/farm.js", ...hodlFarm] },
      stock: { folder: stock.folder, args: [...stock.args, ...hodlFarm] },
    },
    Math.min(runs, 3),
  );
  showCosts("", { "as in cdktf's template (ts-node, transpile only; provider indexes)": stockCosts.stock });
  return show([...lines, ...ratios("as in cdktf's template", stockCosts.synth, stockCosts.stock, 0.3)]);
}

/** Numbers of bakers. What each baker from 30 to 100 adds is compared with what each from 1 to 30 adds. */
const bakerCounts = [1, 10, 30, 100] as const;

async function measureGrowth(workspace: Workspace, runs: number): Promise<Line[]> {
  const { program: folder } = workspace;
  const candidates = Object.fromEntries(
    bakerCounts.map((count) => {
      const file = join(folder, "config", `bakers-${count}.yaml`);
      writeManyBakers(file, count);
      return [String(count), { folder, args: ["bin/farm.js", ...synthOf(file)] }];
    }),
  );
  const costs = await measure(candidates, Math.min(runs, 5));
  showCosts("Growth", Object.fromEntries(bakerCounts.map((count) => [`${count} bakers`, costs[count]!])));
  const slope = (from: number, to: number, of: keyof Cost) => (costs[to]![of] - costs[from]![of]) / (to - from);
  // Medians of a few runs can detect a quarter more than linear growth.
  return show([
    {
      what: "time for each additional baker, 30 to 100 : 1 to 30",
      value: slope(30, 100, "seconds") / slope(1, 30, "seconds"),
      bound: 1.25,
    },
    {
      what: "memory for each additional baker, 30 to 100 : 1 to 30",
      value: slope(30, 100, "megabytes") / slope(1, 30, "megabytes"),
      bound: 1.25,
    },
  ]);
}

async function measureReboot(_workspace: Workspace, runs: number): Promise<Line[]> {
  print("Init containers of a restarted pod, with data in place, in busybox's shell");
  const lacks = missing({ programs: bootPrograms, linux: true });
  if (lacks.length > 0) {
    print(`  not measured: needs ${lacks.map(({ hint }) => hint).join(", ")}\n`);
    return [];
  }
  const { scripts, loop, each } = await measureBoot(runs);
  for (const [name, seconds] of Object.entries({
    "all, in sequence": scripts,
    ...each,
    "minimal loop over their files": loop,
  })) {
    print(`  ${(seconds * 1000).toFixed(0).padStart(7)} ms   ${name}`);
  }
  print("  without the time of octez-node's `upgrade storage --status`: octez-node is a stand-in");
  return show([
    { what: "all init containers", value: scripts, bound: 2, unit: "s" },
    { what: "time : minimal loop over the same files", value: scripts / loop },
  ]);
}

async function measureTests(): Promise<Line[]> {
  const jest = join("node_modules", "jest", "bin", "jest.js");
  // Like `npm run test:unit`.
  const args = ["--max-old-space-size=320", jest, "--runInBand", "--silent"];
  const { tests } = await measure({ tests: { folder: process.cwd(), args, environment: { UNIT_ONLY: "1" } } }, 1);
  showCosts("Unit tests on one worker", { "all unit tests": tests });
  return show([
    { what: "unit tests", value: tests.seconds, bound: 30, unit: "s" },
    { what: "unit tests", value: tests.megabytes, bound: 500, unit: "MB" },
  ]);
}

function ratios(against: string, cost: Cost, base: Cost, bound?: number): Line[] {
  return [
    { what: `time : ${against}`, value: cost.seconds / base.seconds, bound },
    { what: `memory : ${against}`, value: cost.megabytes / base.megabytes, bound },
  ];
}

function showCosts(title: string, costs: Readonly<Record<string, Cost>>): void {
  if (title !== "") print(title);
  for (const [name, { seconds, megabytes }] of Object.entries(costs)) {
    print(`  ${seconds.toFixed(2).padStart(7)} s ${megabytes.toFixed(0).padStart(6)} MB   ${name}`);
  }
}

function show(lines: Line[]): Line[] {
  for (const { what, value, bound, unit = "×" } of lines) {
    const verdict =
      bound === undefined ? "" : value <= bound ? `   at most ${bound}: ok` : `   at most ${bound}: EXCEEDED`;
    print(`  ${value.toFixed(2).padStart(7)} ${unit.padEnd(2)} ${what}${verdict}`);
  }
  print("");
  return lines;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
