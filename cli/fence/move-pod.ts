import { setTimeout as sleep } from "node:timers/promises";
import { Failure } from "../../lib/terminal/failure";
import { describeVm, isOff } from "./compute-engine";
import { print } from "./dialogue";
import { incomplete, secondsSince } from "./incomplete";
import { type Cluster, conditionOf, type Pod, removeTaintCommand } from "./kubernetes";
import { programErrorMessage } from "../programs";
import type { Target } from "./target";

/** Kubernetes deletes the pod within 20 s of the taint, and detaches the disk soon after. */
const timeoutSeconds = 180;

/**
 * Taints the Node of a VM that is off, waits until the pod and its disks have left it, and removes the taint.
 * @throws Failure with exit code 3 if Kubernetes does not do so within 180 s, or kubectl fails
 */
export async function movePod(cluster: Cluster, target: Target): Promise<void> {
  const { name } = target.address;
  if (!taintNode(cluster, target)) return;
  const successor = await untilReleased(cluster, target);
  try {
    cluster.removeTaint(name);
  } catch (error) {
    const message = "The pod has moved, but the taint could not be removed. Until it is, the VM can't be a spare.";
    throw incomplete(message, programErrorMessage(error), removeTaintCommand(name));
  }
  print("5. Removed the taint. When the node pool has recreated the VM, it is the spare.");
  if (!successor?.spec.nodeName) {
    const reason = (successor && conditionOf(successor, "PodScheduled")?.message) ?? "it has not been created yet";
    throw incomplete(
      `${target.pod.metadata.name} is waiting for a VM: ${reason}`,
      "It starts as soon as a VM of its pool is Ready; nothing else has to be done.",
    );
  }
}

/**
 * Taints the Node, unless the node pool has already created another VM of its name: the pod may be running on it.
 * @returns false if there is another VM
 */
function taintNode(cluster: Cluster, { address, vm }: Target): boolean {
  const next = "Run fence again to continue.";
  const { name } = address;
  try {
    const now = describeVm(address);
    if (now && now.id !== vm?.id) {
      print(
        `3. The node pool has already created another ${name}, on which the pod starts. To watch it: kubectl get pods --watch`,
      );
      return false;
    }
    if (!isOff(vm?.id, now)) {
      throw incomplete(`${name} is ${now?.status} again: someone has started it. Its Node is not tainted.`, next);
    }
    const tainted = cluster.taintOutOfService(name);
    print(tainted ? "3. Tainted its Node as out of service." : "3. Its Node no longer exists.");
    return true;
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw incomplete(`Node ${name} could not be tainted as out of service.`, programErrorMessage(error), next);
  }
}

/**
 * Waits until the Node has neither the pod nor disks, and the pod's successor is on another VM.
 * @returns the successor, which may still have to be scheduled; undefined if it has not been created yet
 */
async function untilReleased(cluster: Cluster, { pod, address }: Target): Promise<Pod | undefined> {
  const { name } = address;
  const begin = Date.now();
  let remaining = "";
  let successor: Pod | undefined;
  let released = false;
  while (!(released && successor?.spec.nodeName) && Date.now() - begin < timeoutSeconds * 1000) {
    await sleep(1_000);
    try {
      const pods = cluster.pods(pod.metadata.namespace);
      const wasScheduled = successor?.spec.nodeName !== undefined;
      successor = pods.find(
        (other) => other.metadata.name === pod.metadata.name && other.metadata.uid !== pod.metadata.uid,
      );
      if (!wasScheduled && successor?.spec.nodeName)
        print(`4. ${pod.metadata.name} is on ${successor.spec.nodeName}, ${secondsSince(begin)} s after the taint.`);
      const podExists = pods.some(({ metadata }) => metadata.uid === pod.metadata.uid);
      const disks = cluster.attachments().filter(({ spec }) => spec.nodeName === name).length;
      released = !podExists && disks === 0;
      remaining = podExists ? `${pod.metadata.name} still exists` : `${disks} of its disks are still attached`;
    } catch (error) {
      remaining = programErrorMessage(error);
    }
  }
  if (!released) {
    throw incomplete(
      `${name} is off and tainted, but Kubernetes has not released it within ${timeoutSeconds} s: ${remaining}.`,
      "The taint stays, and takes effect as soon as Kubernetes can act. When the pod and its disks are gone, remove it:",
      removeTaintCommand(name),
    );
  }
  return successor;
}
