import { cpus } from "node:os";
import { BadServer } from "../stand-ins/bad-server";
import { findProgram } from "../needs";
import { ScriptSandbox, shellPrograms, shells, type Shell } from "./script-sandbox";
import { randomNumbers, shuffled } from "../random";
import type { DrillOptions, DrillResult } from "../result";
import { type ScriptCase, scriptCases, serveScriptCases } from "./script-cases";
import { callsOfProcesses, type Cut, cutOff, shownCut, traceArguments } from "./cut";
import { contents, type Contents, faultsAfterCut, faultsAtEnd, prepareDisk } from "./disk";

/** How often starts are cut off at moments that chance decides, for each case. */
const momentsPerCase = 20;

/** Longer than any uncut start takes on a busy machine. */
const patienceMilliseconds = 120_000;

export const killNeeds = { programs: ["strace", ...shellPrograms], linux: true };

/** One run: a start that is cut off, and one that is not. */
interface Round {
  readonly scriptCase: ScriptCase;
  readonly expected: Expected;
  readonly shell: Shell;
  readonly cut: Cut;
}

/** What a start does that nobody cuts off. */
interface Expected {
  readonly writes: number;
  readonly milliseconds: number;
  readonly disk: Contents;
}

export interface KillOptions extends Pick<DrillOptions, "log"> {
  /** Decides everything random: the same seed gives the same cuts again. */
  readonly seed: number;
  /** A random choice of so many cuts. @default - all */
  readonly most?: number;
}

/**
 * Kills the init containers' scripts everywhere: all of them after every write to the disk, single processes, and all at
 * random moments. After that one start that is left alone must end right, with the same disk as if nothing had happened.
 */
export async function killDrill({ log, seed, most = Infinity }: KillOptions): Promise<DrillResult> {
  const begin = Date.now();
  const random = randomNumbers(seed);
  const server = await BadServer.start();
  serveScriptCases(server);
  const boxes = cpus().map(() => new ScriptSandbox());
  try {
    const expected = await inLanes(boxes, scriptCases, (scriptCase, box) => uncut(scriptCase, box, server));
    const rounds = shuffled(
      scriptCases.flatMap((scriptCase, index) => roundsOf(scriptCase, expected[index]!, random)),
      random,
    ).slice(0, most);
    const results = await inLanes(boxes, rounds, (round, box) => runRound(round, box, server));
    const faults = results.flatMap((found, index) =>
      found.faults.map((fault) => `${shownRound(rounds[index]!)}: ${fault}`),
    );
    const failed = results.filter((found) => found.faults.length > 0).length;
    const count = (kind: Cut["kind"]) => rounds.filter(({ cut }) => cut.kind === kind).length;
    const exact = results.filter((found) => found.exact).length;
    log(
      `${rounds.length} starts cut off in ${scriptCases.length} cases: ${count("write")} after a write to the disk ` +
        `(${exact} of them before the next one), ${count("process")} by a process that is killed, ` +
        `${count("moment")} at a random moment; ${results.filter((found) => found.wasCut).length} before their end.`,
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

/** @throws if the case is wrong in itself: then no cut would tell anything */
async function uncut(scriptCase: ScriptCase, box: ScriptSandbox, server: BadServer): Promise<Expected> {
  prepareDisk(box, scriptCase);
  const begin = Date.now();
  await start(scriptCase, box, server, shells[0]);
  const milliseconds = Date.now() - begin;
  prepareDisk(box, scriptCase);
  const { status, output, writes } = await start(scriptCase, box, server, shells[0], "count");
  const disk = contents(box);
  const faults = [...faultsAfterCut(disk, scriptCase), ...(status === 0 ? [] : [`status ${status}: ${output}`])];
  if (faults.length > 0) throw new Error(`${scriptCase.name}, left alone: ${faults.join("; ")}`);
  return { writes, milliseconds, disk };
}

async function runRound({ scriptCase, expected, shell, cut }: Round, box: ScriptSandbox, server: BadServer) {
  prepareDisk(box, scriptCase);
  const { status, writes } = await start(scriptCase, box, server, shell, cut);
  const afterCut = faultsAfterCut(contents(box), scriptCase);
  const clean = await start(scriptCase, box, server, shell);
  const disk = contents(box);
  const faults = [
    ...afterCut,
    ...faultsAfterCut(disk, scriptCase),
    ...(clean.status === 0
      ? faultsAtEnd(disk, expected.disk)
      : [`the next start ends with ${clean.status}: ${clean.output}`]),
    ...(clean.output.includes("ERROR") ? [`the next start says ${clean.output}`] : []),
  ];
  return { faults: [...new Set(faults)], wasCut: status !== 0, exact: cut.kind === "write" && writes === cut.number };
}

/** Runs a case's scripts; without a cut to their end. */
async function start(scriptCase: ScriptCase, box: ScriptSandbox, server: BadServer, shell: Shell, cut?: Cut | "count") {
  const trace = cut && traceArguments(cut);
  const wrapper = trace ? [findProgram("strace")!, ...trace] : [];
  const running = box.start(scriptCase.scripts, scriptCase.environment(box, server), shell, wrapper);
  const timer = setTimeout(() => running.kill(), patienceMilliseconds);
  try {
    return cut ? await cutOff(running, cut, box.data) : { ...(await running.ended), writes: 0 };
  } finally {
    clearTimeout(timer);
  }
}

/** Works through a list with one sandbox for each core. The results have the list's order. */
async function inLanes<Item, Result>(
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
