import type { Needs } from "../../needs";
import { signerPathNeeds } from "../needs";

/** What is measured over a time, where a drill breaks one thing; in the order in which it is done. */
export const measurementNames = ["latency", "metered", "soak"] as const;
export type MeasurementName = (typeof measurementNames)[number];

/** Beside the drills' own, the plain tunnel's sshd, and what statistics the round trip. */
export const measurementNeeds: Needs = {
  ...signerPathNeeds,
  programs: [...(signerPathNeeds.programs ?? []), "sshd", "ping"],
};

/** A soak without a number takes so long. */
const usualMinutes = 5;

/** The numbers that follow "soak": how long it takes, and its seed. They are none of the drills' names. */
export function withoutSoakNumbers(names: readonly string[]): {
  readonly names: string[];
  readonly minutes: number;
  readonly seed?: string;
} {
  const after = names.indexOf("soak") + 1;
  const isNumber = (text: string | undefined) => after > 0 && /^\d+(\.\d+)?$/.test(text ?? "");
  const count = !isNumber(names[after]) ? 0 : !isNumber(names[after + 1]) ? 1 : 2;
  const [minutes = usualMinutes, seed] = names.slice(after, after + count);
  return { names: names.filter((_, index) => index < after || index >= after + count), minutes: Number(minutes), seed };
}
