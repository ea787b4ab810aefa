/** The width of what is printed, in characters. */
export const columns = 100;

/**
 * Breaks a text between words into lines of at most `columns` characters, each with the indent. A longer word stays whole.
 */
export function wrap(text: string, indent = ""): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= columns) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(indent + word);
  }
  return lines;
}
