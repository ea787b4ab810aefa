/** Rows as lines with aligned columns, indented by two spaces. Colours don't count. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows.reduce<number[]>(
    (all, row) => row.map((cell, index) => Math.max(width(cell), all[index] ?? 0)).concat(all.slice(row.length)),
    [],
  );
  const padded = (cell: string, index: number) => cell + " ".repeat(widths[index]! - width(cell));
  return rows.map((row) => `  ${row.map(padded).join("   ")}`.trimEnd());
}

const width = (text: string) => text.replace(/\u001b\[\d+m/g, "").length;
