import { poolLabel } from "../../lib/config/facts/pools";
import type { BakerConfiguration, Configuration } from "../../lib/config/schema/configuration";
import { bakerDiskName, bakingNodeKind, bakingNodeName } from "../../lib/tezos/baking-node-names";
import { Failure } from "../../lib/terminal/failure";
import { describeVm, type Vm, type VmAddress } from "./compute-engine";
import {
  type Cluster,
  conditionOf,
  isReady,
  type Node,
  outOfService,
  type Pod,
  removeTaintCommand,
} from "./kubernetes";

/*
 * Finds what fence acts on. Every function here throws a Failure if something is doubtful, which explains what to do
 * instead: a VM that is powered off by mistake costs attestations, and a pod that is mistaken for dead can cost the stake.
 */

/** What fence powers off, and what it moves. */
export interface Target {
  readonly pod: Pod;
  readonly node: Node;
  readonly address: VmAddress;
  /** undefined if it no longer exists. */
  readonly vm: Vm | undefined;
  /** The deployment's other pods on this VM. */
  readonly otherPods: readonly Pod[];
  /** The other Nodes of the same pool that are Ready. */
  readonly spares: readonly Node[];
}

/**
 * Finds a baker's pod, and the VM that it is on.
 * @param bakerName @default - the only baker
 * @throws Failure if it is not certain that this VM must be powered off
 * @throws ProgramError if gcloud or kubectl fails
 */
export function findTarget(cluster: Cluster, configuration: Configuration, bakerName: string | undefined): Target {
  const pods = cluster.pods(configuration.name);
  const nodes = cluster.nodes();
  const pod = bakingPod(pods, configuration, chosenBaker(configuration, bakerName));
  const node = nodeOf(pod, nodes);
  refuseIfHealthy(pod, node, nodes, Date.now());
  const address = vmOf(node, configuration);
  const vm = describeVm(address);
  refuseIfReplaced(node, vm);
  const pool = node.metadata.labels?.[poolLabel];
  return {
    pod,
    node,
    address,
    vm,
    otherPods: pods.filter((other) => other.spec.nodeName === address.name && other.metadata.uid !== pod.metadata.uid),
    spares: nodes.filter((other) => other !== node && other.metadata.labels?.[poolLabel] === pool && isReady(other)),
  };
}

/** The baker of this name, or the only one. */
export function chosenBaker({ bakers }: Configuration, name: string | undefined): BakerConfiguration {
  const names = bakers.map((baker) => baker.name).join(", ");
  if (name === undefined && bakers.length > 1) throw new Failure(`Which baker? Add --baker with one of ${names}.`);
  const baker = name === undefined ? bakers[0] : bakers.find((each) => each.name === name);
  if (!baker) throw new Failure(`Baker ${name} does not exist. The configuration has ${names}.`);
  return baker;
}

/** The baker's only pod, found by its labels or because it uses the baker's disk. */
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
  const candidates = pods.filter((pod) => bakes(pod) && !["Succeeded", "Failed"].includes(pod.status.phase));
  const [pod] = candidates;
  if (!pod) {
    throw new Failure(
      `Baker ${baker.name} has no pod, so there is nothing to fence.`,
      `Check its StatefulSet: kubectl --namespace ${configuration.name} describe statefulset ${bakingNodeName(baker)}`,
    );
  }
  if (candidates.length > 1) {
    throw new Failure(
      `Baker ${baker.name} has ${candidates.length} pods, but must have one. Find out which one is yours, and delete the others first.`,
      candidates.map(({ metadata, spec }) => `  ${metadata.name} on ${spec.nodeName ?? "no VM yet"}`).join("\n"),
    );
  }
  const { nodeName } = pod.spec;
  if (nodeName === undefined) {
    const reason = conditionOf(pod, "PodScheduled")?.message ?? "the scheduler has not handled it yet";
    throw new Failure(`${pod.metadata.name} is not on any VM yet, so there is nothing to fence.`, reason);
  }
  return { ...pod, spec: { ...pod.spec, nodeName } };
}

/** The pod's Node. */
export function nodeOf(pod: Pod, nodes: readonly Node[]): Node {
  const node = nodes.find(({ metadata }) => metadata.name === pod.spec.nodeName);
  if (node) return node;
  throw new Failure(
    `Node ${pod.spec.nodeName} of ${pod.metadata.name} no longer exists: Kubernetes already knows that its VM is gone.`,
    "The pod is rescheduled within a minute. To watch it: kubectl get pods --all-namespaces --watch",
  );
}

/** The VM of a Node. */
export function vmOf(node: Node, { google }: Configuration): VmAddress {
  const { name } = node.metadata;
  const { providerID } = node.spec;
  const [, project, zone, vm] = /^gce:\/\/([^/]+)\/([^/]+)\/([^/]+)$/.exec(providerID ?? "") ?? [];
  if (project === undefined || zone === undefined || vm === undefined) {
    throw new Failure(`The VM of Node ${name} is unknown: its providerID is ${providerID ?? "missing"}.`);
  }
  const expected = { project: google.project, region: google.region, name };
  const actual = { project, region: zone.replace(/-[a-z]$/, ""), name: vm };
  if (JSON.stringify(expected) !== JSON.stringify(actual)) {
    throw new Failure(
      `Node ${name} and its VM don't match: its providerID is ${providerID}, but ${name} in project ${google.project}, region ${google.region}, was expected.`,
    );
  }
  return { project, zone, name: vm };
}

/** How far the clocks of this host and of the API server may differ, in milliseconds. */
const clockSkewMilliseconds = 30_000;

/** A Node that responds can terminate its pod itself: without any doubt, and without stopping the VM's other pods. */
export function refuseIfHealthy(pod: Pod, node: Node, nodes: readonly Node[], now: number): void {
  const { deletionTimestamp, name, namespace } = pod.metadata;
  const overdue = deletionTimestamp !== undefined && Date.parse(deletionTimestamp) + clockSkewMilliseconds < now;
  if (!isReady(node) || overdue) return;
  if (deletionTimestamp !== undefined) {
    throw new Failure(
      `Node ${node.metadata.name} is Ready and is terminating ${name}: wait until ${deletionTimestamp}.`,
    );
  }
  throw new Failure(
    `Node ${node.metadata.name} is Ready, and ${name} is ${pod.status.phase} on it. Kubernetes can move the pod itself.`,
    [
      `To move it: kubectl cordon ${node.metadata.name} && kubectl --namespace ${namespace} delete pod ${name}`,
      "If its VM has just died, the Node becomes NotReady within a minute: try again then.",
      ...nodes
        .filter(({ spec }) => spec.taints?.some(({ key }) => key === outOfService.key))
        .map(({ metadata }) => `Still tainted, and therefore not a spare: ${removeTaintCommand(metadata.name)}`),
    ].join("\n"),
  );
}

/** The current VM of this name must be the one that registered the Node, if GKE has recorded its id. */
export function refuseIfReplaced(node: Node, vm: Vm | undefined): void {
  const registered = node.metadata.annotations?.["container.googleapis.com/instance_id"];
  if (vm === undefined || registered === undefined || registered === vm.id) return;
  throw new Failure(
    `VM ${node.metadata.name} has id ${vm.id}, but the Node was registered by id ${registered}: its pool has already replaced the VM.`,
    "It becomes Ready within minutes, and the pod then starts on it. If it does not, run fence again.",
  );
}
