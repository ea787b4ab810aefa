import { setTimeout as pause } from "node:timers/promises";
import { first, lte, nothingLost, onWire, type PathDrill, wire } from "./path-drill";

/** What the ways out of a house do. */
export const badNetworks: readonly PathDrill[] = [
  {
    name: "loss",
    title: "a third of the packets of an uplink is lost",
    fault: "pi-1's wire loses every third packet",
    ...onWire((uplink) => uplink.lose(33), 30),
    checks: (run) => nothingLost(run, "signer"),
  },
  {
    name: "narrow",
    title: "an uplink is as slow as bad LTE",
    fault: "pi-1's wire carries 24 kbit/s",
    ...onWire((uplink) => uplink.throttle(24), 30),
    checks: (run) => nothingLost(run, "signer"),
  },
  {
    name: "far",
    title: "all signers are on the other side of the earth, and their packets overtake each other",
    fault: "packets take 125 to 145 ms in each direction, on all uplinks",
    begin: async (testbed) => {
      for (const uplink of testbed.pis.flatMap(({ uplinks }) => uplinks)) await uplink.lengthen(125, 20);
    },
    lasts: 40,
    mend: (testbed) => testbed.pis.forEach(({ uplinks }) => uplinks.forEach((uplink) => uplink.mend())),
    checks: (run) => nothingLost(run, "uplink"),
  },
  {
    name: "half-to",
    title: "an uplink carries packets in one direction only: to the cloud",
    fault: "packets to pi-1 vanish on its wire",
    ...onWire((uplink) => uplink.drop("to-pi"), 25),
    checks: (run) => nothingLost(run, "uplink"),
  },
  {
    name: "half-from",
    title: "an uplink carries packets in one direction only: to the signer",
    fault: "packets from pi-1 vanish on its wire",
    ...onWire((uplink) => uplink.drop("from-pi"), 25),
    checks: (run) => nothingLost(run, "uplink"),
  },
  {
    name: "flap",
    title: "an uplink comes and goes",
    fault: "pi-1's wire drops packets for 2 s, again and again",
    begin: async (testbed) => {
      const uplink = testbed.pi(first).uplink(wire);
      for (let times = 0; times < 6; times++) {
        uplink.drop();
        await pause(2_000);
        uplink.mend();
        await pause(2_000);
      }
    },
    lasts: 0,
    checks: (run) => nothingLost(run, "uplink"),
  },
  {
    name: "cables",
    title: "the wire is pulled, then the LTE stick of the other signer",
    fault: "pi-1 has no wire, pi-2 no LTE stick",
    begin: async (testbed) => {
      testbed.pi(first).uplink(wire).carrier = false;
      await pause(5_000);
      testbed.pi("pi-2").uplink(lte).disconnect();
    },
    lasts: 15,
    mend: (testbed) => {
      testbed.pi(first).uplink(wire).carrier = true;
      testbed.pi("pi-2").plugIn();
    },
    checks: (run) => nothingLost(run, "uplink"),
  },
  {
    name: "wires",
    title: "both signers live in one house, and its wire is dead",
    fault: "packets vanish on the wires of both signers",
    begin: (testbed) => testbed.pis.forEach((pi) => pi.uplink(wire).drop()),
    lasts: 25,
    mend: (testbed) => testbed.pis.forEach((pi) => pi.uplink(wire).mend()),
    checks: (run) => nothingLost(run, "uplink"),
  },
  {
    name: "black-hole",
    title: "an uplink swallows large packets",
    fault: "packets above 500 bytes vanish on pi-1's wire",
    ...onWire((uplink) => uplink.swallow(500), 30),
    checks: (run) => nothingLost(run, "uplink"),
  },
  {
    name: "resets",
    title: "a firewall on an uplink resets connections",
    fault: "one of a hundred packets on pi-1's wire resets its connection",
    ...onWire((uplink) => uplink.reset(), 30),
    checks: (run) => nothingLost(run, "uplink"),
  },
];
