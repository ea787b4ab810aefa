import { columns, wrap } from "../../../lib/terminal/wrap";

describe("wrap", () => {
  test("breaks between words, and indents every line", () => {
    const lines = wrap("word ".repeat(50).trimEnd(), "    ");
    expect(lines.map((line) => line.trimStart()).join(" ")).toBe("word ".repeat(50).trimEnd());
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines) expect(line).toMatch(/^ {4}word/);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
  });

  test("does not break a longer word", () => {
    const path = "x".repeat(columns + 1);
    expect(wrap(`see ${path} here`)).toEqual(["see", path, "here"]);
  });
});
