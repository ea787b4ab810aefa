import type { SignatureRecord } from "../../../laboratory/stand-ins/octez-signer";
import type { RequestRecord } from "../../../laboratory/signer-path/records";

const signingRequest = (level: number) =>
  ({ key: "tz1", kind: "attestation", level, round: 0, payload: `p${level}` }) as const;

/** A request that was sent at second `level` and signed after 0.1 s. */
export const sampleRequest = (level: number, change: Partial<RequestRecord> = {}): RequestRecord => ({
  ...signingRequest(level),
  at: level,
  seconds: 0.1,
  outcome: "signed",
  ...change,
});

/** The signature for sampleRequest(level), by pi-1. */
export const sampleSignature = (level: number, change: Partial<SignatureRecord> = {}): SignatureRecord => ({
  ...signingRequest(level),
  at: level + 0.05,
  signer: "pi-1",
  outcome: "signed",
  ...change,
});
