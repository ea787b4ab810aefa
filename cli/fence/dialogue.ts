import { createInterface } from "node:readline/promises";
import type { Configuration } from "../../lib/config/schema/configuration";
import { colorsFor } from "../../lib/terminal/colors";
import { Failure } from "../../lib/terminal/failure";
import { type Cluster, conditionOf, isReady, type Node } from "./kubernetes";
import type { Target } from "./target";

export const print = (line: string) => process.stdout.write(`${line}\n`);

/** Prints what is going to be powered off, and where the pod can go. */
export function printTarget(cluster: Cluster, { name, google }: Configuration, target: Target): void {
  const { pod, node, address, vm, otherPods, spares } = target;
  const ready = conditionOf(node, "Ready");
  const zoneOf = (some: Node) => some.metadata.labels?.["topology.kubernetes.io/zone"] ?? "unknown zone";
  const state = isReady(node)
    ? "Ready, but its pod does not terminate"
    : `NotReady since ${ready?.lastTransitionTime ?? "an unknown time"}: ${ready?.message ?? "no reason given"}`;
  const rows = {
    cluster: `${name}, ${google.region}, project ${google.project} (${cluster.server})`,
    pod: `${pod.metadata.name}${pod.metadata.deletionTimestamp ? ", Terminating" : ""}`,
    node: `${address.name}, ${state}`,
    VM: `${address.name} in ${address.zone}, ${vm ? `${vm.status}, id ${vm.id}` : "deleted"}`,
    "other pods": otherPods.map(({ metadata }) => metadata.name).join(", ") || "none of this deployment",
    spare:
      spares.map((spare) => `${spare.metadata.name} in ${zoneOf(spare)}`).join(", ") ||
      colorsFor(process.stdout).yellow("none is Ready, so the pod will wait for one"),
  };
  for (const [title, text] of Object.entries(rows)) print(`  ${title.padEnd(11)} ${text}`);
}

/** @throws Failure unless the user types the VM's name */
export async function confirm(name: string): Promise<void> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    process.stdout.write("Everything on this VM stops at once. Type the VM's name to power it off: ");
    for await (const line of terminal) {
      if (line.trim() === name) return;
      throw new Failure(`That is not ${name}. Nothing was done.`);
    }
    throw new Failure("No name was typed. Nothing was done.");
  } finally {
    terminal.close();
  }
}
