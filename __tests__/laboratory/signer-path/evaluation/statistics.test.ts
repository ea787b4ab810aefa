import type { SignatureRecord } from "../../../../laboratory/stand-ins/octez-signer";
import {
  askedAfterRefusal,
  doubleSignatures,
  requestRecords,
  statisticsOf,
  withSigners,
} from "../../../../laboratory/signer-path/evaluation/statistics";
import type { RequestRecord } from "../../../../laboratory/signer-path/records";
import { sampleRequest, sampleSignature } from "../sample-records";

const evaluate = (requests: RequestRecord[], signatures: SignatureRecord[] = []) =>
  statisticsOf(withSigners(requests, signatures), signatures, 1);

describe("the statistics of a run", () => {
  test("count requests by outcome, and include the times of signed requests only", () => {
    const requests = [0, 1, 2, 3, 4].map((level) => sampleRequest(level, { seconds: 0.1 * (level + 1) }));
    requests.push(
      sampleRequest(5, { outcome: "failed", seconds: 9 }),
      sampleRequest(6, { outcome: "refused", seconds: 8 }),
    );
    const signatures = [0, 1, 2, 3, 4].map((level) => sampleSignature(level, { signer: level < 3 ? "pi-1" : "pi-2" }));
    expect(evaluate(requests, signatures)).toMatchObject({
      requests: 7,
      signed: 5,
      failed: 1,
      refused: 1,
      slowestSeconds: 0.5,
      p50Seconds: expect.closeTo(0.3),
      p99Seconds: 0.5,
      bySigner: { "pi-1": 3, "pi-2": 2 },
      doubleSignatures: [],
    });
  });

  test("have the 99th of a hundred times as p99", () => {
    const requests = Array.from({ length: 100 }, (_, level) => sampleRequest(level, { seconds: level + 1 }));
    expect(evaluate(requests)).toMatchObject({ p50Seconds: 50, p99Seconds: 99, slowestSeconds: 100 });
  });

  test("are zero without requests", () => {
    expect(evaluate([])).toMatchObject({ requests: 0, slowestSeconds: 0, p99Seconds: 0, longestGapSeconds: 0 });
  });

  test.each([
    ["in the middle", [0, 1, 5, 6], [], 3],
    ["at the end", [0, 1], [2, 3, 4], 1.9],
    ["at the beginning", [3, 4], [0, 1, 2], 2.1],
    ["nowhere", [0, 1, 2], [], 0],
    ["everywhere", [], [0, 1, 2, 3], 2],
  ])("have the longest gap: %s", (_, signed, failed, seconds) => {
    const requests = [
      ...signed.map((at) => sampleRequest(at)),
      ...failed.map((at) => sampleRequest(at, { outcome: "failed", seconds: 30 })),
    ];
    expect(evaluate(requests).longestGapSeconds).toBeCloseTo(seconds);
  });
});

describe("the signer of a request", () => {
  test("is the one that was asked last before the answer, if two signed the same bytes", () => {
    const signatures = [
      sampleSignature(1, { signer: "pi-2", at: 1.6 }),
      sampleSignature(1, { at: 1.1 }),
      sampleSignature(1, { signer: "pi-3", at: 2.5 }),
    ];
    expect(withSigners([sampleRequest(1, { seconds: 0.7 })], signatures)[0]!.signer).toBe("pi-2");
  });

  test("is the one that did not complete its answer, if the answer is truncated", () => {
    const truncated = sampleRequest(1, { outcome: "truncated" });
    const signatures = [sampleSignature(1, { outcome: "unanswered" })];
    expect(withSigners([truncated], signatures)[0]!.signer).toBe("pi-1");
    expect(evaluate([truncated], signatures)).toMatchObject({ truncated: 1, failed: 0, refused: 0 });
  });

  test("is not one that signed for another key or other bytes", () => {
    const signatures = [sampleSignature(1, { key: "tz2" }), sampleSignature(1, { payload: "other" })];
    expect(withSigners([sampleRequest(1)], signatures)[0]!.signer).toBeUndefined();
    expect(evaluate([sampleRequest(1)], signatures).bySigner).toEqual({ unknown: 1 });
  });
});

test("the load's output is parsed without an incomplete last line, in seconds since the run's start", () => {
  const text = `${JSON.stringify(sampleRequest(1002))}\n${JSON.stringify(sampleRequest(1001))}\n{"key":"tz`;
  expect(requestRecords(text, 1000).map(({ at }) => at)).toEqual([1, 2]);
});

describe("double signatures", () => {
  test.each<[string, Partial<SignatureRecord>, boolean]>([
    ["two signers, two payloads", { signer: "pi-2", payload: "other" }, true],
    ["one signer, two payloads", { payload: "other" }, true],
    ["two payloads, one answer lost", { signer: "pi-2", payload: "other", outcome: "unanswered" }, true],
    ["two signers, the same bytes", { signer: "pi-2" }, false],
    ["two payloads, one refused", { signer: "pi-2", payload: "other", outcome: "refused" }, false],
    ["another key", { key: "tz2", payload: "other" }, false],
    ["another kind", { kind: "preattestation", payload: "other" }, false],
    ["another round", { round: 1, payload: "other" }, false],
    ["another level", { level: 2, payload: "other" }, false],
  ])("%s", (_, change, double) => {
    expect(doubleSignatures([sampleSignature(1), sampleSignature(1, change)])).toHaveLength(double ? 1 : 0);
  });

  test("name the level, the round and the signers", () => {
    expect(doubleSignatures([sampleSignature(1), sampleSignature(1, { signer: "pi-2", payload: "other" })])).toEqual([
      "tz1 attestation at level 1, round 0: 2 payloads, by pi-1; pi-2",
    ]);
  });
});

describe("requests after a refusal", () => {
  test.each<[string, Partial<SignatureRecord>[], boolean]>([
    ["another signer signs what one refused", [{ outcome: "refused" }, { signer: "pi-2", at: 2 }], true],
    [
      "another signer is asked and hangs",
      [{ outcome: "refused" }, { signer: "pi-2", at: 2, outcome: "unanswered" }],
      true,
    ],
    ["the same signer is asked again", [{ outcome: "refused" }, { at: 2, outcome: "refused" }], false],
    [
      "a signer refuses what another one left unanswered",
      [{ outcome: "unanswered" }, { signer: "pi-2", at: 2, outcome: "refused" }],
      false,
    ],
    [
      "two signers refuse two payloads",
      [{ outcome: "refused" }, { signer: "pi-2", payload: "other", at: 2, outcome: "refused" }],
      false,
    ],
  ])("%s", (_, changes, violated) => {
    const signatures = changes.map((change) => sampleSignature(1, change)).reverse();
    expect(askedAfterRefusal(signatures)).toHaveLength(violated ? 1 : 0);
  });
});
