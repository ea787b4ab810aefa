/** The width of printed text, in characters. */
export const columns = 100;

/** Breaks a text between words into indented lines of at most `columns` characters. A longer word is not broken. */
export function wrap(text: string, indent = ""): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= columns) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(indent + word);
  }
  return lines;
}

/** A text as an item of a list. */
export const bullet = (text: string): string[] =>
  wrap(text, "    ").map((line, index) => (index === 0 ? `  - ${line.trimStart()}` : line));
