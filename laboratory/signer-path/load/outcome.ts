import type { RequestRecord } from "../records";

/** How a request ended. */
export interface Outcome extends Pick<RequestRecord, "outcome" | "error"> {
  /** When the signature arrived, as performance.now(). @default - when this outcome was returned */
  readonly answeredAt?: number;
}
