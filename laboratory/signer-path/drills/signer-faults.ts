import { noneFailed } from "../evaluation/statistics";
import { first, nothingLost, outOfUse, type PathDrill } from "./path-drill";
import type { Check } from "../records";
import type { SignerMode } from "../../stand-ins/octez-signer";

/** pi-1's stand-in behaves otherwise for a while. */
const misbehaving = (mode: SignerMode, seconds = 15): Pick<PathDrill, "begin" | "lasts" | "mend"> => ({
  begin: (testbed) => testbed.setMode(first, mode),
  lasts: seconds,
  mend: (testbed) => testbed.setMode(first, "ok"),
});

/** What the first signer does that no network is to blame for. */
export const signerFaults: readonly PathDrill[] = [
  {
    name: "hang",
    title: "the first signer takes requests and never answers",
    fault: "pi-1's signer hangs; its key can still be asked for",
    ...misbehaving("hang", 20),
    checks: (run) => nothingLost(run, "signer"),
  },
  {
    name: "500",
    title: "the first signer refuses, as octez-signer does",
    fault: "pi-1's signer answers 500",
    ...misbehaving("refuse500"),
    checks: (run) => refusalsPassedOn(run, "500"),
  },
  {
    name: "409",
    title: "the first signer refuses, as signatory does",
    fault: "pi-1's signer answers 409",
    ...misbehaving("refuse409"),
    checks: (run) => refusalsPassedOn(run, "409"),
  },
  {
    name: "close",
    title: "the first signer closes without an answer",
    fault: "pi-1's signer closes the connection",
    ...misbehaving("close"),
    checks: (run) => nothingLost(run, "signer"),
  },
  {
    name: "break",
    title: "the first signer's answers break off",
    fault: "pi-1's signer ends its answers in the middle, after their headers",
    ...misbehaving("break"),
    checks: (run) => passedOn(run, "broken", "each answer that broke off comes to the baker so"),
  },
  {
    name: "unplug",
    title: "the first signer's device is unplugged",
    fault: "pi-1's Ledger is gone; its signer says so with 500",
    begin: (testbed) => {
      testbed.plugLedger(first, false);
      testbed.setMode(first, "refuse500");
    },
    lasts: 20,
    mend: (testbed) => {
      testbed.setMode(first, "ok");
      testbed.plugLedger(first, true);
    },
    checks: (run) => [noneFailed(run.statistics)[0]!, outOfUse(run)],
  },
  {
    name: "signer-killed",
    title: "the first signer's program is killed",
    fault: "pi-1's octez-signer is killed; systemd starts it again",
    begin: (testbed) => void testbed.pi(first).kill("octez-signer.*launch"),
    lasts: 10,
    checks: (run) => nothingLost(run, "signer"),
  },
  {
    name: "slow",
    title: "the first signer is slower than its time",
    fault: "pi-1's signer takes a second",
    ...misbehaving("slow 1000", 15),
    checks: (run) => nothingLost(run, "signer"),
  },
];

type Run = Parameters<PathDrill["checks"]>[0];

const refusalsPassedOn = (run: Run, status: string): Check[] =>
  passedOn(run, "refused", `each refusal comes to the baker as ${first} said it`, status);

/** Each request of the fault's time got the first signer's answer, and no other one. */
function passedOn(
  { statistics, requests, faults }: Run,
  what: "refused" | "broken",
  text: string,
  status = "",
): Check[] {
  const { at, until = Infinity } = faults[0]!;
  // One that was under way when the fault began or ended may be told either way.
  const during = requests.filter((request) => request.at > at + 0.3 && request.at < until - 0.3);
  const asSaid = during.filter(
    ({ outcome, error, signer }) => outcome === what && error?.startsWith(status) && signer === first,
  );
  return [
    noneFailed(statistics)[0]!,
    {
      text,
      actual: `${asSaid.length} of ${during.length}`,
      passed: during.length > 0 && asSaid.length === during.length,
    },
  ];
}
