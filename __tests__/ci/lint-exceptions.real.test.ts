import { exampleConfiguration, exampleFiles } from "../../laboratory/examples";
import { checkov, judge, kubeScore, lintExceptions, type LintedOutput } from "../support/linters";
import { bakerObjects } from "../../laboratory/convert/baker-objects";
import { describeReal } from "../support/real";
import { synthesise } from "../../laboratory/synthesis";

const linters = { "kube-score": kubeScore, checkov };
const exceptions = lintExceptions();

const outputs = () =>
  exampleFiles.map((file): LintedOutput => {
    const stacks = synthesise(exampleConfiguration(undefined, file));
    return { name: file.replaceAll(/[/.]/g, "-"), objects: bakerObjects(stacks), platform: stacks.platform };
  });

test("the exceptions are for these linters, and each has a reason", () => {
  expect(Object.keys(exceptions).sort()).toEqual(Object.keys(linters).sort());
  for (const exception of Object.values(exceptions).flat()) {
    expect(Object.keys(exception).sort()).toEqual(["check", "reason", "where"]);
    expect(exception.reason.split(" ").length).toBeGreaterThan(3);
  }
});

test("an exception must match a finding in check and place, and an unneeded one is reported", () => {
  const exception = { check: "a", where: "Deployment forwarder-*", reason: "" };
  const of = (check: string, where: string) => judge([{ check, where }], [exception]);
  expect(of("a", "Deployment forwarder-1 sshd")).toEqual({ unexplained: [], unneeded: [] });
  expect(of("b", "Deployment forwarder-1").unexplained).toEqual(["b: Deployment forwarder-1"]);
  expect(of("a", "StatefulSet forwarder-1").unexplained).toEqual(["a: StatefulSet forwarder-1"]);
  expect(judge([], [exception]).unneeded).toEqual(["a: Deployment forwarder-*"]);
});

describe.each(Object.entries(linters))("%s", (program, findings) => {
  describeReal("on the output of every example", { programs: [program] }, () => {
    test("finds only what has an exception, and no exception is obsolete", () => {
      expect(judge(findings(outputs()), exceptions[program]!)).toEqual({ unexplained: [], unneeded: [] });
    }, 300_000);
  });
});
