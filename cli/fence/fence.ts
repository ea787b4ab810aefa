import { createInterface } from "node:readline/promises";
import { setTimeout as pause } from "node:timers/promises";
import { ConfigurationError, loadConfiguration } from "../../lib/config/load";
import { poolLabel } from "../../lib/config/facts/pools";
import { formatProblems } from "../../lib/config/reading/problems";
import type { Configuration } from "../../lib/config/schema/configuration";
import { configurationFile } from "../configuration-file";
import { exitCode, Failure } from "../../lib/terminal/failure";
import { describeVm, isOff, orderOff, type Vm, type VmAddress } from "./compute-engine";
import { Cluster, conditionOf, isReady, type Node, type Pod, unmarkCommand } from "./kubernetes";
import { ProgramError } from "./programs";
import { bakingPod, chosenBaker, nodeOf, refuseIfAnother, refuseIfWell, vmOf } from "./target";
import { colorsFor } from "../../lib/terminal/colors";

export interface FenceOptions {
  /** Name of the baker. @default - the only one */
  readonly baker?: string;
  /** Does not ask. @default false */
  readonly yes?: boolean;
  /** Seconds until the VM must be off, as they were typed. */
  readonly offWithin: string;
}

/** Kubernetes takes the pod away within 20 s of the mark, and the disk soon after; more than that is trouble. */
const movedWithinSeconds = 180;

/**
 * Powers off the VM of a baking pod that Kubernetes has lost, and lets the pod start elsewhere. The order is all: a
 * second baker may start when the first is known to be off, and known means that Compute Engine says so.
 * @throws Failure where something is doubtful, and nothing was done; with exit code 3, where it was begun
 */
export async function fence(argument: string | undefined, options: FenceOptions): Promise<void> {
  const offWithin = Number(options.offWithin);
  if (!Number.isInteger(offWithin) || offWithin < 1)
    throw new Failure(`--off-within must be a number of seconds, not ${options.offWithin}.`);
  const file = configurationFile(argument);
  const configuration = load(file.path);
  say(`${file.path} (${file.reason})`);
  let cluster: Cluster | undefined;
  try {
    cluster = Cluster.connect(configuration);
    const target = find(cluster, configuration, options.baker);
    show(cluster, configuration, target);
    if (options.yes !== true) {
      await confirm(target.address.name);
      refuseIfChanged(target, find(cluster, configuration, options.baker));
    }
    await powerOff(target, offWithin);
    await handOver(cluster, target);
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    throw new Failure(`${error.command.split(" ")[0]} can't be asked; nothing was done.`, error.message);
  } finally {
    cluster?.close();
  }
}

interface Target {
  readonly pod: Pod;
  readonly node: Node;
  readonly address: VmAddress;
  /** undefined where it is gone already. */
  readonly vm: Vm | undefined;
  /** Other pods of the deployment that go down with it. */
  readonly beside: readonly Pod[];
  /** Nodes of the same pool that are Ready. */
  readonly spares: readonly Node[];
}

function load(path: string): Configuration {
  try {
    return loadConfiguration(path).configuration;
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    throw new Failure(`${error.file} has problems; nothing was done.`, formatProblems(error));
  }
}

function find(cluster: Cluster, configuration: Configuration, name: string | undefined): Target {
  const pods = cluster.pods(configuration.name);
  const nodes = cluster.nodes();
  const pod = bakingPod(pods, configuration, chosenBaker(configuration, name));
  const node = nodeOf(pod, nodes);
  refuseIfWell(pod, node, nodes, Date.now());
  const address = vmOf(node, configuration);
  const vm = describeVm(address);
  refuseIfAnother(node, vm);
  const pool = node.metadata.labels?.[poolLabel];
  return {
    pod,
    node,
    address,
    vm,
    beside: pods.filter((other) => other.spec.nodeName === address.name && other.metadata.uid !== pod.metadata.uid),
    spares: nodes.filter((other) => other !== node && other.metadata.labels?.[poolLabel] === pool && isReady(other)),
  };
}

function show(cluster: Cluster, { name, google }: Configuration, target: Target): void {
  const { pod, node, address, vm, beside, spares } = target;
  const ready = conditionOf(node, "Ready");
  const zoneOf = (some: Node) => some.metadata.labels?.["topology.kubernetes.io/zone"] ?? "unknown zone";
  const state = isReady(node)
    ? "Ready, but its pod does not end"
    : `not Ready since ${ready?.lastTransitionTime ?? "ever"}: ${ready?.message ?? "no reason given"}`;
  const rows = {
    cluster: `${name}, ${google.region}, project ${google.project} (${cluster.server})`,
    pod: `${pod.metadata.name}${pod.metadata.deletionTimestamp ? ", Terminating" : ""}`,
    node: `${address.name}, ${state}`,
    VM: `${address.name} in ${address.zone}, ${vm ? `${vm.status}, id ${vm.id}` : "gone"}`,
    "also on it": beside.map(({ metadata }) => metadata.name).join(", ") || "no other pod of this deployment",
    spare: spares.map((spare) => `${spare.metadata.name} in ${zoneOf(spare)}`).join(", ") || colorsFor(process.stdout).yellow("none is Ready: the pod will wait for one"), // prettier-ignore
  };
  for (const [title, text] of Object.entries(rows)) say(`  ${title.padEnd(11)} ${text}`);
}

/** @throws Failure unless the VM's name is typed */
async function confirm(name: string): Promise<void> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    process.stdout.write("Everything on this VM ends at once. Type the VM's name to power it off: ");
    for await (const line of terminal) {
      if (line.trim() === name) return;
      throw new Failure(`That is not ${name}. Nothing was done.`);
    }
    throw new Failure("No name was typed. Nothing was done.");
  } finally {
    terminal.close();
  }
}

/** Minutes may pass until a name is typed. */
function refuseIfChanged(shown: Target, now: Target): void {
  const identity = ({ pod, vm }: Target) => `${pod.metadata.uid} ${vm?.id}`;
  if (identity(shown) !== identity(now))
    throw new Failure("Pod or VM has been replaced since it was shown. Nothing was done. Call fence again.");
}

/** Returns when the VM has been seen off. */
async function powerOff({ address, vm }: Target, offWithin: number): Promise<void> {
  const again = "Call fence again: it goes on from here. Until it has seen the VM off, no second baker may start.";
  if (vm === undefined || vm.status === "TERMINATED") {
    say("1. The VM is off already.");
    return;
  }
  try {
    orderOff(address);
  } catch (error) {
    // The order may have arrived all the same.
    throw incomplete(`The order to power ${address.name} off failed; it may have arrived.`, wordsOf(error), again);
  }
  say(`1. ${address.name} is ordered off.`);
  const begin = Date.now();
  let last = "";
  for (;;) {
    try {
      const now = describeVm(address);
      if (isOff(vm.id, now)) {
        const word = now?.id === vm.id ? now.status : "this VM is gone";
        say(`2. It was seen off after ${secondsSince(begin)} s: Compute Engine says ${word}.`);
        return;
      }
      last = `Compute Engine says ${now?.status}.`;
    } catch (error) {
      last = wordsOf(error);
    }
    if (Date.now() - begin > offWithin * 1000) {
      throw incomplete(`${address.name} was not seen off within ${offWithin} s, and is not marked.`, last, again);
    }
    await pause(2_000);
  }
}

/** Marks the Node, sees the pod go to another VM and the disk follow, and takes the mark away. */
async function handOver(cluster: Cluster, { pod, node, address, vm }: Target): Promise<void> {
  const again = "Call fence again: it goes on from here.";
  const { name } = address;
  const begin = Date.now();
  try {
    // Its node pool may have made another of its name meanwhile, and the pod may run on that: it must not be marked.
    const now = describeVm(address);
    if (now && now.id !== vm?.id) {
      say(`3. Its pool has made another ${name} already: the pod starts on that one. Look: kubectl get pods --watch`);
      return;
    }
    if (!isOff(vm?.id, now)) {
      throw incomplete(`${name} is ${now?.status} again: somebody has started it. It is not marked.`, again);
    }
    const marked = cluster.markOutOfService(name);
    say(marked ? "3. Its Node is marked out of service." : "3. Its Node is gone already.");
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw incomplete(`${name} could not be marked out of service.`, wordsOf(error), again);
  }

  let left = "";
  let successor: Pod | undefined;
  let gone = false;
  while (!(gone && successor?.spec.nodeName) && Date.now() - begin < movedWithinSeconds * 1000) {
    await pause(1_000);
    try {
      const pods = cluster.pods(pod.metadata.namespace);
      const before = successor?.spec.nodeName;
      successor = pods.find(
        (other) => other.metadata.name === pod.metadata.name && other.metadata.uid !== pod.metadata.uid,
      );
      if (!before && successor?.spec.nodeName)
        say(`4. ${pod.metadata.name} is on ${successor.spec.nodeName}, ${secondsSince(begin)} s after the mark.`);
      const old = pods.some(({ metadata }) => metadata.uid === pod.metadata.uid);
      const disks = cluster.attachments().filter(({ spec }) => spec.nodeName === name).length;
      gone = !old && disks === 0;
      left = old ? `${pod.metadata.name} is still there` : `${disks} of its disks are still attached to it`;
    } catch (error) {
      left = wordsOf(error);
    }
  }
  if (!gone) {
    throw incomplete(
      `${name} is off and marked, but Kubernetes has not let go of it within ${movedWithinSeconds} s: ${left}.`,
      "The mark stays, and does its work as soon as Kubernetes can. When its pods and disks are gone, take it away:",
      unmarkCommand(node.metadata.name),
    );
  }
  try {
    cluster.unmark(name);
  } catch (error) {
    throw incomplete(
      "All is done, but the mark could not be taken away: the VM will be no spare until it is.",
      wordsOf(error),
      unmarkCommand(name),
    );
  }
  say("5. The mark is taken away: when the node pool has made the VM anew, it is the spare.");
  if (!successor?.spec.nodeName) {
    const reason = (successor && conditionOf(successor, "PodScheduled")?.message) ?? "it is not made yet";
    throw incomplete(
      `${pod.metadata.name} waits for a VM: ${reason}`,
      "It starts as soon as a VM of its pool is Ready; nothing else has to be done.",
    );
  }
}

const incomplete = (message: string, ...details: string[]) =>
  new Failure(message, details.filter(Boolean).join("\n"), exitCode.incomplete);

/** What a program said; anything else is a defect of this one. */
function wordsOf(error: unknown): string {
  if (error instanceof ProgramError) return error.message;
  throw error;
}

const secondsSince = (begin: number) => Math.round((Date.now() - begin) / 1000);
const say = (line: string) => process.stdout.write(`${line}\n`);
