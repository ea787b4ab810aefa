import type { Needs } from "../../needs";
import { signerPathNeeds } from "../needs";

/** The measurements, in the order in which they run. */
export const measurementNames = ["latency", "metered", "soak"] as const;
export type MeasurementName = (typeof measurementNames)[number];

/** In addition to what drills need: sshd for the plain tunnel, and ping for the round trip. */
export const measurementNeeds: Needs = {
  ...signerPathNeeds,
  programs: [...(signerPathNeeds.programs ?? []), "sshd", "ping"],
};

const defaultMinutes = 5;

/** Separates the numbers after "soak", its minutes and its seed, from the names of drills. */
export function withoutSoakNumbers(args: readonly string[]): {
  readonly names: string[];
  /** @default 5 */
  readonly minutes: number;
  readonly seed?: string;
} {
  const after = args.indexOf("soak") + 1;
  const isNumber = (text: string | undefined) => after > 0 && /^\d+(\.\d+)?$/.test(text ?? "");
  const count = !isNumber(args[after]) ? 0 : !isNumber(args[after + 1]) ? 1 : 2;
  const [minutes = defaultMinutes, seed] = args.slice(after, after + count);
  return { names: args.filter((_, index) => index < after || index >= after + count), minutes: Number(minutes), seed };
}
