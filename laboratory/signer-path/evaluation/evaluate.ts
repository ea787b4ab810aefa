import type { SignatureRecord } from "../../stand-ins/octez-signer";
import { requestsPerSecond } from "../load/start-load";
import type { DrillRun, RequestRecord } from "../records";
import type { Testbed } from "../testbed/testbed";
import { withPaths } from "./request-paths";
import { stateChangesOf } from "./state-changes";
import { requestRecords, statisticsOf, withSigners } from "./statistics";

/** The part of a run that follows from the records of its load, signers, proxies and sshd. */
export type Evaluated = Pick<DrillRun, "requests" | "signatures" | "stateChanges" | "statistics">;

/**
 * Evaluates the records of a run on a testbed.
 * @param output of the load
 * @param start of the run, Unix time in seconds
 * @param seconds that the run took; later changes of state are left out
 */
export function evaluate(testbed: Testbed, output: string, start: number, seconds: number): Evaluated {
  const sent = requestRecords(output, start).filter(({ at }) => at >= 0);
  const signatures: SignatureRecord[] = testbed.signatures(start);
  const requests: RequestRecord[] = withPaths(testbed, withSigners(sent, signatures), start);
  return {
    requests,
    signatures,
    stateChanges: stateChangesOf(testbed, start).filter(({ at }) => at <= seconds),
    statistics: statisticsOf(requests, signatures, 1 / requestsPerSecond),
  };
}
