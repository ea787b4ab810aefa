import { firstLevelAt, payload, signingRequests } from "../../../../laboratory/signer-path/load/payloads";
import { drillKey } from "../../../../laboratory/stand-ins/octez-signer";

describe("the load's requests", () => {
  const { publicKeyHash } = drillKey("baker");
  const generator = signingRequests(publicKeyHash, 1000);
  const some = Array.from({ length: 2000 }, () => generator.next().value);

  test("never repeat a level and round or a payload", () => {
    const names = new Set(some.map(({ kind, level, round }) => `${kind} ${level} ${round}`));
    expect(names.size).toBe(some.length);
    expect(new Set(some.map(({ payload }) => payload)).size).toBe(some.length);
  });

  test("increase within a chain, at least 5 s apart, and have several rounds", () => {
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

  test("start above those of earlier loads of up to 20 requests a second", () => {
    const seconds = some.length / 20;
    expect(firstLevelAt(1_800_000_000 + seconds) - firstLevelAt(1_800_000_000)).toBeGreaterThan(
      some.at(-1)!.level - 1000,
    );
  });
});

test("an attestation contains a slot unless the key is a tz4 key", () => {
  expect(payload("tz1", 0, "attestation", 5, 1)).toHaveLength(1 + 4 + 32 + 1 + 2 + 4 + 4 + 32);
  expect(payload("tz4", 0, "attestation", 5, 1)).toHaveLength(78);
});

test("payloads start with the magic byte of their kind", () => {
  const magicBytes = (["block", "preattestation", "attestation"] as const).map(
    (kind) => payload("tz1", 0, kind, 5, 1)[0],
  );
  expect(magicBytes).toEqual([0x11, 0x12, 0x13]);
});
