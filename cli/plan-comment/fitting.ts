/** The longest line of a list: a resource's address and a sentence about it fit. */
const longestLine = 500;

/**
 * As many items of a list as fit, and how many more there are.
 * @param maxCharacters of all lines with their line ends, the last one ("… and N more") included; at least 600
 * @param bullet begins each line
 */
export function fittingLines(items: readonly string[], maxCharacters: number, bullet: string): string[] {
  const lines = items.map((item) => shorten(`${bullet}${item}`, longestLine));
  const lengthOf = (line: string) => line.length + 1;
  const length = lines.reduce((sum, line) => sum + lengthOf(line), 0);
  if (length <= maxCharacters) return lines;
  const more = (count: number) => `${bullet}… and ${count} more`;
  let room = maxCharacters - lengthOf(more(lines.length));
  const shown = lines.slice(
    0,
    lines.findIndex((line) => (room -= lengthOf(line)) < 0),
  );
  return [...shown, more(lines.length - shown.length)];
}

/** A text of at most so many characters; `ending` replaces what is cut off. */
export function shorten(text: string, maxCharacters: number, ending = "…"): string {
  if (text.length <= maxCharacters) return text;
  // Not in the middle of a character that is two UTF-16 units.
  const cut = text.slice(0, Math.max(0, maxCharacters - ending.length)).replace(/[\uD800-\uDBFF]$/, "");
  return `${cut}${ending}`;
}
