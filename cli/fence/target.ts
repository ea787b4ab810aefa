import type { BakerConfiguration, Configuration } from "../../lib/config/schema/configuration";
import { bakerDiskName, bakingNodeKind, bakingNodeName } from "../../lib/tezos/baking-node-names";
import { Failure } from "../../lib/terminal/failure";
import type { Vm, VmAddress } from "./compute-engine";
import { conditionOf, isReady, type Node, outOfService, type Pod, unmarkCommand } from "./kubernetes";

/**
 * What fence refuses. Each of these throws a Failure that says what is doubtful, and what to do instead: a VM that is
 * powered off by mistake costs attestations, and a pod that is taken for dead by mistake costs the stake.
 */

/** The baker that is meant: named, or the only one. */
export function chosenBaker({ bakers }: Configuration, name: string | undefined): BakerConfiguration {
  const names = bakers.map((baker) => baker.name).join(", ");
  if (name === undefined && bakers.length > 1) throw new Failure(`Which baker? Add --baker with one of ${names}.`);
  const baker = name === undefined ? bakers[0] : bakers.find((each) => each.name === name);
  if (!baker) throw new Failure(`There is no baker ${name}. There is ${names}.`);
  return baker;
}

/** The one pod that bakes, or would: by its labels, or because it has the baker's disk. */
export function bakingPod(
  pods: readonly Pod[],
  configuration: Configuration,
  baker: BakerConfiguration,
): Pod & { readonly spec: { readonly nodeName: string } } {
  const disk = bakerDiskName(configuration, baker);
  const bakes = ({ metadata, spec }: Pod) =>
    (metadata.labels?.["app.kubernetes.io/name"] === bakingNodeKind &&
      metadata.labels["app.kubernetes.io/instance"] === baker.name) ||
    spec.volumes?.some((volume) => volume.persistentVolumeClaim?.claimName === disk);
  const found = pods.filter((pod) => bakes(pod) && !["Succeeded", "Failed"].includes(pod.status.phase));
  const [pod] = found;
  if (!pod) {
    throw new Failure(
      `Baker ${baker.name} has no pod: there is nothing to fence.`,
      `Look at its StatefulSet: kubectl --namespace ${configuration.name} describe statefulset ${bakingNodeName(baker)}`,
    );
  }
  if (found.length > 1) {
    throw new Failure(
      `Baker ${baker.name} has ${found.length} pods where one may be. Find out which of them is yours, and delete the others first.`,
      found.map(({ metadata, spec }) => `  ${metadata.name} on ${spec.nodeName ?? "no VM yet"}`).join("\n"),
    );
  }
  const { nodeName } = pod.spec;
  if (nodeName === undefined) {
    const reason = conditionOf(pod, "PodScheduled")?.message ?? "the scheduler has not looked at it yet";
    throw new Failure(`${pod.metadata.name} waits for a VM and runs nowhere: there is nothing to fence.`, reason);
  }
  return { ...pod, spec: { ...pod.spec, nodeName } };
}

/** The pod's Node. */
export function nodeOf(pod: Pod, nodes: readonly Node[]): Node {
  const node = nodes.find(({ metadata }) => metadata.name === pod.spec.nodeName);
  if (node) return node;
  throw new Failure(
    `${pod.spec.nodeName}, where ${pod.metadata.name} is, is no Node any more: Kubernetes knows already that the VM is gone.`,
    "It gives the pod to another VM within a minute. Look: kubectl get pods --all-namespaces --watch",
  );
}

/** The VM that a Node says it is. */
export function vmOf(node: Node, { google }: Configuration): VmAddress {
  const { name } = node.metadata;
  const { providerID } = node.spec;
  const [, project, zone, vm] = /^gce:\/\/([^/]+)\/([^/]+)\/([^/]+)$/.exec(providerID ?? "") ?? [];
  if (project === undefined || zone === undefined || vm === undefined) {
    throw new Failure(`Node ${name} does not say which VM it is: its providerID is ${providerID ?? "missing"}.`);
  }
  const expected = { project: google.project, region: google.region, name };
  const said = { project, region: zone.replace(/-[a-z]$/, ""), name: vm };
  if (JSON.stringify(expected) !== JSON.stringify(said)) {
    throw new Failure(
      `Node ${name} and its VM don't match: its providerID is ${providerID}, expected was ${name} in project ${google.project}, region ${google.region}.`,
    );
  }
  return { project, zone, name: vm };
}

/** Clocks of this machine and of the API server may differ by so much, in milliseconds. */
const clockMargin = 30_000;

/** A Node that answers can end its pod itself: without a doubt, and without taking the VM's other pods with it. */
export function refuseIfWell(pod: Pod, node: Node, nodes: readonly Node[], now: number): void {
  const { deletionTimestamp, name, namespace } = pod.metadata;
  const overdue = deletionTimestamp !== undefined && Date.parse(deletionTimestamp) + clockMargin < now;
  if (!isReady(node) || overdue) return;
  if (deletionTimestamp !== undefined) {
    throw new Failure(`Node ${node.metadata.name} is Ready and is ending ${name}: give it until ${deletionTimestamp}.`);
  }
  throw new Failure(
    `Node ${node.metadata.name} is Ready, and ${name} is ${pod.status.phase} on it. Kubernetes can move the pod by itself.`,
    [
      `To move it: kubectl cordon ${node.metadata.name} && kubectl --namespace ${namespace} delete pod ${name}`,
      "If its VM has died just now, the Node is called not ready within a minute: try again then.",
      ...nodes
        .filter(({ spec }) => spec.taints?.some(({ key }) => key === outOfService.key))
        .map(({ metadata }) => `Still marked out of service, and so no spare: ${unmarkCommand(metadata.name)}`),
    ].join("\n"),
  );
}

/** What Compute Engine knows by that name must be the VM that the Node was registered by, where GKE has noted its id. */
export function refuseIfAnother(node: Node, vm: Vm | undefined): void {
  const registered = node.metadata.annotations?.["container.googleapis.com/instance_id"];
  if (vm === undefined || registered === undefined || registered === vm.id) return;
  throw new Failure(
    `VM ${node.metadata.name} has id ${vm.id}, and the Node was registered by ${registered}: its pool has replaced it already.`,
    "It will be Ready within minutes, and the pod then starts on it. If not, call fence again.",
  );
}
