import type { RequestRecord } from "../records";

/** What came of one request. */
export interface Answer extends Pick<RequestRecord, "outcome" | "error"> {
  /** When the signature was there, as performance.now(). Left out: when this answer was. */
  readonly at?: number;
}
