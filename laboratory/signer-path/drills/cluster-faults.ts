import { longestGapWithin } from "../evaluation/checks";
import { faultStart, neverDown, nothingLost, tunnels, upWithin } from "./drill-checks";
import {
  type FinishedRun,
  firstForwarder,
  firstSigner,
  lte,
  type PathDrill,
  secondForwarder,
  wired,
} from "./path-drill";

/** Faults of the cluster: its forwarders, the baker's proxy, and the control plane. */
export const clusterFaults: readonly PathDrill[] = [
  {
    name: "6",
    title: "A forwarder's VM dies",
    fault: "forwarder-1's VM loses power",
    inject: async (testbed) => {
      const { vm } = testbed.cloud.forwarder(firstForwarder);
      vm.cut();
      await vm.off();
    },
    lastsSeconds: 25,
    repair: (testbed) => testbed.cloud.forwarder(firstForwarder).vm.on(),
    checks: (run) => [
      ...nothingLost(run, "forwarder"),
      neverDown(
        run,
        run.testbed.pis.flatMap(({ name }) => tunnels(name, secondForwarder, [wired, lte])),
      ),
    ],
  },
  {
    name: "8",
    title: "A forwarder's pod is replaced",
    fault: "forwarder-1's pod is deleted",
    inject: (testbed) => testbed.cloud.deletePod(firstForwarder),
    // The pod terminates only once the other forwarder has carried the signers for a while.
    lastsSeconds: 90,
    checks: (run) => [
      ...nothingLost(run, "forwarder"),
      // Also shows that the host key stayed the same: with another one, no tunnel comes up.
      upWithin(
        run,
        sshdStarted(run),
        run.testbed.pis.flatMap(({ name }) => tunnels(name, firstForwarder, [wired, lte])),
        30,
      ),
    ],
  },
  {
    name: "haproxy",
    title: "A forwarder's HAProxy is killed",
    fault: "forwarder-1's HAProxy is killed; its container restarts",
    inject: (testbed) => void testbed.cloud.forwarder(firstForwarder).vm.kill(/^haproxy /),
    lastsSeconds: 15,
    checks: (run) => nothingLost(run, "forwarder"),
  },
  {
    name: "sshd",
    title: "A forwarder's sshd are killed",
    fault: "all of forwarder-1's sshd are killed; their containers restart",
    inject: (testbed) => void testbed.cloud.forwarder(firstForwarder).vm.kill(/sshd/),
    lastsSeconds: 30,
    checks: (run) => [
      ...nothingLost(run, "uplink"),
      upWithin(run, faultStart(run), tunnels(firstSigner, firstForwarder, [wired]), 30),
    ],
  },
  {
    name: "api-server",
    title: "The cluster's control plane is down, as during Google's maintenance",
    fault: "the API server is down",
    inject: (testbed) => testbed.cloud.setApiServer(false),
    lastsSeconds: 60,
    repair: (testbed) => testbed.cloud.setApiServer(true),
    afterwardsSeconds: 20,
    checks: (run) => nothingLost(run, "uplink"),
  },
  {
    name: "proxy",
    title: "The proxy in the baking pod is killed",
    fault: "the baker's HAProxy is killed; its container restarts",
    inject: (testbed) => void testbed.cloud.baking.kill(/^haproxy /),
    lastsSeconds: 15,
    checks: ({ statistics }) => [longestGapWithin(statistics, 5)],
  },
];

/** When the last sshd of the first forwarder that started after the fault began to listen. */
function sshdStarted(run: FinishedRun): number {
  const starts = run.stateChanges.filter(
    ({ at, where, what, state }) =>
      at > faultStart(run) && where === firstForwarder && what.startsWith("sshd-") && state === "up",
  );
  return Math.max(...starts.map(({ at }) => at), faultStart(run));
}
