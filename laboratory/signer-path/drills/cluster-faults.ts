import { setTimeout as pause } from "node:timers/promises";
import { killTunnel } from "../faults/sessions";
import { withoutSignerWithin } from "../evaluation/statistics";
import { first, lte, nothingLost, outOfUse, type PathDrill, upWithin, wire } from "./path-drill";

const one = "forwarder-1";

/** What a baker would fear next. */
export const otherFaults: readonly PathDrill[] = [
  {
    name: "frozen",
    title: "a tunnel's ssh is frozen: its connection stands",
    fault: "the ssh of pi-1's wire to forwarder-1 is stopped",
    begin: (testbed) => killTunnel(testbed.pi(first), `1-${wire}`, "STOP"),
    lasts: 20,
    mend: (testbed) => killTunnel(testbed.pi(first), `1-${wire}`),
    checks: (run) => nothingLost(run, "uplink"),
  },
  {
    name: "one-each",
    title: "each signer has lost one uplink, and one forwarder is cut off",
    fault: "pi-1's wire, pi-2's LTE and forwarder-1 are silent",
    begin: (testbed) => {
      testbed.pi(first).uplink(wire).drop();
      testbed.pi("pi-2").uplink(lte).drop();
      testbed.forwarder(one).machine.cut();
    },
    lasts: 25,
    mend: (testbed) => {
      testbed.forwarder(one).machine.reconnect();
      testbed.pis.forEach(({ uplinks }) => uplinks.forEach((uplink) => uplink.mend()));
    },
    checks: (run) => nothingLost(run, "forwarder"),
  },
  {
    name: "haproxy",
    title: "a forwarder's HAProxy is killed",
    fault: "forwarder-1's HAProxy is killed; its container starts again",
    begin: (testbed) => void testbed.forwarder(one).machine.kill(/^haproxy /),
    lasts: 15,
    checks: (run) => nothingLost(run, "forwarder"),
  },
  {
    name: "sshd",
    title: "a forwarder's sshd are killed",
    fault: "all of forwarder-1's sshd are killed; their containers start again",
    begin: (testbed) => void testbed.forwarder(one).machine.kill(/sshd/),
    lasts: 30,
    checks: (run) => [
      ...nothingLost(run, "uplink"),
      upWithin(run, run.faults[0]!.at, [{ where: first, what: `tunnel ${one} ${wire}` }], 30),
    ],
  },
  {
    name: "hostile",
    title: "strangers hammer at the ssh ports",
    fault: "silent connections and wrong keys by the hundred; pi-1's tunnel has to come up among them",
    begin: async (testbed) => {
      testbed.startStrangers();
      await pause(5_000);
      killTunnel(testbed.pi(first), `1-${wire}`);
    },
    lasts: 30,
    mend: (testbed) => testbed.endStrangers(),
    checks: (run) => [
      ...nothingLost(run, "uplink"),
      upWithin(run, run.faults[0]!.at + 4, [{ where: first, what: `tunnel ${one} ${wire}` }], 30),
    ],
  },
  {
    name: "two",
    title: "a signer and a forwarder are gone at once",
    fault: "pi-1 is off, and forwarder-1's machine has lost power",
    begin: async (testbed) => {
      const { machine } = testbed.forwarder(one);
      machine.cut();
      testbed.pi(first).off();
      await machine.off();
    },
    lasts: 25,
    mend: async (testbed) => {
      await testbed.forwarder(one).machine.on();
      await testbed.pi(first).on();
    },
    checks: (run) => nothingLost(run, "both"),
  },
  {
    name: "disk-full",
    title: "a signer's disk fills up",
    fault: "pi-1 has a megabyte left where its signer writes watermarks",
    begin: (testbed) => testbed.pi(first).fillUp(1 << 20),
    lasts: 20,
    mend: (testbed) => testbed.pi(first).makeRoom(),
    checks: (run) => [...nothingLost(run, "uplink"), outOfUse(run)],
  },
  {
    name: "api-server",
    title: "the cluster has no control plane, as when Google mends it",
    fault: "the API server is gone",
    begin: (testbed) => testbed.setApiServer(false),
    lasts: 60,
    mend: (testbed) => testbed.setApiServer(true),
    afterwards: 20,
    checks: (run) => nothingLost(run, "uplink"),
  },
  {
    name: "proxy",
    title: "the proxy in the baker's own pod is killed",
    fault: "the baker's HAProxy is killed; its container starts again",
    begin: (testbed) => void testbed.baking.kill(/^haproxy /),
    lasts: 15,
    checks: ({ statistics }) => [withoutSignerWithin(statistics, 5)],
  },
];
