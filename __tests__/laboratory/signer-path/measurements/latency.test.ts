import { statisticsOf } from "../../../../laboratory/signer-path/evaluation/statistics";
import { latencyChecks } from "../../../../laboratory/signer-path/measurements/latency";
import type { RequestRecord } from "../../../../laboratory/signer-path/records";

const requests = (seconds: number, failed = 0): RequestRecord[] =>
  Array.from({ length: 100 }, (_, level) => ({
    ...{ key: "tz1", kind: "block", level, round: 0, payload: "11", at: level },
    ...{ seconds, outcome: level < failed ? "failed" : "signed" },
  }));
const checks = (path: number, plain: number, failed = 0) =>
  latencyChecks(statisticsOf(requests(path), [], 1), requests(plain, failed), 0.02).map(({ passed }) => passed);

test.each([
  ["a round trip and 3 ms above the plain tunnel", checks(0.0729, 0.05), [true, true, true]],
  ["more than that", checks(0.0731, 0.05), [true, true, false]],
  ["a plain tunnel that loses requests", checks(0.05, 0.05, 1), [false, true, true]],
  ["a plain tunnel on which nothing is signed", checks(0.05, 0.05, 100), [false, true, false]],
  ["a host that is too busy", checks(2, 2.5), [true, false, true]],
])("the added latency: %s", (_, actual, expected) => {
  expect(actual).toEqual(expected);
});
