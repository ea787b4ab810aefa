import { firedWithin } from "../../../../laboratory/signer-path/testbed/alerts";

const moments = { quietSince: 100, faultAt: 140 };
const fired = (rule: string, since: number, until = since) => ({ rule, labels: {}, since, until });
const passed = (...firings: ReturnType<typeof fired>[]) =>
  firedWithin(firings, moments, "NoSigner", 60).map((check) => `${check.passed} ${check.actual}`);

test.each([
  ["in time", [fired("NoSigner", 170, 400)], ["true 30.0 s", "true none"]],
  ["late", [fired("NoSigner", 201)], ["false 61.0 s", "true none"]],
  ["never", [], ["false never", "true none"]],
  ["a different alert", [fired("SignerDown", 170)], ["false never", "true none"]],
  ["before the fault", [fired("NoSigner", 130, 400)], ["false never", "false NoSigner"]],
  [
    "a false alert that ended before the fault",
    [fired("SignerDown", 110, 130), fired("NoSigner", 150)],
    ["true 10.0 s", "false SignerDown"],
  ],
  [
    "an alert that ended before the quiet time",
    [fired("NoSigner", 5, 90), fired("NoSigner", 150)],
    ["true 10.0 s", "true none"],
  ],
])("an alert that should fire: %s", (_, firings, expected) => {
  expect(passed(...firings)).toEqual(expected);
});
