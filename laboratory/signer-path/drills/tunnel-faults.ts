import type { ChildProcess } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
import { startHostileClients } from "../faults/hostile-clients";
import { endOldSession, killTunnel, untilNewSession } from "../faults/sessions";
import { faultStart, nothingLost, tunnels, upWithin } from "./drill-checks";
import { firstForwarder, firstSigner, firstTunnel, type PathDrill, wired } from "./path-drill";

/** Faults of the tunnels between Raspberry Pis and forwarders. */
export const tunnelFaults: readonly PathDrill[] = [
  {
    name: "3",
    title: "A tunnel's ssh is killed",
    fault: "the ssh of pi-1's wired tunnel to forwarder-1 is killed",
    inject: (testbed) => killTunnel(testbed.pi(firstSigner), firstTunnel),
    lastsSeconds: 10,
    checks: (run) => [
      ...nothingLost(run, "uplink"),
      upWithin(run, faultStart(run), tunnels(firstSigner, firstForwarder, [wired]), 10),
    ],
  },
  {
    name: "5",
    title: "A dead session ends after a new one has taken its socket",
    fault: "the sshd process of pi-1's dead session ends",
    prepare: async (testbed) => {
      const uplink = testbed.pi(firstSigner).uplink(wired);
      uplink.forgetConnections();
      await untilNewSession(testbed, firstForwarder, uplink);
    },
    inject: (testbed) => endOldSession(testbed, firstForwarder, testbed.pi(firstSigner).uplink(wired)),
    lastsSeconds: 60,
    checks: (run) => nothingLost(run, "uplink"),
  },
  {
    name: "frozen",
    title: "A tunnel's ssh hangs while its connection stays open",
    fault: "the ssh of pi-1's wired tunnel to forwarder-1 is stopped",
    inject: (testbed) => killTunnel(testbed.pi(firstSigner), firstTunnel, "STOP"),
    lastsSeconds: 20,
    repair: (testbed) => killTunnel(testbed.pi(firstSigner), firstTunnel),
    checks: (run) => nothingLost(run, "uplink"),
  },
  hostile(),
];

function hostile(): PathDrill {
  let clients: ChildProcess;
  return {
    name: "hostile",
    title: "Hostile clients flood the ssh ports",
    fault: "hundreds of silent connections and failed logins, while pi-1's tunnel has to come up again",
    inject: async (testbed) => {
      clients = startHostileClients(testbed);
      await pause(5_000);
      killTunnel(testbed.pi(firstSigner), firstTunnel);
    },
    lastsSeconds: 30,
    repair: () => void clients.kill("SIGKILL"),
    checks: (run) => [
      ...nothingLost(run, "uplink"),
      upWithin(run, faultStart(run) + 4, tunnels(firstSigner, firstForwarder, [wired]), 30),
    ],
  };
}
