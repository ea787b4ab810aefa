import { Findings } from "../../../../lib/config/reading/findings";

const lines: Record<string, number> = { b: 1, a: 2 };
const position = ([name]: readonly (string | number)[]) => {
  const line = lines[String(name)];
  return line === undefined ? undefined : { line, column: 1 };
};

test("returns findings in the order of the file, those without a position first", () => {
  const findings = new Findings();
  for (const name of ["a", "b", "c"]) findings.problem([name], "is wrong.");
  findings.warning(["a"], "is doubtful.");
  expect(findings.problems(position).map(({ path }) => path)).toEqual(["c", "b", "a"]);
  expect(findings.warnings(position)).toEqual([{ path: "a", message: "is doubtful.", line: 2, column: 1 }]);
});

test("an only problem replaces all others of its field", () => {
  const findings = new Findings();
  findings.problem(["a"], "earlier");
  findings.onlyProblem(["a"], "only");
  findings.problem(["a"], "later");
  findings.onlyProblem(["a"], "another");
  findings.problem(["b"], "elsewhere");
  expect(findings.problems(position).map(({ message }) => message)).toEqual(["elsewhere", "only"]);
});
