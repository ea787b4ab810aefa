import { setTimeout as pause } from "node:timers/promises";
import { bakerProxyPort } from "../../../lib/config/facts/signer-path";
import type { Laboratory } from "../../cluster/laboratory";
import type { Testbed } from "../testbed/testbed";
import { testbedKey } from "../testbed/configuration";
import { statisticsOf, requestRecords, withSigners } from "../evaluation/statistics";
import { checksOf, type PathDrill } from "./path-drill";
import { withPaths } from "../evaluation/request-paths";
import type { DrillRun, Fault, RequestRecord } from "../records";
import { LiveRun, Progress } from "../report/progress";
import { stateChangesOf } from "../evaluation/state-changes";

/** Requests a second, and how long they come before anything is broken. */
export const rate = 5;
const calmSeconds = 5;

/** Runs one drill on a testbed where all is well, and leaves it so. */
export async function runDrill(
  lab: Laboratory,
  testbed: Testbed,
  drill: PathDrill,
  progress = new Progress(),
): Promise<DrillRun> {
  const live = new LiveRun(progress, () => testbed.signatures(Date.now() / 1000 - 5).at(-1)?.signer);
  try {
    return await runWatched(lab, testbed, drill, live);
  } finally {
    live.end();
  }
}

async function runWatched(lab: Laboratory, testbed: Testbed, drill: PathDrill, live: LiveRun): Promise<DrillRun> {
  await drill.prepare?.(testbed);
  const load = startLoad(lab, testbed, live.tell);
  await load.begun;
  const start = Date.now() / 1000;
  const now = () => Date.now() / 1000 - start;
  await pause(1000 * calmSeconds);

  const at = now();
  live.fault = drill.fault;
  await drill.begin(testbed);
  await pause(1000 * drill.lasts);
  const until = now();
  await drill.mend?.(testbed);
  live.fault = undefined;
  const faults: Fault[] = [{ at, until: drill.mend ? now() : until, text: drill.fault }];
  await pause(1000 * (drill.afterwards ?? 8));
  const requests = requestRecords(await load.end(), start).filter((request) => request.at >= 0);
  const length = now();
  await drill.leave?.(testbed);

  const signatures = testbed.signatures(start);
  const told = withPaths(testbed, withSigners(requests, signatures), start);
  const run = {
    name: drill.name,
    title: drill.title,
    system: "ours" as const,
    seconds: length,
    faults,
    requests: told,
    signatures,
    stateChanges: stateChangesOf(testbed, start).filter((state) => state.at <= length),
    statistics: statisticsOf(told, signatures, 1 / rate),
  };
  return { ...run, checks: checksOf(drill, { ...run, testbed }) };
}

/** A baker's requests, at a steady rate, from its own pod. */
export function startLoad(lab: Laboratory, testbed: Testbed, tell?: (record: RequestRecord) => void) {
  const address = `127.0.0.1:${bakerProxyPort}`;
  return startLoadFrom(lab, testbed.bakerNetwork, { address, protocol: testbed.variant.protocol }, tell);
}

/**
 * Requests at a steady rate.
 * @param enter what stands before a command that is to run where they come from
 */
export function startLoadFrom(
  lab: Laboratory,
  enter: readonly string[],
  { address, protocol }: { readonly address: string; readonly protocol: string },
  tell: (record: RequestRecord) => void = () => {},
) {
  const parameters = [
    "--address",
    address,
    "--protocol",
    protocol,
    "--key",
    testbedKey.publicKey,
    "--rate",
    String(rate),
  ];
  const child = lab.run("laboratory/signer-path/load/load.ts", parameters, enter);
  const closed = new Promise((resolve) => child.once("close", resolve));
  let output = "";
  let line = "";
  const begun = new Promise<void>((resolve, reject) => {
    child.once("exit", (status) => reject(new Error(`the load has ended with ${status}`)));
    child.stdout!.on("data", (data: Buffer) => {
      output += data.toString();
      line += data.toString();
      const whole = line.split("\n");
      line = whole.pop()!;
      whole.filter(Boolean).forEach((text) => tell(JSON.parse(text) as RequestRecord));
      resolve();
    });
  });
  return {
    /** Settles with the first answer. */
    begun,
    /** Ends it, and waits for the requests under way. @returns what it has printed */
    end: async (): Promise<string> => {
      // The laboratory's programs don't keep this process alive by themselves.
      child.ref();
      child.kill("SIGTERM");
      await closed;
      return output;
    },
  };
}
