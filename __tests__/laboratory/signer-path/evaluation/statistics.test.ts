import { drillKey, signatureRecords } from "../../../../laboratory/stand-ins/octez-signer";
import { firstLevelAt, payload, slots } from "../../../../laboratory/signer-path/load/payloads";
import {
  askedAfterRefusal,
  doubles,
  invariants,
  statisticsOf,
  noneFailed,
  requestRecords,
  withSigners,
} from "../../../../laboratory/signer-path/evaluation/statistics";
import type { RequestRecord, SignatureRecord } from "../../../../laboratory/signer-path/records";

const slot = (level: number, payload = `p${level}`) =>
  ({ key: "tz1", kind: "attestation", level, round: 0, payload }) as const;
const request = (level: number, change: Partial<RequestRecord> = {}): RequestRecord => ({
  ...slot(level),
  at: level,
  seconds: 0.1,
  outcome: "signed",
  ...change,
});
const signature = (level: number, change: Partial<SignatureRecord> = {}): SignatureRecord => ({
  ...slot(level),
  at: level + 0.05,
  signer: "pi-1",
  outcome: "signed",
  ...change,
});
const measure = (requests: RequestRecord[], signatures: SignatureRecord[] = []) =>
  statisticsOf(withSigners(requests, signatures), signatures, 1);

describe("requests", () => {
  test("are counted by what came of them, and their times taken of the signed ones", () => {
    const requests = [0, 1, 2, 3, 4].map((level) => request(level, { seconds: 0.1 * (level + 1) }));
    requests.push(request(5, { outcome: "failed", seconds: 9 }), request(6, { outcome: "refused", seconds: 8 }));
    const signatures = [0, 1, 2, 3, 4].map((level) => signature(level, { signer: level < 3 ? "pi-1" : "pi-2" }));
    expect(measure(requests, signatures)).toMatchObject({
      requests: 7,
      signed: 5,
      failed: 1,
      refused: 1,
      slowest: 0.5,
      p50: expect.closeTo(0.3),
      p99: 0.5,
      bySigner: { "pi-1": 3, "pi-2": 2 },
      doubles: [],
    });
  });

  test("p99 is the 99th of a hundred", () => {
    const requests = Array.from({ length: 100 }, (_, level) => request(level, { seconds: level + 1 }));
    expect(measure(requests)).toMatchObject({ p50: 50, p99: 99, slowest: 100 });
  });

  test("of none: zeros, and no check that holds by having seen nothing", () => {
    expect(measure([])).toMatchObject({ requests: 0, slowest: 0, p99: 0, withoutSigner: 0 });
    expect(noneFailed(measure([]))[0]!.passed).toBe(false);
  });

  test.each([
    ["in the middle", [0, 1, 5, 6], [], 3],
    ["to the end", [0, 1], [2, 3, 4], 1.9],
    ["from the beginning", [3, 4], [0, 1, 2], 2.1],
    ["never", [0, 1, 2], [], 0],
    ["all the time", [], [0, 1, 2, 3], 2],
  ])("the time without a signer: %s", (_, signed, failed, seconds) => {
    const requests = [
      ...signed.map((at) => request(at)),
      ...failed.map((at) => request(at, { outcome: "failed", seconds: 30 })),
    ];
    expect(measure(requests).withoutSigner).toBeCloseTo(seconds);
  });

  test("of two signers that signed the same bytes, it is the one that was asked last, before the answer", () => {
    const signatures = [
      signature(1, { signer: "pi-2", at: 1.6 }),
      signature(1, { at: 1.1 }),
      signature(1, { signer: "pi-3", at: 2.5 }),
    ];
    expect(withSigners([request(1, { seconds: 0.7 })], signatures)[0]!.signer).toBe("pi-2");
  });

  test("an answer that broke off is of the signer that did not end it, and no check on refusals and failures hides it", () => {
    const broken = request(1, { outcome: "broken" });
    const signatures = [signature(1, { outcome: "unanswered" })];
    expect(withSigners([broken], signatures)[0]!.signer).toBe("pi-1");
    const statistics = measure([broken], signatures);
    expect(statistics).toMatchObject({ broken: 1, failed: 0, refused: 0 });
    expect(noneFailed(statistics).every(({ passed }) => passed)).toBe(false);
  });

  test("a signature for another key or for other bytes is none for this one", () => {
    const signatures = [signature(1, { key: "tz2" }), signature(1, { payload: "other" })];
    expect(withSigners([request(1)], signatures)[0]!.signer).toBeUndefined();
    expect(measure([request(1)], signatures).bySigner).toEqual({ unknown: 1 });
  });

  test("are read from the load's output without a last line that was cut off, on the run's clock", () => {
    const text = `${JSON.stringify(request(1002))}\n${JSON.stringify(request(1001))}\n{"key":"tz`;
    expect(requestRecords(text, 1000).map(({ at }) => at)).toEqual([1, 2]);
  });
});

describe("the invariant", () => {
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
    const signatures = [signature(1), signature(1, change)];
    expect(doubles(signatures)).toHaveLength(double ? 1 : 0);
    expect(invariants(measure([], signatures), signatures)[0]!.passed).toBe(!double);
  });

  test("names the slot and the signers", () => {
    expect(doubles([signature(1), signature(1, { signer: "pi-2", payload: "other" })])).toEqual([
      "tz1 attestation at level 1, round 0: 2 payloads, by pi-1; pi-2",
    ]);
  });

  test.each<[string, Partial<SignatureRecord>[], boolean]>([
    ["another signer signs what one refused", [{ outcome: "refused" }, { signer: "pi-2", at: 2 }], true],
    [
      "another signer is asked and hangs",
      [{ outcome: "refused" }, { signer: "pi-2", at: 2, outcome: "unanswered" }],
      true,
    ],
    ["the same signer is asked again", [{ outcome: "refused" }, { at: 2, outcome: "refused" }], false],
    [
      "a signer refuses what another had left unanswered",
      [{ outcome: "unanswered" }, { signer: "pi-2", at: 2, outcome: "refused" }],
      false,
    ],
    [
      "two signers refuse two payloads",
      [{ outcome: "refused" }, { signer: "pi-2", payload: "other", at: 2, outcome: "refused" }],
      false,
    ],
  ])("%s", (_, changes, found) => {
    const signatures = changes.map((change) => signature(1, change)).reverse();
    expect(askedAfterRefusal(signatures)).toHaveLength(found ? 1 : 0);
  });
});

describe("the signers' records", () => {
  test("are on the run's clock, without those from before it", () => {
    const text = [999, 1001].map((at) => `${JSON.stringify({ ...signature(1), at })}\n`).join("");
    expect(signatureRecords(text, "pi-2", 1000)).toEqual([{ ...signature(1), at: 1, signer: "pi-2" }]);
  });
});

describe("the load's slots", () => {
  const { publicKeyHash } = drillKey("baker");
  const generator = slots(publicKeyHash, 1000);
  const some = Array.from({ length: 2000 }, () => generator.next().value);

  test("none comes twice, each with bytes of its own", () => {
    const names = new Set(some.map(({ kind, level, round }) => `${kind} ${level} ${round}`));
    expect(names.size).toBe(some.length);
    expect(new Set(some.map(({ payload }) => payload)).size).toBe(some.length);
  });

  test("rise within a chain, at least 5 s apart, and have rounds", () => {
    const last = new Map<string, { place: number; height: number }>();
    for (const [place, { kind, chain, level, round }] of some.entries()) {
      const before = last.get(`${kind} ${chain}`);
      const height = level * 10 + round;
      if (before) {
        expect(height).toBeGreaterThan(before.height);
        expect((place - before.place) / 5).toBeGreaterThanOrEqual(5);
      }
      last.set(`${kind} ${chain}`, { place, height });
    }
    expect(Math.max(...some.map(({ round }) => round))).toBe(2);
  });

  test("a load begins above all that came before it, at 20 requests a second", () => {
    const seconds = some.length / 20;
    expect(firstLevelAt(1_800_000_000 + seconds) - firstLevelAt(1_800_000_000)).toBeGreaterThan(
      some.at(-1)!.level - 1000,
    );
  });

  test("a tz4 key signs no slot, others do", () => {
    expect(payload("tz1", 0, "attestation", 5, 1)).toHaveLength(1 + 4 + 32 + 1 + 2 + 4 + 4 + 32);
    expect(payload("tz4", 0, "attestation", 5, 1)).toHaveLength(78);
  });
});
