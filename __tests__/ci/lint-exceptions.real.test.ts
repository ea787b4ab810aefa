import { exampleConfiguration, exampleFiles } from "../../laboratory/examples";
import { checkov, judge, kubeScore, lintExceptions, type LintedOutput } from "../support/linters";
import { bakerObjects } from "../../laboratory/convert/baker-objects";
import { describeReal } from "../support/real";
import { synthesise } from "../support/stacks";

const linters = { "kube-score": kubeScore, checkov };
const exceptions = lintExceptions();

const outputs = () =>
  exampleFiles.map((file): LintedOutput => {
    const stacks = synthesise(exampleConfiguration(undefined, file));
    return { name: file.replaceAll(/[/.]/g, "-"), objects: bakerObjects(stacks), platform: stacks.platform };
  });

test("the exceptions are for these linters, and each says why", () => {
  expect(Object.keys(exceptions).sort()).toEqual(Object.keys(linters).sort());
  for (const exception of Object.values(exceptions).flat()) {
    expect(Object.keys(exception).sort()).toEqual(["check", "reason", "where"]);
    expect(exception.reason.split(" ").length).toBeGreaterThan(3);
  }
});

test("a finding is explained by an exception of its check and place; one that explains nothing is too much", () => {
  const exception = { check: "a", where: "Deployment forwarder-*", reason: "" };
  const of = (check: string, where: string) => judge([{ check, where }], [exception]);
  expect(of("a", "Deployment forwarder-1 sshd")).toEqual({ unexplained: [], unneeded: [] });
  expect(of("b", "Deployment forwarder-1").unexplained).toEqual(["b: Deployment forwarder-1"]);
  expect(of("a", "StatefulSet forwarder-1").unexplained).toEqual(["a: StatefulSet forwarder-1"]);
  expect(judge([], [exception]).unneeded).toEqual(["a: Deployment forwarder-*"]);
});

describe.each(Object.entries(linters))("%s", (program, findings) => {
  describeReal("on the output of every example", { programs: [program] }, () => {
    test("finds nothing but what is so on purpose, and no exception is out of date", () => {
      expect(judge(findings(outputs()), exceptions[program]!)).toEqual({ unexplained: [], unneeded: [] });
    }, 300_000);
  });
});
