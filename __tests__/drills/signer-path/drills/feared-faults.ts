import { killTunnel } from "../faults";
import { nothingLost, type PathDrill, upWithin } from "../path-drill";

const [first, wire, lte] = ["pi-1", "eth0", "wwan0"];
const one = "forwarder-1";

/** What a baker would fear next. */
export const otherFaults: readonly PathDrill[] = [
  {
    name: "loss",
    title: "a third of the packets of an uplink is lost",
    fault: "pi-1's wire loses every third packet",
    begin: (farm) => farm.pi(first).uplink(wire).lose(33),
    lasts: 30,
    mend: (farm) => farm.pi(first).uplink(wire).mend(),
    bounds: (run) => nothingLost(run, "signer"),
  },
  {
    name: "narrow",
    title: "an uplink is as slow as bad LTE",
    fault: "pi-1's wire carries 24 kbit/s",
    begin: (farm) => farm.pi(first).uplink(wire).throttle(24),
    lasts: 30,
    mend: (farm) => farm.pi(first).uplink(wire).mend(),
    bounds: (run) => nothingLost(run, "signer"),
  },
  {
    name: "half-to",
    title: "an uplink carries packets in one direction only: to the cloud",
    fault: "packets to pi-1 vanish on its wire",
    begin: (farm) => farm.pi(first).uplink(wire).drop("to-pi"),
    lasts: 25,
    mend: (farm) => farm.pi(first).uplink(wire).mend(),
    bounds: (run) => nothingLost(run, "uplink"),
  },
  {
    name: "half-from",
    title: "an uplink carries packets in one direction only: to the signer",
    fault: "packets from pi-1 vanish on its wire",
    begin: (farm) => farm.pi(first).uplink(wire).drop("from-pi"),
    lasts: 25,
    mend: (farm) => farm.pi(first).uplink(wire).mend(),
    bounds: (run) => nothingLost(run, "uplink"),
  },
  {
    name: "flap",
    title: "an uplink comes and goes",
    fault: "pi-1's wire drops packets for 2 s, again and again",
    begin: async (farm) => {
      const uplink = farm.pi(first).uplink(wire);
      for (let times = 0; times < 6; times++) {
        uplink.drop();
        await seconds(2);
        uplink.mend();
        await seconds(2);
      }
    },
    lasts: 0,
    bounds: (run) => nothingLost(run, "uplink"),
  },
  {
    name: "cables",
    title: "the wire is pulled, then the LTE stick of the other signer",
    fault: "pi-1 has no wire, pi-2 no LTE stick",
    begin: async (farm) => {
      farm.pi(first).uplink(wire).carrier = false;
      await seconds(5);
      farm.pi("pi-2").uplink(lte).disconnect();
    },
    lasts: 15,
    mend: (farm) => {
      farm.pi(first).uplink(wire).carrier = true;
      farm.pi("pi-2").plugIn();
    },
    bounds: (run) => nothingLost(run, "uplink"),
  },
  {
    name: "frozen",
    title: "a tunnel's ssh is frozen: its connection stands",
    fault: "the ssh of pi-1's wire to forwarder-1 is stopped",
    begin: (farm) => killTunnel(farm.pi(first), `1-${wire}`, "STOP"),
    lasts: 20,
    mend: (farm) => killTunnel(farm.pi(first), `1-${wire}`),
    bounds: (run) => nothingLost(run, "uplink"),
  },
  {
    name: "one-each",
    title: "each signer has lost one uplink, and one forwarder is cut off",
    fault: "pi-1's wire, pi-2's LTE and forwarder-1 are silent",
    begin: (farm) => {
      farm.pi(first).uplink(wire).drop();
      farm.pi("pi-2").uplink(lte).drop();
      farm.forwarder(one).machine.cut();
    },
    lasts: 25,
    mend: (farm) => {
      farm.forwarder(one).machine.mend();
      farm.pis.forEach(({ uplinks }) => uplinks.forEach((uplink) => uplink.mend()));
    },
    bounds: (run) => nothingLost(run, "forwarder"),
  },
  {
    name: "haproxy",
    title: "a forwarder's HAProxy is killed",
    fault: "forwarder-1's HAProxy is killed; its container starts again",
    begin: (farm) => void farm.forwarder(one).machine.kill(/^haproxy /),
    lasts: 15,
    bounds: (run) => nothingLost(run, "forwarder"),
  },
  {
    name: "sshd",
    title: "a forwarder's sshd are killed",
    fault: "all of forwarder-1's sshd are killed; their containers start again",
    begin: (farm) => void farm.forwarder(one).machine.kill(/sshd/),
    lasts: 30,
    bounds: (run) => [
      ...nothingLost(run, "uplink"),
      upWithin(run, run.faults[0]!.at, [{ where: first, what: `tunnel ${one} ${wire}` }], 30),
    ],
  },
  {
    name: "hostile",
    title: "strangers hammer at the ssh ports",
    fault: "silent connections and wrong keys by the hundred; pi-1's tunnel has to come up among them",
    begin: async (farm) => {
      farm.startStrangers();
      await seconds(5);
      killTunnel(farm.pi(first), `1-${wire}`);
    },
    lasts: 30,
    mend: (farm) => farm.endStrangers(),
    bounds: (run) => [
      ...nothingLost(run, "uplink"),
      upWithin(run, run.faults[0]!.at + 4, [{ where: first, what: `tunnel ${one} ${wire}` }], 30),
    ],
  },
];

const seconds = (count: number) => new Promise((resolve) => setTimeout(resolve, count * 1000));
