import type { StackJson } from "./stacks";

/** What runs pods in a synthesised stack. */
export interface Workload {
  readonly type: "kubernetes_stateful_set_v1" | "kubernetes_deployment_v1";
  readonly name: string;
  /** The resource. */
  readonly body: StackJson;
  /** Labels and annotations of its pods. */
  readonly metadata: StackJson;
  /** Its pods, as Terraform writes them. */
  readonly pod: StackJson;
  /** All containers, those that run at the start first. */
  readonly containers: StackJson[];
}

/** Everything of a stack that runs pods. */
export function workloads(stack: StackJson): Workload[] {
  const types = ["kubernetes_stateful_set_v1", "kubernetes_deployment_v1"] as const;
  return types.flatMap((type) =>
    Object.values<StackJson>(stack.resource?.[type] ?? {}).map((body): Workload => {
      const { metadata, spec: pod } = body.spec.template;
      const containers = [...(pod.init_container ?? []), ...pod.container];
      return { type, name: body.metadata.name, body, metadata, pod, containers };
    }),
  );
}

/** The one workload of that name. @throws if there is none */
export function workload(stack: StackJson, name: string): Workload {
  return one(
    workloads(stack).filter((each) => each.name === name),
    `workload ${name}`,
  );
}

/** The one container of that name among a workload's, init containers included. @throws if there is none */
export function container({ containers }: Workload, name: string): StackJson {
  return one(
    containers.filter((each) => each.name === name),
    `container ${name}`,
  );
}

/** The one resource of a type whose Kubernetes name is `name`. @throws if there is none */
export function named(stack: StackJson, type: string, name: string): StackJson {
  return one(
    Object.values<StackJson>(stack.resource?.[type] ?? {}).filter(
      ({ metadata, manifest }) => (metadata ?? manifest.metadata).name === name,
    ),
    `${type} ${name}`,
  );
}

/** A container's environment by name. */
export function environmentOf({ env }: StackJson): Record<string, string> {
  return Object.fromEntries((env ?? []).map(({ name, value }: StackJson) => [name, value]));
}

/** Names of all network policies of a stack that select the pods with these labels, sorted. */
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

function one<T>(found: T[], what: string): T {
  if (found.length !== 1) throw new Error(`${found.length} of ${what}, expected one`);
  return found[0]!;
}
