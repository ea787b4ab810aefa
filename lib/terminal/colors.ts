import { createColors } from "picocolors";

export type Colors = ReturnType<typeof createColors>;

/** Colours for what is written to a stream: only on a terminal, and not where NO_COLOR (no-color.org) says no. */
export function colorsFor(stream: NodeJS.WriteStream): Colors {
  const { NO_COLOR, TERM } = process.env;
  return createColors(stream.isTTY === true && !NO_COLOR && TERM !== "dumb");
}
