import { invariants, noneFailed } from "../../../../laboratory/signer-path/evaluation/checks";
import { statisticsOf } from "../../../../laboratory/signer-path/evaluation/statistics";
import { sampleRequest, sampleSignature } from "../sample-records";

const passed = ({ passed }: { readonly passed: boolean }) => passed;

test("a run without requests does not pass", () => {
  expect(noneFailed(statisticsOf([], [], 1))[0]!.passed).toBe(false);
});

test("a truncated answer fails a check of its own", () => {
  const statistics = statisticsOf([sampleRequest(1, { outcome: "truncated" })], [], 1);
  expect(noneFailed(statistics).map(passed)).toEqual([true, true, false]);
});

test("a double signature and a request after a refusal each violate an invariant", () => {
  const check = (...signatures: ReturnType<typeof sampleSignature>[]) =>
    invariants(statisticsOf([], signatures, 1), signatures).map(passed);
  expect(check(sampleSignature(1))).toEqual([true, true]);
  expect(check(sampleSignature(1), sampleSignature(1, { payload: "other" }))).toEqual([false, true]);
  expect(check(sampleSignature(1, { outcome: "refused" }), sampleSignature(1, { signer: "pi-2", at: 2 }))).toEqual([
    true,
    false,
  ]);
});
