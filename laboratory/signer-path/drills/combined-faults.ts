import type { Check } from "../records";
import { faultEnd, nothingLost, signingWithin } from "./drill-checks";
import { firstForwarder, firstSigner, lte, type PathDrill, repairUplinks, secondSigner, wired } from "./path-drill";

/** Several faults at the same time. */
export const combinedFaults: readonly PathDrill[] = [
  bothSigners(),
  {
    name: "one-each",
    title: "Each signer loses an uplink, and a forwarder is unreachable",
    fault: "pi-1's wired uplink, pi-2's LTE and forwarder-1 drop all packets",
    inject: (testbed) => {
      testbed.pi(firstSigner).uplink(wired).drop();
      testbed.pi(secondSigner).uplink(lte).drop();
      testbed.cloud.forwarder(firstForwarder).vm.cut();
    },
    lastsSeconds: 25,
    repair: (testbed) => {
      testbed.cloud.forwarder(firstForwarder).vm.reconnect();
      repairUplinks(testbed);
    },
    checks: (run) => nothingLost(run, "forwarder"),
  },
  {
    name: "two",
    title: "A signer and a forwarder die at the same time",
    fault: "pi-1 is off, and forwarder-1's VM has lost power",
    inject: async (testbed) => {
      const { vm } = testbed.cloud.forwarder(firstForwarder);
      vm.cut();
      testbed.pi(firstSigner).powerOff();
      await vm.off();
    },
    lastsSeconds: 25,
    repair: async (testbed) => {
      await testbed.cloud.forwarder(firstForwarder).vm.on();
      await testbed.pi(firstSigner).powerOn();
    },
    checks: (run) => nothingLost(run, "signer and forwarder"),
  },
];

function bothSigners(): PathDrill {
  let restarts: Readonly<Record<string, number>>;
  return {
    name: "7",
    title: "Both signers are unreachable for five minutes, then one comes back",
    fault: "all uplinks of both signers drop all packets",
    prepare: (testbed) => testbed.watchAlerts(),
    inject: (testbed) => {
      restarts = testbed.cloud.restarts();
      testbed.alerts.markFault();
      testbed.pis.forEach(({ uplinks }) => uplinks.forEach((uplink) => uplink.drop()));
    },
    lastsSeconds: 300,
    repair: (testbed) => testbed.pi(secondSigner).uplinks.forEach((uplink) => uplink.repair()),
    afterwardsSeconds: 30,
    cleanUp: repairUplinks,
    checks: (run) => [
      ...run.testbed.alerts.firedWithin("NoSigner", 60),
      signingWithin(run, faultEnd(run), 15),
      noneRestarted(restarts, run.testbed.cloud.restarts()),
    ],
  };
}

function noneRestarted(before: Readonly<Record<string, number>>, now: Readonly<Record<string, number>>): Check {
  const restarted = Object.entries(now).filter(([name, count]) => count > (before[name] ?? 0));
  return {
    text: "no container restarted",
    actual: restarted.length === 0 ? "none" : restarted.map(([name]) => name).join(", "),
    passed: restarted.length === 0,
  };
}
