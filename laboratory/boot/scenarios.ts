import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { checkCommand } from "../../lib/tezos/octez-command-line";
import type { Laboratory } from "../cluster/laboratory";
import type { BakingPod } from "./baking-pod";

/** Counts and durations (in seconds) over all scenarios. */
export class Tally {
  boots = 0;
  powerCuts = 0;
  crashes = 0;
  /** From power on, or from the end of the old pod, to Ready. */
  readonly ready: number[] = [];
  /** From the deletion of a pod to its end. */
  readonly stops: number[] = [];
}

/** A fault and what must be true afterwards. */
export interface Scenario {
  readonly title: string;
  /** @throws Error with what is wrong */
  run(): Promise<void>;
}

/** Moments of a boot at which the power is cut, in the notation of laboratory/stand-ins/octez/held. */
const duringFirstBoot = (snapshot: boolean): string[] => [
  "wallet.sh dirname",
  "wallet.sh sync",
  "wallet.sh mv",
  "node-config.sh dirname",
  "node-config.sh mv",
  "octez-node identity generate sleep",
  "snapshot.sh dirname",
  // The download also calls sync, but only when it begins: hence this order.
  ...(snapshot ? ["snapshot.sh sleep", "octez-node snapshot import sleep", "snapshot.sh sync"] : []),
  "snapshot.sh mv",
  "storage-upgrade.sh dirname",
  "octez-node-run sleep",
];
const duringReboot = [
  "wallet.sh dirname",
  "node-config.sh dirname",
  "snapshot.sh dirname",
  "storage-upgrade.sh dirname",
  "octez-node upgrade storage sleep",
  "octez-node-run sleep",
];

/** Command lines of the containers' processes. */
const containers = {
  "octez-baker": /local\/bin\/octez-baker /,
  "octez-accuser": /local\/bin\/octez-accuser /,
  proxy: /^haproxy /,
  "octez-node": /local\/bin\/octez-node-run /,
};

/** What the scenarios need. */
export interface ScenarioProps {
  readonly lab: Laboratory;
  readonly pod: BakingPod;
  readonly tally: Tally;
  /** Whether the first boot imports a snapshot. */
  readonly snapshot: boolean;
  /** Random numbers between 0 and 1. */
  readonly random: () => number;
}

/** Everything that a baking pod must survive, in the order in which it happens to one pod with one disk. */
export function bootScenarios(props: ScenarioProps): Scenario[] {
  const { pod, snapshot } = props;
  return [
    ...duringFirstBoot(snapshot).map((moment) => ({
      title: `first boot, power cut at ${moment}`,
      run: () => cutAt(props, moment),
    })),
    { title: "first boot completes; the pod is Ready", run: () => powerOn(props) },
    { title: "on a stop the baker ends first; the next pod becomes Ready", run: () => stopAndStart(props) },
    { title: "the same again", run: () => stopAndStart(props) },
    { title: "a node that is syncing is alive, but not ready", run: () => syncing(props) },
    ...Object.keys(containers).map((container) => ({
      title: `a crash of ${container} restarts only that container`,
      run: () => crash(props, container as keyof typeof containers),
    })),
    { title: "power cut while Ready", run: () => powerCycle(props) },
    { title: "power cut while the node is syncing", run: () => powerCycleWhileSyncing(props) },
    ...duringReboot.map((moment) => ({
      title: `reboot, power cut at ${moment}`,
      run: async () => {
        await cut(props);
        if (moment.includes("upgrade storage")) requireUpgrade(pod);
        await cutAt(props, moment);
        await powerOn(props);
      },
    })),
    { title: "three power cuts at random times", run: () => randomCuts(props) },
    { title: "power cut during a stop", run: () => powerCutDuringStop(props) },
    { title: "a boot without faults logs no errors", run: () => quietBoot(props) },
    { title: "Octez accepts all command lines that were used", run: () => commands(props) },
  ];
}

async function cut({ pod, tally }: ScenarioProps): Promise<void> {
  await pod.vm.off();
  pod.release();
  tally.powerCuts++;
  pod.checkProtectedFiles();
}

/** Powers the VM on, and cuts the power when a script reaches the moment. */
async function cutAt(props: ScenarioProps, moment: string): Promise<void> {
  const { pod, tally } = props;
  pod.hold(moment);
  tally.boots++;
  await pod.vm.on();
  await pod.untilHeld(moment);
  // Gives background work, such as a download, time to make progress.
  await pause(500);
  await cut(props);
}

/** Powers the VM on and waits until its pod is Ready. */
async function powerOn({ pod, tally }: ScenarioProps): Promise<void> {
  const since = Date.now();
  tally.boots++;
  await pod.vm.on();
  await pod.untilReady(since);
  tally.ready.push((Date.now() - since) / 1000);
  pod.checkProtectedFiles();
}

async function powerCycle(props: ScenarioProps): Promise<void> {
  await cut(props);
  await powerOn(props);
}

async function stopAndStart({ lab, pod, tally }: ScenarioProps): Promise<void> {
  const { uid } = pod.pod().metadata;
  const before = pod.events().length;
  const since = Date.now();
  lab.kubectl("-n", pod.namespace, "delete", "pod", pod.name, "--wait=false");
  await lab.controlPlane.until("the old pod is deleted", () => pod.pod()?.metadata.uid !== uid, 200);
  const ended = Date.now();
  tally.stops.push((ended - since) / 1000);
  const events = pod.events().slice(before);
  const when = (program: string, what: string): number => {
    const event = events.find((each) => each.program === program && each.what === what);
    if (!event) throw new Error(`${program} did not report that it ${what}: it was killed`);
    return event.seconds;
  };
  const nodeCloses = when("octez-node", "closes its data");
  when("octez-node", "has ended");
  for (const client of ["octez-baker", "octez-accuser"]) {
    if (when(client, "has ended") > nodeCloses)
      throw new Error(`${client} ended after octez-node had started to shut down`);
  }
  tally.boots++;
  await pod.untilReady(ended - 1000);
  tally.ready.push((Date.now() - ended) / 1000);
  pod.checkProtectedFiles();
}

async function syncing({ lab, pod }: ScenarioProps): Promise<void> {
  const before = pod.restarts();
  pod.syncing = true;
  await lab.controlPlane.until("the pod is not ready", () => !pod.isReady);
  // Longer than the period of the liveness probe.
  await pause(35_000);
  if (pod.isReady) throw new Error("the pod is Ready while its node is syncing");
  expectRestarts(pod, before);
  expectAlive(pod);
  const since = Date.now();
  pod.syncing = false;
  await pod.untilReady(since);
}

async function crash({ lab, pod, tally }: ScenarioProps, container: keyof typeof containers): Promise<void> {
  const before = pod.restarts();
  if (!pod.vm.kill(containers[container])) throw new Error(`${container} has no process`);
  tally.crashes++;
  const after = { ...before, [container]: before[container]! + 1 };
  await lab.controlPlane.until(`${container} was restarted`, () => pod.restarts()[container] === after[container]);
  await lab.controlPlane.until("the pod is Ready", () => pod.isReady, 120);
  // If the crash affects other containers, it does so soon.
  await pause(3_000);
  expectRestarts(pod, after);
  pod.checkProtectedFiles();
}

async function powerCycleWhileSyncing(props: ScenarioProps): Promise<void> {
  const { lab, pod } = props;
  pod.syncing = true;
  await lab.controlPlane.until("the pod is not ready", () => !pod.isReady);
  await cut(props);
  await pod.vm.on();
  props.tally.boots++;
  await pause(5_000);
  pod.syncing = false;
  await powerCycle(props);
}

async function randomCuts(props: ScenarioProps): Promise<void> {
  await props.pod.vm.off();
  for (let times = 0; times < 3; times++) {
    props.tally.boots++;
    await props.pod.vm.on();
    await pause(1000 * (props.random() * 6));
    await cut(props);
  }
  await powerOn(props);
}

async function powerCutDuringStop(props: ScenarioProps): Promise<void> {
  const { lab, pod } = props;
  const before = pod.events().length;
  lab.kubectl("-n", pod.namespace, "delete", "pod", pod.name, "--wait=false");
  const isAsked = () =>
    pod
      .events()
      .slice(before)
      .some(({ what }) => what === "is asked to stop");
  await lab.controlPlane.until("the baker is asked to stop", isAsked);
  await cut(props);
  await powerOn(props);
}

async function quietBoot(props: ScenarioProps): Promise<void> {
  await stopAndStart(props);
  const { pod } = props;
  // No forwarder is running here, which HAProxy may report.
  const isWrong = (container: string, line: string): boolean =>
    container === "proxy"
      ? /ALERT/.test(line) && !/has no server available/.test(line)
      : /error|warn|fail|fatal|denied/i.test(line);
  const wrong = pod.log().filter(({ container, line }) => isWrong(container, line));
  if (wrong.length > 0) throw new Error(wrong.map(({ container, line }) => `${container}: ${line}`).join("\n"));
  expectRestarts(pod, Object.fromEntries(Object.keys(containers).map((name) => [name, 0])));
  expectAlive(pod);
}

async function commands({ pod }: ScenarioProps): Promise<void> {
  const problems = new Set(pod.commands().flatMap((words) => checkCommand(words)));
  if (problems.size > 0) throw new Error([...problems].join("\n"));
}

function expectRestarts(pod: BakingPod, expected: Record<string, number>): void {
  const restarts = pod.restarts();
  const wrong = Object.keys(expected).filter((name) => restarts[name] !== expected[name]);
  if (wrong.length > 0) {
    throw new Error(
      wrong.map((name) => `${name} was restarted ${restarts[name]} times instead of ${expected[name]}`).join("; "),
    );
  }
}

/** @throws Error if a liveness probe has failed, even if not often enough for a restart */
function expectAlive(pod: BakingPod): void {
  const failures = pod.warnings().filter((warning) => /^Liveness probe failed/.test(warning));
  if (failures.length > 0) throw new Error(failures.join("\n"));
}

/** Makes the node's data look like that of an older version of Octez. */
function requireUpgrade(pod: BakingPod): void {
  const file = join(pod.disk, "node/version.json");
  if (!existsSync(file)) throw new Error(`${file} is missing`);
  writeFileSync(file, readFileSync(file, "utf8").replace("3.3", "3.2"));
}
