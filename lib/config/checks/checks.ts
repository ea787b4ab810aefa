import { checkAlerts } from "./alerts";
import { checkCapacity } from "./capacity";
import { checkForwarders } from "./forwarders";
import { checkGoogle } from "./google";
import { checkBakerKeys } from "./keys";
import { checkNames } from "./names";
import { checkPorts } from "./ports";
import { checkRanges } from "./ranges";
import { checkSigners } from "./signers";
import { checkSshKeys } from "./ssh-keys";
import { checkStake } from "./stake";
import { checkTezos } from "./tezos";
import { checkTimeouts } from "./timeouts";
import type { Findings } from "../reading/findings";
import type { Configuration } from "../schema/configuration";
import type { Readable } from "../reading/shape";

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
