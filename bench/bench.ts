import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { Failure } from "../lib/terminal/failure";
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
  /** @default - none: it is shown and nothing more */
  readonly most?: number;
  readonly unit?: string;
}

/**
 * Measures the program and compares with the bounds that it has to keep.
 * @throws Failure if one is broken
 */
export async function bench(chosen: string[], options: { runs: string }): Promise<void> {
  const unknown = chosen.find((part) => !(parts as readonly string[]).includes(part));
  if (unknown !== undefined) throw new Failure(`There is no part ${unknown}. There are ${parts.join(", ")}.`);
  const runs = Number(options.runs);
  if (!Number.isInteger(runs) || runs < 1) throw new Failure(`--runs must be a number from 1, not ${options.runs}.`);

  const [processor] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  print(
    `Node ${process.version}, ${cpus().length} × ${processor?.model.trim()}, ${memory} GiB; medians of ${runs} runs\n`,
  );
  const workspace = new Workspace();
  const broken: Line[] = [];
  try {
    for (const part of chosen.length > 0 ? (chosen as Part[]) : parts) {
      const lines = await measures[part](workspace, runs);
      broken.push(...lines.filter(({ value, most }) => most !== undefined && value > most));
    }
  } finally {
    workspace.remove();
  }
  if (broken.length > 0) throw new Failure(`Broken bounds: ${broken.map(({ what }) => what).join("; ")}.`);
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
  const plainImports = await workspace.inNodesOwnWay("bench/entries/without-resources.ts");
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
    "same imports without resources, bundled and cached as the program is": costs.imports,
    "empty cdktf app, bundled and cached as the program is": costs.empty,
  });
  const lines = [
    ...ratios("same imports without resources", costs.synth, costs.plain, 1.3),
    ...ratios("same imports, bundled and cached", costs.synth, costs.imports),
    ...ratios("empty cdktf app, bundled and cached", costs.synth, costs.empty),
  ];
  const stock = workspace.stockWay();
  if (stock === undefined) {
    print("  not measured: the stock template's way (ts-node can't be installed here)\n");
    return show(lines);
  }
  // It takes many times as long; three rounds tell enough.
  const stockCosts = await measure(
    {
      synth: { folder, args: ["bin/farm.js", ...hodlFarm] },
      stock: { folder: stock.folder, args: [...stock.args, ...hodlFarm] },
    },
    Math.min(runs, 3),
  );
  showCosts("", { "stock template's way (ts-node, transpile only; provider indexes)": stockCosts.stock });
  return show([...lines, ...ratios("stock template's way", stockCosts.synth, stockCosts.stock, 0.3)]);
}

/** Bakers whose slopes are compared: what each of 30 to 100 adds, against what each of 1 to 30 adds. */
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
  // A quarter above linear is what medians of a few runs can tell apart.
  return show([
    {
      what: "time of a baker more, 30 to 100 : 1 to 30",
      value: slope(30, 100, "seconds") / slope(1, 30, "seconds"),
      most: 1.25,
    },
    {
      what: "memory of a baker more, 30 to 100 : 1 to 30",
      value: slope(30, 100, "megabytes") / slope(1, 30, "megabytes"),
      most: 1.25,
    },
  ]);
}

async function measureReboot(_workspace: Workspace, runs: number): Promise<Line[]> {
  print("Init containers of a rebooted pod, with data in place, in busybox's shell");
  const lacks = missing({ programs: bootPrograms, linux: true });
  if (lacks.length > 0) {
    print(`  not measured: needs ${lacks.map(({ hint }) => hint).join(", ")}\n`);
    return [];
  }
  const { scripts, loop, each } = await measureBoot(runs);
  for (const [name, seconds] of Object.entries({
    "all, one after the other": scripts,
    ...each,
    "bare loop over their files": loop,
  })) {
    print(`  ${(seconds * 1000).toFixed(0).padStart(7)} ms   ${name}`);
  }
  print("  octez-node is a stand-in: what its own `upgrade storage --status` takes comes on top");
  return show([
    { what: "all init containers", value: scripts, most: 2, unit: "s" },
    { what: "time : bare loop over the same files", value: scripts / loop },
  ]);
}

async function measureTests(workspace: Workspace): Promise<Line[]> {
  void workspace;
  const jest = join("node_modules", "jest", "bin", "jest.js");
  // As `npm run test:unit` does it.
  const args = ["--max-old-space-size=320", jest, "--runInBand", "--silent"];
  const { tests } = await measure({ tests: { folder: process.cwd(), args, environment: { UNIT_ONLY: "1" } } }, 1);
  showCosts("Unit tests on one worker", { "all unit tests": tests });
  return show([
    { what: "unit tests", value: tests.seconds, most: 30, unit: "s" },
    { what: "unit tests", value: tests.megabytes, most: 500, unit: "MB" },
  ]);
}

function ratios(against: string, cost: Cost, base: Cost, most?: number): Line[] {
  return [
    { what: `time : ${against}`, value: cost.seconds / base.seconds, most },
    { what: `memory : ${against}`, value: cost.megabytes / base.megabytes, most },
  ];
}

function showCosts(title: string, costs: Readonly<Record<string, Cost>>): void {
  if (title !== "") print(title);
  for (const [name, { seconds, megabytes }] of Object.entries(costs)) {
    print(`  ${seconds.toFixed(2).padStart(7)} s ${megabytes.toFixed(0).padStart(6)} MB   ${name}`);
  }
}

function show(lines: Line[]): Line[] {
  for (const { what, value, most, unit = "×" } of lines) {
    const verdict = most === undefined ? "" : value <= most ? `   at most ${most}: ok` : `   at most ${most}: BROKEN`;
    print(`  ${value.toFixed(2).padStart(7)} ${unit.padEnd(2)} ${what}${verdict}`);
  }
  print("");
  return lines;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
