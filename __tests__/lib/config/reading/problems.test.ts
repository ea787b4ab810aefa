import { formatProblems, pathText } from "../../../../lib/config/reading/problems";

test("formats paths", () => {
  expect(pathText(["bakers", 0, "keys", "delegate"])).toBe("bakers[0].keys.delegate");
  expect(pathText(["labels", "cost-centre"])).toBe("labels.cost-centre");
  expect(pathText(["labels", "a b"])).toBe('labels["a b"]');
  expect(pathText([])).toBe("");
});

test("shows position and field, then the message within 100 columns; one heading for all problems of a position", () => {
  const long = "is a long message, ".repeat(10).trim();
  const text = formatProblems({
    file: "config/x.yaml",
    problems: [
      { path: "", message: "is broken.", line: 3, column: 1 },
      { path: "forwarders", message: "has no addresses.", line: 9, column: 1 },
      { path: "forwarders", message: long, line: 9, column: 1 },
      { path: "name", message: "is missing." },
      { path: "", message: "a".repeat(120) },
    ],
  });
  expect(text).toBe(`config/x.yaml:3:1
    is broken.
config/x.yaml:9:1 forwarders
    has no addresses.
    is a long message, is a long message, is a long message, is a long message, is a long message,
    is a long message, is a long message, is a long message, is a long message, is a long message,
config/x.yaml name
    is missing.
config/x.yaml
    ${"a".repeat(120)}`);
});

test("shows only the first of thousands of problems, and their number", () => {
  const problems = Array.from({ length: 5000 }, (_, index) => ({ path: `a[${index}]`, message: "is wrong." }));
  const lines = formatProblems({ file: "x.yaml", problems }).split("\n");
  expect(lines.length).toBeLessThan(100);
  expect(lines.at(-1)).toBe("… and 4960 more. They are shown when these are fixed.");
});

test("formats no problems as an empty text", () => {
  expect(formatProblems({ file: "config/x.yaml", problems: [] })).toBe("");
});
