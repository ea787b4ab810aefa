import { Findings } from "../../../../lib/config/reading/findings";

const lines: Record<string, number> = { b: 1, a: 2 };
const position = ([name]: readonly (string | number)[]) => {
  const line = lines[String(name)];
  return line === undefined ? undefined : { line, column: 1 };
};

const accepted = () => undefined;

test("returns findings in the order of the file, those without a position first", () => {
  const findings = new Findings();
  for (const name of ["a", "b", "c"]) findings.problem([name], "is wrong.");
  findings.warning(["a"], "is doubtful.");
  expect(findings.problems(position, accepted).map(({ path }) => path)).toEqual(["c", "b", "a"]);
  expect(findings.warnings(position)).toEqual([{ path: "a", message: "is doubtful.", line: 2, column: 1 }]);
});

test("an only problem replaces all others of its field", () => {
  const findings = new Findings();
  findings.problem(["a"], "earlier");
  findings.onlyProblem(["a"], "only");
  findings.problem(["a"], "later");
  findings.onlyProblem(["a"], "another");
  findings.problem(["b"], "elsewhere");
  expect(findings.problems(position, accepted).map(({ message }) => message)).toEqual(["elsewhere", "only"]);
});

describe("a suggestion", () => {
  const suggestion = { message: 'is "x". Did you mean "y"?', fix: { value: '"y"' } };
  const messageWith = (refusal: string | undefined, orItsRefusal = false) => {
    const findings = new Findings();
    findings.problem(["a"], 'is "x".', { ...suggestion, orItsRefusal });
    return findings.problems(position, () => refusal).map(({ message, fix }) => [message, fix]);
  };

  test("is offered if it is accepted", () => {
    expect(messageWith(undefined)).toEqual([['is "x". Did you mean "y"?', { value: '"y"' }]]);
  });

  test("is not offered if it would be refused as well", () => {
    expect(messageWith('is "y".')).toEqual([['is "x".', undefined]]);
    expect(messageWith('is "y".', true)).toEqual([['is "y".', undefined]]);
  });

  test("is tried only where it is shown", () => {
    const findings = new Findings();
    for (let index = 0; index < 5000; index++) findings.problem(["a", index], "is wrong.", suggestion);
    const tried = jest.fn(() => undefined);
    expect(findings.problems(() => undefined, tried)).toHaveLength(5000);
    expect(tried.mock.calls.length).toBeLessThan(100);
  });
});
