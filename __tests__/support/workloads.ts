import type { StackJson } from "../../laboratory/synthesis";

const types = [
  "kubernetes_stateful_set_v1",
  "kubernetes_daemon_set_v1",
  "kubernetes_deployment_v1",
  "kubernetes_job_v1",
] as const;

/** A resource that creates pods. */
export interface Workload {
  readonly type: (typeof types)[number];
  readonly name: string;
  /** The resource itself. */
  readonly body: StackJson;
  /** Labels and annotations of its pods. */
  readonly metadata: StackJson;
  /** The pods' spec, in Terraform's notation. */
  readonly pod: StackJson;
  /** All containers; init containers first. */
  readonly containers: StackJson[];
}

/** All workloads of a stack. */
export function workloads(stack: StackJson): Workload[] {
  return types.flatMap((type) =>
    Object.values<StackJson>(stack.resource?.[type] ?? {}).map((body): Workload => {
      const { metadata, spec: pod } = body.spec.template;
      const containers = [...(pod.init_container ?? []), ...pod.container];
      return { type, name: body.metadata.name, body, metadata, pod, containers };
    }),
  );
}

/** The workload of that name. @throws Error unless there is exactly one */
export function workload(stack: StackJson, name: string): Workload {
  return one(
    workloads(stack).filter((each) => each.name === name),
    `workload ${name}`,
  );
}

/** A workload's container or init container of that name. @throws Error unless there is exactly one */
export function container({ containers }: Workload, name: string): StackJson {
  return one(
    containers.filter((each) => each.name === name),
    `container ${name}`,
  );
}

/** The resource of a type with that name in Kubernetes. @throws Error unless there is exactly one */
export function named(stack: StackJson, type: string, name: string): StackJson {
  return one(
    Object.values<StackJson>(stack.resource?.[type] ?? {}).filter(
      ({ metadata, manifest }) => (metadata ?? manifest.metadata).name === name,
    ),
    `${type} ${name}`,
  );
}

/** A container's environment variables, by name. */
export function environmentOf({ env }: StackJson): Record<string, string> {
  return Object.fromEntries((env ?? []).map(({ name, value }: StackJson) => [name, value]));
}

/** Sorted names of the network policies that select pods with these labels. */
export function policiesOf(stack: StackJson, labels: Record<string, string>, type: "Ingress" | "Egress"): string[] {
  return Object.values<StackJson>(stack.resource.kubernetes_network_policy_v1)
    .filter(({ spec }) => spec.policy_types.includes(type))
    .filter(({ spec }) => {
      const wanted = Object.entries(spec.pod_selector.match_labels ?? {});
      return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value);
    })
    .map(({ metadata }) => metadata.name)
    .sort();
}

function one<T>(matching: T[], what: string): T {
  if (matching.length !== 1) throw new Error(`expected one ${what}, not ${matching.length}`);
  return matching[0]!;
}
