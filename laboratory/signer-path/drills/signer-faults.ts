import type { SignerMode } from "../../stand-ins/octez-signer";
import { noneFailed } from "../evaluation/checks";
import type { Check, RequestRecord } from "../records";
import { setLedgerPlugged } from "../testbed/ledger";
import { faultEnd, nothingLost, outOfUse, tunnels, upWithin } from "./drill-checks";
import {
  type FinishedRun,
  firstForwarder,
  firstSigner,
  lte,
  type PathDrill,
  secondForwarder,
  wired,
} from "./path-drill";

/** The first signer's stand-in misbehaves for a while. */
const misbehaving = (mode: SignerMode, lastsSeconds = 15): Pick<PathDrill, "inject" | "lastsSeconds" | "repair"> => ({
  inject: (testbed) => testbed.setMode(firstSigner, mode),
  lastsSeconds,
  repair: (testbed) => testbed.setMode(firstSigner, "ok"),
});

/** Faults of a signer or of its Raspberry Pi. */
export const signerFaults: readonly PathDrill[] = [
  {
    name: "4",
    title: "The first signer's Raspberry Pi loses power",
    fault: "pi-1 is off",
    inject: (testbed) => testbed.pi(firstSigner).powerOff(),
    lastsSeconds: 25,
    repair: (testbed) => testbed.pi(firstSigner).powerOn(),
    checks: (run) => nothingLost(run, "signer"),
  },
  {
    name: "9",
    title: "A Raspberry Pi boots without a network",
    fault: "pi-1 has lost power and boots without a network",
    inject: async (testbed) => {
      testbed.pi(firstSigner).powerOff();
      await testbed.pi(firstSigner).powerOn({ connected: false });
    },
    // The retry interval does not grow with the number of failures: a minute shows as much as an hour.
    lastsSeconds: 60,
    repair: (testbed) => testbed.pi(firstSigner).connectUplinks(),
    afterwardsSeconds: 35,
    checks: (run) => [
      ...nothingLost(run, "signer"),
      upWithin(
        run,
        faultEnd(run),
        [firstForwarder, secondForwarder].flatMap((forwarder) => tunnels(firstSigner, forwarder, [wired, lte])),
        30,
      ),
    ],
  },
  {
    name: "hang",
    title: "The first signer accepts requests and never answers",
    fault: "pi-1's signer hangs, but still returns its public key",
    ...misbehaving("hang", 20),
    checks: (run) => nothingLost(run, "signer"),
  },
  {
    name: "500",
    title: "The first signer refuses like octez-signer",
    fault: "pi-1's signer answers 500",
    ...misbehaving("refuse500"),
    checks: (run) => passedOn(run, "refused", "500"),
  },
  {
    name: "409",
    title: "The first signer refuses like Signatory",
    fault: "pi-1's signer answers 409",
    ...misbehaving("refuse409"),
    checks: (run) => passedOn(run, "refused", "409"),
  },
  {
    name: "close",
    title: "The first signer closes connections without an answer",
    fault: "pi-1's signer closes each connection",
    ...misbehaving("close"),
    checks: (run) => nothingLost(run, "signer"),
  },
  {
    name: "truncate",
    title: "The first signer's answers are truncated",
    fault: "pi-1's signer closes each connection in the middle of its answer",
    ...misbehaving("truncate"),
    checks: (run) => passedOn(run, "truncated"),
  },
  {
    name: "unplug",
    title: "The first signer's Ledger is unplugged",
    fault: "pi-1's Ledger is unplugged, and its signer answers 500",
    inject: (testbed) => {
      setLedgerPlugged(testbed.pi(firstSigner), false);
      testbed.setMode(firstSigner, "refuse500");
    },
    lastsSeconds: 20,
    repair: (testbed) => {
      testbed.setMode(firstSigner, "ok");
      setLedgerPlugged(testbed.pi(firstSigner), true);
    },
    checks: (run) => [noneFailed(run.statistics)[0]!, outOfUse(run)],
  },
  {
    name: "signer-killed",
    title: "The first signer's program is killed",
    fault: "pi-1's octez-signer is killed; systemd restarts it",
    inject: (testbed) => void testbed.pi(firstSigner).kill("octez-signer.*launch"),
    lastsSeconds: 10,
    checks: (run) => nothingLost(run, "signer"),
  },
  {
    name: "slow",
    title: "The first signer is slower than its time-out",
    fault: "pi-1's signer takes a second to sign",
    ...misbehaving("slow 1000"),
    checks: (run) => nothingLost(run, "signer"),
  },
  {
    name: "disk-full",
    title: "A signer's disk fills up",
    fault: "one megabyte is free where pi-1's signer writes its watermarks",
    inject: (testbed) => testbed.pi(firstSigner).fillMemory(1 << 20),
    lastsSeconds: 20,
    repair: (testbed) => testbed.pi(firstSigner).freeMemory(),
    checks: (run) => [...nothingLost(run, "uplink"), outOfUse(run)],
  },
];

/** The baker receives the first signer's answer to each request of the fault's time as it is, and no other signer's. */
function passedOn(
  { statistics, requests, faults }: FinishedRun,
  answer: Extract<RequestRecord["outcome"], "refused" | "truncated">,
  status = "",
): Check[] {
  const { at, until = Infinity } = faults[0]!;
  // A request that was pending when the fault began or ended may have either answer.
  const during = requests.filter((request) => request.at > at + 0.3 && request.at < until - 0.3);
  const passedOn = during.filter(
    ({ outcome, error, signer }) => outcome === answer && error?.startsWith(status) && signer === firstSigner,
  );
  return [
    noneFailed(statistics)[0]!,
    {
      text: `each ${answer} answer of ${firstSigner} passed on to the baker`,
      actual: `${passedOn.length} of ${during.length}`,
      passed: during.length > 0 && passedOn.length === during.length,
    },
  ];
}
