import { checkAlerts } from "./alerts";
import { checkCapacity } from "./capacity";
import { checkDisks } from "./disks";
import { checkExamples } from "./examples";
import { checkForwarders } from "./forwarders";
import { checkGoogle } from "./google";
import { checkBakerKeys } from "./keys";
import { checkMachineTypes } from "./machine-types";
import { checkNames } from "./names";
import { checkNat } from "./nat";
import { checkPorts } from "./ports";
import { checkRanges } from "./ranges";
import { checkSigners } from "./signers";
import { checkSshKeys } from "./ssh-keys";
import { checkStake } from "./stake";
import { checkTezos } from "./tezos";
import { checkTimeouts } from "./timeouts";
import type { Findings } from "../reading/findings";
import type { Configuration, WrittenConfiguration } from "../schema/configuration";
import type { Readable } from "../reading/shape";

const checks: readonly ((configuration: Readable<Configuration>, findings: Findings) => void)[] = [
  checkNames,
  checkRanges,
  checkNat,
  checkMachineTypes,
  checkCapacity,
  checkTezos,
  checkDisks,
  checkBakerKeys,
  checkSigners,
  checkTimeouts,
  checkSshKeys,
  checkPorts,
  checkForwarders,
  checkStake,
  checkAlerts,
  checkExamples,
];

/** Checks of what the user wrote, before the defaults by size are added. */
export function checkWritten(written: Readable<WrittenConfiguration>, findings: Findings): void {
  checkGoogle(written, findings);
}

/**
 * Checks of the completed configuration that a schema can't express: encodings, ranges, references, and rules that take
 * several fields. They check whatever could be read, so that a fault in one field hides none in another.
 */
export function checkConfiguration(configuration: Readable<Configuration>, findings: Findings): void {
  for (const check of checks) check(configuration, findings);
}
