import { exitCode, Failure } from "../../lib/terminal/failure";

/** The failure of a fence that has already changed something. */
export const incomplete = (message: string, ...details: string[]): Failure =>
  new Failure(message, details.filter(Boolean).join("\n"), exitCode.incomplete);

export const secondsSince = (begin: number): number => Math.round((Date.now() - begin) / 1000);
