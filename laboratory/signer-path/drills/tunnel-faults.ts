import { withoutSignerWithin } from "../evaluation/statistics";
import { endOldSession, killTunnel } from "../faults/sessions";
import { first, lte, nothingLost, onWire, type PathDrill, signingWithin, upWithin, wire } from "./path-drill";

/** Moment of the fault in a run. */
const begun = ({ faults }: { readonly faults: readonly { readonly at: number }[] }) => faults[0]!.at;
const ended = ({ faults }: { readonly faults: readonly { readonly until?: number }[] }) => faults[0]!.until!;
const tunnels = (where: string, forwarder: string) =>
  [wire, lte].map((uplink) => ({ where, what: `tunnel ${forwarder} ${uplink}` }));

/** The faults that have numbers. */
export const listedFaults: readonly PathDrill[] = [
  {
    name: "1",
    title: "the active uplink is silently dropped",
    fault: "packets vanish on pi-1's wire",
    ...onWire((uplink) => uplink.drop(), 25),
    checks: (run) => nothingLost(run, "uplink"),
  },
  {
    name: "2",
    title: "one signer with one uplink: its way changes",
    variant: "single",
    fault: "the router takes another way: standing connections are dead, without a word",
    begin: (testbed) => testbed.pi(first).uplink(wire).forget(),
    lasts: 20,
    checks: ({ statistics }) => [withoutSignerWithin(statistics, 6)],
  },
  {
    name: "3",
    title: "a tunnel's ssh is killed",
    fault: "the ssh of pi-1's wire to forwarder-1 is killed",
    begin: (testbed) => killTunnel(testbed.pi(first), `1-${wire}`),
    lasts: 10,
    checks: (run) => [
      ...nothingLost(run, "uplink"),
      upWithin(run, begun(run), [{ where: first, what: `tunnel forwarder-1 ${wire}` }], 10),
    ],
  },
  {
    name: "4",
    title: "the first signer's machine loses power",
    fault: "pi-1 is off",
    begin: (testbed) => testbed.pi(first).off(),
    lasts: 25,
    mend: (testbed) => testbed.pi(first).on(),
    checks: (run) => nothingLost(run, "signer"),
  },
  {
    name: "5",
    title: "the old session dies after another one took its socket",
    fault: "the sshd process of pi-1's dead session ends",
    prepare: async (testbed) => {
      const uplink = testbed.pi(first).uplink(wire);
      uplink.forget();
      await testbed.untilTakenOver("forwarder-1", uplink);
    },
    begin: (testbed) => endOldSession(testbed, "forwarder-1", testbed.pi(first).uplink(wire)),
    lasts: 60,
    checks: (run) => nothingLost(run, "uplink"),
  },
  {
    name: "6",
    title: "a forwarder's VM is gone",
    fault: "forwarder-1's machine loses power",
    begin: async (testbed) => {
      const { machine } = testbed.forwarder("forwarder-1");
      machine.cut();
      await machine.off();
    },
    lasts: 25,
    mend: (testbed) => testbed.forwarder("forwarder-1").machine.on(),
    checks: (run) => [
      ...nothingLost(run, "forwarder"),
      neverDown(
        run,
        run.testbed.pis.flatMap(({ name }) => tunnels(name, "forwarder-2")),
      ),
    ],
  },
  bothAway(),
  {
    name: "8",
    title: "a forwarder's pod is replaced",
    fault: "forwarder-1's pod is deleted",
    begin: (testbed) => testbed.deletePod("forwarder-1"),
    // It leaves only when the other one has carried its signers for a while.
    lasts: 90,
    checks: (run) => [
      ...nothingLost(run, "forwarder"),
      // The pinned host key: no tunnel stands with another one.
      upWithin(
        run,
        sshdStarted(run, "forwarder-1"),
        run.testbed.pis.flatMap(({ name }) => tunnels(name, "forwarder-1")),
        30,
      ),
    ],
  },
  {
    name: "9",
    title: "a signer's machine boots without a network",
    fault: "pi-1 has lost power, and is on again without a network",
    begin: async (testbed) => {
      testbed.pi(first).off();
      await testbed.pi(first).on({ cables: false });
    },
    // Its tunnels' tries do not depend on how long they have been in vain: a minute stands for an hour.
    lasts: 60,
    mend: (testbed) => testbed.pi(first).plugIn(),
    afterwards: 35,
    checks: (run) => [
      ...nothingLost(run, "signer"),
      upWithin(run, ended(run), [...tunnels(first, "forwarder-1"), ...tunnels(first, "forwarder-2")], 30),
    ],
  },
  {
    name: "10",
    title: "a signer's address changes under its tunnels",
    fault: "pi-1 gets another address on its wire",
    begin: (testbed) => testbed.pi(first).uplink(wire).changeAddress(),
    lasts: 20,
    checks: (run) => [
      ...nothingLost(run, "uplink"),
      // Four seconds until ssh gives up, and a login.
      upWithin(run, begun(run), [{ where: first, what: `tunnel forwarder-1 ${wire}` }], 10),
    ],
  },
];

/** When a forwarder's sshd that was started after the fault listened. */
function sshdStarted(run: Run, forwarder: string): number {
  const starts = run.stateChanges.filter(
    ({ at, where, what, state }) =>
      at > begun(run) && where === forwarder && what.startsWith("sshd-") && state === "up",
  );
  return Math.max(...starts.map(({ at }) => at), begun(run));
}

type Run = Parameters<PathDrill["checks"]>[0];

function neverDown({ stateChanges }: Run, what: readonly { readonly where: string; readonly what: string }[]) {
  const down = stateChanges.filter(
    (change) => change.state === "down" && what.some((one) => one.where === change.where && one.what === change.what),
  );
  return {
    text: `${[...new Set(what.map((one) => one.what))].join(", ")} stand`,
    actual: down.length === 0 ? "they do" : `${down[0]!.where} ${down[0]!.what} went down`,
    passed: down.length === 0,
  };
}

function bothAway(): PathDrill {
  let restarts: Readonly<Record<string, number>>;
  return {
    name: "7",
    title: "both signers are away for five minutes, then one is back",
    fault: "packets vanish on all uplinks of both signers",
    prepare: (testbed) => testbed.watch(),
    begin: (testbed) => {
      restarts = testbed.restarts();
      testbed.alerts!.broken();
      testbed.pis.forEach(({ uplinks }) => uplinks.forEach((uplink) => uplink.drop()));
    },
    lasts: 300,
    mend: (testbed) => testbed.pi("pi-2").uplinks.forEach((uplink) => uplink.mend()),
    afterwards: 30,
    leave: (testbed) => testbed.pi(first).uplinks.forEach((uplink) => uplink.mend()),
    checks: (run) => [
      ...run.testbed.alerts!.firedWithin("NoSigner", 60),
      signingWithin(run, ended(run), 15),
      noneRestarted(restarts, run.testbed.restarts()),
    ],
  };
}

/** Of the same pods' containers, since then. */
function noneRestarted(before: Readonly<Record<string, number>>, now: Readonly<Record<string, number>>) {
  const restarted = Object.entries(now).filter(([name, count]) => count > (before[name] ?? 0));
  return {
    text: "no container was restarted",
    actual: restarted.length === 0 ? "none" : restarted.map(([name]) => name).join(", "),
    passed: restarted.length === 0,
  };
}
