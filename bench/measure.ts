import { spawn } from "node:child_process";
import { join } from "node:path";
import { Failure } from "../lib/terminal/failure";
import { packageRoot } from "../lib/package-root";

/** A program whose complete process is measured. */
export interface Candidate {
  /** Arguments for node. */
  readonly args: readonly string[];
  readonly folder: string;
  /** Variables added to this process's environment. @default - none */
  readonly environment?: Readonly<Record<string, string>>;
}

export interface Cost {
  readonly seconds: number;
  readonly megabytes: number;
}

/**
 * The median cost of each candidate. They run in turn, round after round, so that other load on the host affects all of
 * them alike. The first round fills caches, and is not counted.
 */
export async function measure<Name extends string>(
  candidates: Readonly<Record<Name, Candidate>>,
  rounds: number,
): Promise<Record<Name, Cost>> {
  const names = Object.keys(candidates) as Name[];
  const costs = new Map<Name, Cost[]>(names.map((name) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const name of names) {
      const cost = await runOnce(candidates[name]);
      if (round > 0) costs.get(name)!.push(cost);
    }
  }
  return Object.fromEntries(names.map((name) => [name, medianCost(costs.get(name)!)])) as Record<Name, Cost>;
}

/** @throws Failure if the program fails: the time of an incomplete run means nothing */
export function runOnce({ args, folder, environment }: Candidate): Promise<Cost> {
  return new Promise((resolve, reject) => {
    const start = process.hrtime.bigint();
    const child = spawn(process.execPath, ["--require", join(packageRoot, "bench/report-memory.js"), ...args], {
      cwd: folder,
      env: { ...process.env, ...environment },
      stdio: ["ignore", "ignore", "pipe", "pipe"],
    });
    let errors = "";
    let memory = "";
    child.stderr!.on("data", (data) => (errors += data));
    child.stdio[3]!.on("data", (data) => (memory += data));
    child.on("error", reject);
    child.on("close", (code) => {
      const seconds = Number(process.hrtime.bigint() - start) / 1e9;
      if (code === 0) resolve({ seconds, megabytes: Number.parseInt(memory) / 1024 });
      else reject(new Failure(`node ${args.join(" ")} exited with ${code}.`, errors.slice(-4000)));
    });
  });
}

function medianCost(costs: readonly Cost[]): Cost {
  return {
    seconds: median(costs.map(({ seconds }) => seconds)),
    megabytes: median(costs.map(({ megabytes }) => megabytes)),
  };
}

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
