import { randomNumbers } from "../../../../laboratory/random";
import { flatness, type Sample } from "../../../../laboratory/signer-path/soak/flatness";
import {
  faultKinds,
  handoverSeconds,
  inEachOthersWay,
  type Parts,
  pathsOf,
  settledAt,
  type SoakFault,
  soakPlan,
  standsThroughout,
  takes,
} from "../../../../laboratory/signer-path/soak/plan";

const parts: Parts = {
  signers: ["pi-1", "pi-2"],
  uplinks: ["eth0", "wwan0"],
  forwarders: ["forwarder-1", "forwarder-2"],
};
const seconds = 1800;
const plans = Array.from({ length: 8 }, (_, seed) => soakPlan(parts, seconds, seed));

describe("a soak's plan", () => {
  test("leaves a path standing at each moment, for as long as a handover takes", () => {
    const fallen: string[] = [];
    for (const [seed, plan] of plans.entries()) {
      // Looked at anew, moment by moment, not by the plan's own reckoning.
      for (let now = 0; now < seconds; now++) {
        const broken = plan.filter((fault) => fault.at < now + handoverSeconds - 1 && settledAt(fault) > now);
        const stands = pathsOf(parts).some((path) => !broken.some((fault) => takes(fault, path)));
        if (!stands) fallen.push(`seed ${seed} at ${now} s`);
      }
    }
    expect(fallen).toEqual([]);
  });

  test("takes every path away at some time, with faults of every kind, several at once", () => {
    for (const plan of plans) {
      for (const path of pathsOf(parts)) expect(plan.some((fault) => takes(fault, path))).toBe(true);
    }
    expect(new Set(plans.flat().map(({ kind }) => kind))).toEqual(new Set(faultKinds));
    const several = plans.map(
      (plan) =>
        plan.filter((fault) => plan.filter(({ at, until }) => at <= fault.at && until >= fault.at).length > 1).length,
    );
    expect(Math.min(...several)).toBeGreaterThan(10);
  });

  test("has all mended before its end, and no two that end each other", () => {
    for (const plan of plans) {
      expect(plan.filter((fault) => settledAt(fault) > seconds || fault.until < fault.at)).toEqual([]);
      expect(plan.filter((a, index) => plan.slice(index + 1).some((b) => inEachOthersWay(a, b)))).toEqual([]);
    }
  });

  test("is the same for the same seed, and another one for another", () => {
    expect(soakPlan(parts, seconds, 7)).toEqual(plans[7]);
    expect(plans[7]).not.toEqual(plans[8]);
  });

  test.each<[string, Partial<SoakFault>[], boolean]>([
    ["both signers hang", [{ target: { signer: "pi-1" } }, { target: { signer: "pi-2" } }], false],
    ["one signer hangs", [{ target: { signer: "pi-1" } }], true],
    [
      "a signer hangs while the other's uplinks are gone",
      [
        { target: { signer: "pi-1" } },
        { kind: "pull the cable", target: { signer: "pi-2", uplink: "eth0" } },
        { kind: "pull the cable", target: { signer: "pi-2", uplink: "wwan0" } },
      ],
      false,
    ],
    [
      "one after the other, too close",
      [{ target: { signer: "pi-1" } }, { target: { signer: "pi-2" }, at: 28, until: 40 }],
      false,
    ],
    ["one after the other", [{ target: { signer: "pi-1" } }, { target: { signer: "pi-2" }, at: 30, until: 40 }], true],
  ])("knows whether a path stands: %s", (_, faults, stands) => {
    const usual: SoakFault = { kind: "signer hangs", target: {}, at: 10, until: 20 };
    expect(
      standsThroughout(
        faults.map((fault) => ({ ...usual, ...fault })),
        parts,
      ),
    ).toBe(stands);
  });
});

describe("flatness", () => {
  const random = randomNumbers(1);
  const series = (value: (minute: number) => number, minutes = 60) => ({
    name: "HAProxy",
    unit: "kB of memory",
    // What faults do: now and then some more.
    lives: [
      Array.from({ length: minutes * 6 }, (_, index): Sample => {
        const noise = random() < 0.2 ? 3000 * random() : 40 * random();
        return { at: index * 10, value: value(index / 6) + noise };
      }),
    ],
  });

  test.each<[string, (minute: number) => number, boolean]>([
    ["stays where it is", () => 20_000, true],
    ["fills its pools at first", (minute) => 20_000 - 8000 * Math.exp(-minute / 3), true],
    ["falls", (minute) => 20_000 - 100 * minute, true],
    ["rises by a third in an hour", (minute) => 20_000 + 110 * minute, false],
    ["rises by half a per cent", (minute) => 20_000 + 2 * minute, true],
    ["rises from a little", (minute) => 100 + minute, false],
  ])("of what %s", (_, value, flat) => {
    expect(flatness(series(value))!.flat).toBe(flat);
  });

  test("of a few descriptors that come and go, and of one more each two minutes", () => {
    const descriptors = (leaks: number) => ({
      name: "sshd",
      unit: "descriptors",
      lives: [
        Array.from({ length: 360 }, (_, index) => ({
          at: index * 10,
          value: 30 + Math.floor(random() * 5) + Math.floor(leaks * index),
        })),
      ],
    });
    expect(flatness(descriptors(0))!.flat).toBe(true);
    expect(flatness(descriptors(1 / 12))!.flat).toBe(false);
  });

  test("of processes that are killed every seven minutes, and leak meanwhile", () => {
    const lives = (leakPerMinute: number) => ({
      ...series(() => 0),
      lives: Array.from({ length: 8 }, (_, life) =>
        series((minute) => 20_000 + leakPerMinute * minute, 7).lives[0]!.map(({ at, value }) => ({
          at: at + life * 420,
          value,
        })),
      ),
    });
    expect(flatness(lives(0))!.flat).toBe(true);
    expect(flatness(lives(100))!.flat).toBe(false);
  });

  test("of a run that is too short: can't be told", () => {
    expect(flatness(series(() => 20_000, 5))).toBeUndefined();
  });
});
