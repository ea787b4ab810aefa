import { formatProblems, pathText } from "../../../../lib/config/reading/problems";

test("writes a path as a person would", () => {
  expect(pathText(["bakers", 0, "keys", "delegate"])).toBe("bakers[0].keys.delegate");
  expect(pathText(["labels", "cost-centre"])).toBe("labels.cost-centre");
  expect(pathText(["labels", "a b"])).toBe('labels["a b"]');
  expect(pathText([])).toBe("");
});

test("shows where and in which field, then what, within 100 columns; one heading for what has the same place", () => {
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

test("shows nothing where there is nothing", () => {
  expect(formatProblems({ file: "config/x.yaml", problems: [] })).toBe("");
});
