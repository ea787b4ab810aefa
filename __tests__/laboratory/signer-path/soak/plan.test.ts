import { faultKinds } from "../../../../laboratory/signer-path/soak/fault-kinds";
import {
  affects,
  alwaysHasPath,
  failoverSeconds,
  interfere,
  pathsOf,
  recoveredAt,
  type SoakFault,
  soakPlan,
  type Topology,
} from "../../../../laboratory/signer-path/soak/plan";

const topology: Topology = {
  signers: ["pi-1", "pi-2"],
  uplinks: ["eth0", "wwan0"],
  forwarders: ["forwarder-1", "forwarder-2"],
};
const seconds = 1800;
const plans = Array.from({ length: 8 }, (_, seed) => soakPlan(topology, seconds, seed));

describe("a soak's plan", () => {
  test("leaves a path up at any time, for as long as a failover takes", () => {
    const violations: string[] = [];
    for (const [seed, plan] of plans.entries()) {
      // Second by second, independently of how the plan itself decides it.
      for (let now = 0; now < seconds; now++) {
        const active = plan.filter((fault) => fault.at < now + failoverSeconds - 1 && recoveredAt(fault) > now);
        const isUp = pathsOf(topology).some((path) => !active.some((fault) => affects(fault, path)));
        if (!isUp) violations.push(`seed ${seed} at ${now} s`);
      }
    }
    expect(violations).toEqual([]);
  });

  test("takes every path down at some time, with faults of every kind, several at once", () => {
    for (const plan of plans) {
      for (const path of pathsOf(topology)) expect(plan.some((fault) => affects(fault, path))).toBe(true);
    }
    expect(new Set(plans.flat().map(({ kind }) => kind))).toEqual(new Set(faultKinds));
    const several = plans.map(
      (plan) =>
        plan.filter((fault) => plan.filter(({ at, until }) => at <= fault.at && until >= fault.at).length > 1).length,
    );
    expect(Math.min(...several)).toBeGreaterThan(10);
  });

  test("has every fault repaired before its end, and no two faults that interfere", () => {
    for (const plan of plans) {
      expect(plan.filter((fault) => recoveredAt(fault) > seconds || fault.until < fault.at)).toEqual([]);
      expect(plan.filter((a, index) => plan.slice(index + 1).some((b) => interfere(a, b)))).toEqual([]);
    }
  });

  test("is the same for the same seed, and different for another one", () => {
    expect(soakPlan(topology, seconds, 7)).toEqual(plans[7]);
    expect(plans[7]).not.toEqual(plans[8]);
  });

  test.each<[string, Partial<SoakFault>[], boolean]>([
    ["both signers hang", [{ target: { signer: "pi-1" } }, { target: { signer: "pi-2" } }], false],
    ["one signer hangs", [{ target: { signer: "pi-1" } }], true],
    [
      "a signer hangs while the other's uplinks are unplugged",
      [
        { target: { signer: "pi-1" } },
        { kind: "unplug the cable", target: { signer: "pi-2", uplink: "eth0" } },
        { kind: "unplug the cable", target: { signer: "pi-2", uplink: "wwan0" } },
      ],
      false,
    ],
    [
      "one after the other, too close",
      [{ target: { signer: "pi-1" } }, { target: { signer: "pi-2" }, at: 28, until: 40 }],
      false,
    ],
    ["one after the other", [{ target: { signer: "pi-1" } }, { target: { signer: "pi-2" }, at: 30, until: 40 }], true],
  ])("detects whether a path is always up: %s", (_, faults, isUp) => {
    const base: SoakFault = { kind: "signer hangs", target: {}, at: 10, until: 20 };
    expect(
      alwaysHasPath(
        faults.map((fault) => ({ ...base, ...fault })),
        topology,
      ),
    ).toBe(isUp);
  });
});
