import { createColors } from "picocolors";

export type Colors = ReturnType<typeof createColors>;

/** Colours for text written to a stream. None if it is not a terminal, or if NO_COLOR is set (https://no-color.org). */
export function colorsFor(stream: NodeJS.WriteStream): Colors {
  const { NO_COLOR, TERM } = process.env;
  return createColors(stream.isTTY === true && !NO_COLOR && TERM !== "dumb");
}
