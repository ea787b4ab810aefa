import { setTimeout as pause } from "node:timers/promises";
import { longestGapWithin } from "../evaluation/checks";
import { faultStart, nothingLost, tunnels, upWithin } from "./drill-checks";
import {
  firstForwarder,
  firstSigner,
  lte,
  onWiredUplink,
  type PathDrill,
  repairUplinks,
  secondSigner,
  wired,
} from "./path-drill";

/** Faults of a home's uplinks and of the networks behind them. */
export const uplinkFaults: readonly PathDrill[] = [
  {
    name: "1",
    title: "The active uplink silently drops all packets",
    fault: "pi-1's wired uplink drops all packets",
    ...onWiredUplink((uplink) => uplink.drop(), 25),
    checks: (run) => nothingLost(run, "uplink"),
  },
  {
    name: "2",
    title: "The router of the only uplink of the only signer forgets its connections",
    variant: "single",
    fault: "the router restarts: open connections are dead, silently",
    inject: (testbed) => testbed.pi(firstSigner).uplink(wired).forgetConnections(),
    lastsSeconds: 20,
    checks: ({ statistics }) => [longestGapWithin(statistics, 6)],
  },
  {
    name: "10",
    title: "A signer's address changes under its tunnels",
    fault: "pi-1's wired uplink gets another address",
    inject: (testbed) => testbed.pi(firstSigner).uplink(wired).changeAddress(),
    lastsSeconds: 20,
    checks: (run) => [
      ...nothingLost(run, "uplink"),
      // ssh gives up after four seconds, then logs in again.
      upWithin(run, faultStart(run), tunnels(firstSigner, firstForwarder, [wired]), 10),
    ],
  },
  {
    name: "loss",
    title: "An uplink loses a third of its packets",
    fault: "pi-1's wired uplink loses every third packet",
    ...onWiredUplink((uplink) => uplink.dropRandomly(33), 30),
    checks: (run) => nothingLost(run, "signer"),
  },
  {
    name: "narrow",
    title: "An uplink is as slow as a bad LTE link",
    fault: "pi-1's wired uplink carries 24 kbit/s",
    ...onWiredUplink((uplink) => uplink.throttle(24), 30),
    checks: (run) => nothingLost(run, "signer"),
  },
  {
    name: "far",
    title: "All signers are on the other side of the world, and packets arrive out of order",
    fault: "all uplinks delay packets by 125 to 145 ms in each direction",
    inject: async (testbed) => {
      for (const uplink of testbed.pis.flatMap(({ uplinks }) => uplinks)) await uplink.addLatency(125, 20);
    },
    lastsSeconds: 40,
    repair: repairUplinks,
    checks: (run) => nothingLost(run, "uplink"),
  },
  {
    name: "half-to",
    title: "An uplink carries packets to the cloud only",
    fault: "pi-1's wired uplink drops packets to pi-1",
    ...onWiredUplink((uplink) => uplink.drop("to-pi"), 25),
    checks: (run) => nothingLost(run, "uplink"),
  },
  {
    name: "half-from",
    title: "An uplink carries packets to the signer only",
    fault: "pi-1's wired uplink drops packets from pi-1",
    ...onWiredUplink((uplink) => uplink.drop("from-pi"), 25),
    checks: (run) => nothingLost(run, "uplink"),
  },
  {
    name: "flap",
    title: "An uplink flaps",
    fault: "pi-1's wired uplink drops all packets for 2 s, six times",
    inject: async (testbed) => {
      const uplink = testbed.pi(firstSigner).uplink(wired);
      for (let times = 0; times < 6; times++) {
        uplink.drop();
        await pause(2_000);
        uplink.repair();
        await pause(2_000);
      }
    },
    lastsSeconds: 0,
    checks: (run) => nothingLost(run, "uplink"),
  },
  {
    name: "cables",
    title: "One signer's cable is unplugged, then the other's LTE stick",
    fault: "pi-1 has no cable, and pi-2 no LTE stick",
    inject: async (testbed) => {
      testbed.pi(firstSigner).uplink(wired).carrier = false;
      await pause(5_000);
      testbed.pi(secondSigner).uplink(lte).disconnect();
    },
    lastsSeconds: 15,
    repair: (testbed) => {
      testbed.pi(firstSigner).uplink(wired).carrier = true;
      testbed.pi(secondSigner).connectUplinks();
    },
    checks: (run) => nothingLost(run, "uplink"),
  },
  {
    name: "wires",
    title: "The wired uplink of a home with both signers fails",
    fault: "the wired uplinks of both signers drop all packets",
    inject: (testbed) => testbed.pis.forEach((pi) => pi.uplink(wired).drop()),
    lastsSeconds: 25,
    repair: (testbed) => testbed.pis.forEach((pi) => pi.uplink(wired).repair()),
    checks: (run) => nothingLost(run, "uplink"),
  },
  {
    name: "black-hole",
    title: "An uplink silently drops large packets",
    fault: "pi-1's wired uplink drops packets larger than 500 bytes",
    ...onWiredUplink((uplink) => uplink.dropLargerThan(500), 30),
    checks: (run) => nothingLost(run, "uplink"),
  },
  {
    name: "resets",
    title: "A firewall on an uplink resets connections",
    fault: "one in a hundred packets on pi-1's wired uplink resets its connection",
    ...onWiredUplink((uplink) => uplink.resetConnections(), 30),
    checks: (run) => nothingLost(run, "uplink"),
  },
];
