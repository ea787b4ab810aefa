import { checkAlerts } from "./checks/alerts";
import { checkCapacity } from "./checks/capacity";
import { checkForwarders } from "./checks/forwarders";
import { checkGoogle } from "./checks/google";
import { checkBakerKeys } from "./checks/keys";
import { checkNames } from "./checks/names";
import { checkPorts } from "./checks/ports";
import { checkRanges } from "./checks/ranges";
import { checkSigners } from "./checks/signers";
import { checkSshKeys } from "./checks/ssh-keys";
import { checkStake } from "./checks/stake";
import { checkTezos } from "./checks/tezos";
import { checkTimeouts } from "./checks/timeouts";
import type { Findings } from "./findings";
import type { Configuration } from "./schema";
import type { Readable } from "./shape";

/** One theme of checks. Looks at what could be read, so that a fault in one field hides none in another. */
type Check = (configuration: Readable<Configuration>, findings: Findings) => void;

const checks: readonly Check[] = [
  checkNames,
  checkGoogle,
  checkRanges,
  checkCapacity,
  checkTezos,
  checkBakerKeys,
  checkSigners,
  checkTimeouts,
  checkSshKeys,
  checkPorts,
  checkForwarders,
  checkStake,
  checkAlerts,
];

/** What a schema can't tell: encodings, ranges, references, and what only several fields show together. */
export function checkConfiguration(configuration: Readable<Configuration>, findings: Findings): void {
  for (const check of checks) check(configuration, findings);
}
