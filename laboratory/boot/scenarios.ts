import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { checkCommand } from "../../lib/tezos/octez-command-line";
import type { Laboratory } from "../cluster/laboratory";
import type { BakingPod } from "./baking-pod";

/** What the cases have counted and measured, in seconds. */
export class Tally {
  boots = 0;
  powerCuts = 0;
  crashes = 0;
  /** From power on, or from the old pod's end, to Ready. */
  readonly ready: number[] = [];
  /** From the word to end to the pod's end. */
  readonly stops: number[] = [];
}

export interface Scenario {
  readonly title: string;
  /** @throws Error for what does not hold */
  run(): Promise<void>;
}

/** Moments of a boot in which the power is cut, by support/octez-stand-ins/held. */
const duringFirstBoot = (snapshot: boolean): string[] => [
  "wallet.sh dirname",
  "wallet.sh sync",
  "wallet.sh mv",
  "node-config.sh dirname",
  "node-config.sh mv",
  "octez-node identity generate sleep",
  "snapshot.sh dirname",
  // In this order: the download makes a file in the same way, but only when it begins.
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

/** What a container is, as its processes' command lines say it. */
const containers = {
  "octez-baker": /local\/bin\/octez-baker /,
  "octez-accuser": /local\/bin\/octez-accuser /,
  proxy: /^haproxy /,
  "octez-node": /local\/bin\/octez-node-run /,
};

export interface ScenarioProps {
  readonly lab: Laboratory;
  readonly pod: BakingPod;
  readonly tally: Tally;
  /** Whether its first boot imports a snapshot. */
  readonly snapshot: boolean;
  /** Numbers between 0 and 1, from a seed. */
  readonly random: () => number;
}

/** All that a baking pod must bear, in the order in which it befalls one pod with one disk. Every signer is away. */
export function bootScenarios(props: ScenarioProps): Scenario[] {
  const { pod, snapshot } = props;
  return [
    ...duringFirstBoot(snapshot).map((moment) => ({
      title: `first boot, power cut at ${moment}`,
      run: () => cutAt(props, moment),
    })),
    { title: "first boot goes through to Ready", run: () => powerOn(props) },
    { title: "a stop ends the baker first; the next pod is Ready", run: () => stopAndStart(props) },
    { title: "the same once more", run: () => stopAndStart(props) },
    { title: "a node that still syncs is alive and not ready", run: () => syncing(props) },
    ...Object.keys(containers).map((container) => ({
      title: `a crash of ${container} restarts it alone`,
      run: () => crash(props, container as keyof typeof containers),
    })),
    { title: "power cut while Ready", run: () => powerCycle(props) },
    { title: "power cut while the node syncs", run: () => powerCycleWhileSyncing(props) },
    ...duringReboot.map((moment) => ({
      title: `reboot, power cut at ${moment}`,
      run: async () => {
        await cut(props);
        if (moment.includes("upgrade storage")) wantUpgrade(pod);
        await cutAt(props, moment);
        await powerOn(props);
      },
    })),
    { title: "three power cuts at random", run: () => randomCuts(props) },
    { title: "power cut in the middle of a stop", run: () => powerCutDuringStop(props) },
    { title: "the log of a quiet boot has no error", run: () => quietBoot(props) },
    { title: "Octez accepts every command line that was used", run: () => commands(props) },
  ];
}

async function cut({ pod, tally }: ScenarioProps): Promise<void> {
  await pod.vm.off();
  pod.release();
  tally.powerCuts++;
  pod.checkProtectedFiles();
}

/** Powers it on, and cuts the power when a script has come to that moment. */
async function cutAt(props: ScenarioProps, moment: string): Promise<void> {
  const { pod, tally } = props;
  pod.hold(moment);
  tally.boots++;
  await pod.vm.on();
  await pod.untilHeld(moment);
  // What goes on in the background, such as a download, gets somewhere.
  await pause(500);
  await cut(props);
}

/** Powers it on, and waits until its pod is Ready. */
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
  await lab.controlPlane.until("the old pod is gone", () => pod.pod()?.metadata.uid !== uid, 200);
  const ended = Date.now();
  tally.stops.push((ended - since) / 1000);
  const events = pod.events().slice(before);
  const when = (program: string, what: string): number => {
    const found = events.find((event) => event.program === program && event.what === what);
    if (!found) throw new Error(`${program} did not say that it ${what}: it was killed`);
    return found.seconds;
  };
  const nodeCloses = when("octez-node", "closes its data");
  when("octez-node", "has ended");
  for (const client of ["octez-baker", "octez-accuser"]) {
    if (when(client, "has ended") > nodeCloses) throw new Error(`${client} ended after octez-node had begun to end`);
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
  // Longer than it takes until a liveness probe is asked.
  await pause(35_000);
  if (pod.isReady) throw new Error("the pod is Ready while its node syncs");
  expectRestarts(pod, before);
  expectAlive(pod);
  const since = Date.now();
  pod.syncing = false;
  await pod.untilReady(since);
}

async function crash({ lab, pod, tally }: ScenarioProps, container: keyof typeof containers): Promise<void> {
  const before = pod.restarts();
  if (!pod.vm.kill(containers[container])) throw new Error(`no process of ${container} is there`);
  tally.crashes++;
  const after = { ...before, [container]: before[container]! + 1 };
  await lab.controlPlane.until(`${container} was restarted`, () => pod.restarts()[container] === after[container]);
  await lab.controlPlane.until("the pod is Ready", () => pod.isReady, 120);
  // Whatever its end does to the others does it soon.
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
  const told = () =>
    pod
      .events()
      .slice(before)
      .some(({ what }) => what === "is asked to stop");
  await lab.controlPlane.until("the baker is asked to stop", told);
  await cut(props);
  await powerOn(props);
}

async function quietBoot(props: ScenarioProps): Promise<void> {
  await stopAndStart(props);
  const { pod } = props;
  // That no forwarder is there is what HAProxy has to say here.
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
  const found = pod.restarts();
  const wrong = Object.keys(expected).filter((name) => found[name] !== expected[name]);
  if (wrong.length > 0) {
    throw new Error(
      wrong.map((name) => `${name} was restarted ${found[name]} times, not ${expected[name]}`).join("; "),
    );
  }
}

/** Kubernetes restarts a container only after several failures: one is one too many. */
function expectAlive(pod: BakingPod): void {
  const failures = pod.warnings().filter((warning) => /^Liveness probe failed/.test(warning));
  if (failures.length > 0) throw new Error(failures.join("\n"));
}

/** Data as an older version of Octez leaves it. */
function wantUpgrade(pod: BakingPod): void {
  const file = join(pod.disk, "node/version.json");
  if (!existsSync(file)) throw new Error(`${file} is missing`);
  writeFileSync(file, readFileSync(file, "utf8").replace("3.3", "3.2"));
}
