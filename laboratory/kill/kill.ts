import { cpus } from "node:os";
import { BadServer } from "../stand-ins/bad-server";
import { findProgram } from "../needs";
import { ScriptSandbox, shellPrograms, shells, type Shell } from "./script-sandbox";
import { randomNumbers, shuffled } from "../random";
import type { DrillOptions, DrillResult } from "../result";
import { type ScriptCase, scriptCases, serveScriptCases } from "./script-cases";
import { callsOfProcesses, type Cut, interrupt, shownCut, traceArguments } from "./cut";
import { contents, type Contents, violations, differences, prepareDisk } from "./disk";

/** Number of starts of each case that are interrupted at random times. */
const momentsPerCase = 20;

/** Longer than any uninterrupted start takes on a busy host. */
const timeoutMilliseconds = 120_000;

/** What the drill needs on this host. */
export const killNeeds = { programs: ["strace", ...shellPrograms], linux: true };

/** A start that is interrupted, followed by one that is not. */
interface Round {
  readonly scriptCase: ScriptCase;
  readonly expected: Expected;
  readonly shell: Shell;
  readonly cut: Cut;
}

/** What an uninterrupted start does. */
interface Expected {
  readonly writes: number;
  readonly milliseconds: number;
  readonly disk: Contents;
}

/** Options of the drill. */
export interface KillOptions extends Pick<DrillOptions, "log"> {
  /** The same seed gives the same interruptions. */
  readonly seed: number;
  /** Maximum number of interruptions, chosen at random. @default - all */
  readonly most?: number;
}

/**
 * Kills the init containers' scripts everywhere: all processes after each write to the disk, single processes, and all
 * processes at random times. The next, uninterrupted start must succeed and leave the disk as if nothing had happened.
 */
export async function killDrill({ log, seed, most = Infinity }: KillOptions): Promise<DrillResult> {
  const begin = Date.now();
  const random = randomNumbers(seed);
  const server = await BadServer.start();
  serveScriptCases(server);
  const boxes = cpus().map(() => new ScriptSandbox());
  try {
    const expected = await inParallel(boxes, scriptCases, (scriptCase, box) =>
      runUninterrupted(scriptCase, box, server),
    );
    const rounds = shuffled(
      scriptCases.flatMap((scriptCase, index) => roundsOf(scriptCase, expected[index]!, random)),
      random,
    ).slice(0, most);
    const results = await inParallel(boxes, rounds, (round, box) => runRound(round, box, server));
    const faults = results.flatMap((result, index) =>
      result.faults.map((fault) => `${shownRound(rounds[index]!)}: ${fault}`),
    );
    const failed = results.filter((result) => result.faults.length > 0).length;
    const count = (kind: Cut["kind"]) => rounds.filter(({ cut }) => cut.kind === kind).length;
    const exact = results.filter((result) => result.exact).length;
    log(
      `${rounds.length} starts interrupted in ${scriptCases.length} cases: ${count("write")} after a write to the disk ` +
        `(${exact} of them before the next write), ${count("process")} by killing a process, ` +
        `${count("moment")} at a random time; ${results.filter((result) => result.wasCut).length} before they ended.`,
    );
    log(`${failed} failures. Seed ${seed}; ${((Date.now() - begin) / 1000).toFixed(0)} s.`);
    return { name: "kill", ok: faults.length === 0, lines: faults };
  } finally {
    for (const box of boxes) box.remove();
    await server.stop();
  }
}

function roundsOf(scriptCase: ScriptCase, expected: Expected, random: () => number): Round[] {
  const cuts: Cut[] = [
    ...Array.from({ length: expected.writes }, (_, index): Cut => ({ kind: "write", number: index + 1 })),
    ...callsOfProcesses.map((call): Cut => ({ kind: "process", call, when: 1 + Math.floor(random() * 2) })),
    ...Array.from({ length: momentsPerCase }, (): Cut => ({
      kind: "moment",
      milliseconds: random() * expected.milliseconds,
    })),
  ];
  return cuts.map((cut) => ({ scriptCase, expected, cut, shell: shells[Math.floor(random() * shells.length)]! }));
}

const shownRound = ({ scriptCase, shell, cut }: Round) => `${scriptCase.name}, ${shell.name}, ${shownCut(cut)}`;

/** @throws Error if the case fails even without an interruption */
async function runUninterrupted(scriptCase: ScriptCase, box: ScriptSandbox, server: BadServer): Promise<Expected> {
  prepareDisk(box, scriptCase);
  const begin = Date.now();
  await start(scriptCase, box, server, shells[0]);
  const milliseconds = Date.now() - begin;
  prepareDisk(box, scriptCase);
  const { status, output, writes } = await start(scriptCase, box, server, shells[0], "count");
  const disk = contents(box);
  const faults = [...violations(disk, scriptCase), ...(status === 0 ? [] : [`status ${status}: ${output}`])];
  if (faults.length > 0) throw new Error(`${scriptCase.name}, uninterrupted: ${faults.join("; ")}`);
  return { writes, milliseconds, disk };
}

async function runRound({ scriptCase, expected, shell, cut }: Round, box: ScriptSandbox, server: BadServer) {
  prepareDisk(box, scriptCase);
  const { status, writes } = await start(scriptCase, box, server, shell, cut);
  const afterCut = violations(contents(box), scriptCase);
  const clean = await start(scriptCase, box, server, shell);
  const disk = contents(box);
  const faults = [
    ...afterCut,
    ...violations(disk, scriptCase),
    ...(clean.status === 0
      ? differences(disk, expected.disk)
      : [`the next start exits with ${clean.status}: ${clean.output}`]),
    ...(clean.output.includes("ERROR") ? [`the next start logs ${clean.output}`] : []),
  ];
  return { faults: [...new Set(faults)], wasCut: status !== 0, exact: cut.kind === "write" && writes === cut.number };
}

/** Runs the scripts of a case, to their end unless a cut is given. */
async function start(scriptCase: ScriptCase, box: ScriptSandbox, server: BadServer, shell: Shell, cut?: Cut | "count") {
  const trace = cut && traceArguments(cut);
  const wrapper = trace ? [findProgram("strace")!, ...trace] : [];
  const running = box.start(scriptCase.scripts, scriptCase.environment(box, server), shell, wrapper);
  const timer = setTimeout(() => running.kill(), timeoutMilliseconds);
  try {
    return cut ? await interrupt(running, cut, box.data) : { ...(await running.ended), writes: 0 };
  } finally {
    clearTimeout(timer);
  }
}

/** Processes a list in parallel, one item at a time in each sandbox. The results are in the order of the list. */
async function inParallel<Item, Result>(
  boxes: readonly ScriptSandbox[],
  items: readonly Item[],
  work: (item: Item, box: ScriptSandbox) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  await Promise.all(
    boxes.map(async (box) => {
      while (next < items.length) {
        const index = next++;
        results[index] = await work(items[index]!, box);
      }
    }),
  );
  return results;
}
