import { exampleConfiguration } from "../../../../laboratory/examples";
import type { RequestRecord } from "../../../../laboratory/signer-path/records";
import { withoutSoakNumbers } from "../../../../laboratory/signer-path/measurements/names";
import { statisticsOf } from "../../../../laboratory/signer-path/evaluation/statistics";
import { latencyChecks } from "../../../../laboratory/signer-path/measurements/latency";
import {
  idleBytesPerSecond,
  idlePerMonth,
  mostPerMonth,
} from "../../../../laboratory/signer-path/measurements/metered-traffic";

const configuration = exampleConfiguration();
const uplinks = configuration.signers.flatMap((signer) => signer.uplinks.map((uplink) => ({ signer, uplink })));

describe("an uplink that stands by", () => {
  test("costs less than half a GB a month where it is metered, for both forwarders", () => {
    const metered = uplinks.filter(({ uplink }) => uplink.metered);
    const each = metered.map(({ signer, uplink }) => idlePerMonth(configuration, signer, uplink));
    expect(configuration.forwarders.count).toBe(2);
    expect(each).toHaveLength(2);
    expect(Math.max(...each)).toBeLessThan(mostPerMonth);
  });

  test("would cost several GB if it were not known to be metered", () => {
    const { signer, uplink } = uplinks.find(({ uplink }) => !uplink.metered)!;
    expect(idlePerMonth(configuration, signer, uplink)).toBeGreaterThan(5);
  });

  test("is reckoned as it was measured: a check with 1008 bytes and a question with 288, each in 15 s", () => {
    const { signer, uplink } = uplinks.find(({ uplink }) => uplink.name === "wwan0")!;
    expect(15 * idleBytesPerSecond(configuration, signer, uplink)).toBeCloseTo(1008 + 288);
  });
});

describe("the latency that the path adds", () => {
  const requests = (seconds: number, failed = 0): RequestRecord[] =>
    Array.from({ length: 100 }, (_, level) => ({
      ...{ key: "tz1", kind: "block", level, round: 0, payload: "11", at: level },
      ...{ seconds, outcome: level < failed ? "failed" : "signed" },
    }));
  const checks = (whole: number, plain: number, failed = 0) =>
    latencyChecks(statisticsOf(requests(whole), [], 1), requests(plain, failed), 0.02).map(({ passed }) => passed);

  test.each([
    ["a round trip and 3 ms above the plain tunnel", checks(0.0729, 0.05), [true, true, true]],
    ["more than that", checks(0.0731, 0.05), [true, true, false]],
    ["a plain tunnel that loses requests", checks(0.05, 0.05, 1), [false, true, true]],
    ["a plain tunnel that signs nothing", checks(0.05, 0.05, 100), [false, true, false]],
    ["a machine that is too busy", checks(2, 2.5), [true, false, true]],
  ])("%s", (_, found, passed) => {
    expect(found).toEqual(passed);
  });
});

test.each([
  [["soak"], [["soak"], 5, undefined]],
  [
    ["soak", "60"],
    [["soak"], 60, undefined],
  ],
  [
    ["1", "soak", "0.5", "7", "4", "hang"],
    [["1", "soak", "4", "hang"], 0.5, "7"],
  ],
  [
    ["1", "4"],
    [["1", "4"], 5, undefined],
  ],
])("the soak's numbers in %j are no drills' names", (given, expected) => {
  const { names, minutes, seed } = withoutSoakNumbers(given);
  expect([names, minutes, seed]).toEqual(expected);
});
