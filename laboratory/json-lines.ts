/** The objects of a text with one as JSON on each line. A last line that isn't whole is left out. */
export function jsonLines<Row>(text: string): Row[] {
  const lines = text.split("\n");
  lines.pop();
  return lines.filter(Boolean).map((line) => JSON.parse(line) as Row);
}
