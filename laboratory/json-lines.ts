/** Parses a text with one JSON object per line. An incomplete last line is ignored. */
export function jsonLines<Row>(text: string): Row[] {
  const lines = text.split("\n");
  lines.pop();
  return lines.filter(Boolean).map((line) => JSON.parse(line) as Row);
}
