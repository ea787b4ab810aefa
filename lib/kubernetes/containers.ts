import type {
  DeploymentV1SpecTemplateSpecContainerEnv as EnvironmentVariable,
  DeploymentV1SpecTemplateSpecContainerResources as Resources,
} from "@cdktf/provider-kubernetes/lib/deployment-v1";
import type { Capacity } from "../config/facts/machines";

/** A container's environment, in the given order: `$(NAME)` in a value only sees the variables before it. */
export const environment = (variables: Readonly<Record<string, string>>): EnvironmentVariable[] =>
  Object.entries(variables).map(([name, value]) => ({ name, value }));

/**
 * What a container reserves, and its memory limit. CPU is not limited: a throttled node is late for its block. Memory
 * is, so that a leak kills its own container and no other.
 * @param memoryLimitGiB by default what is reserved
 */
export function containerResources({ cpu, memoryGiB }: Capacity, memoryLimitGiB = memoryGiB): Resources {
  return {
    requests: { cpu: `${Math.round(cpu * 1000)}m`, memory: mebibytes(memoryGiB) },
    limits: { memory: mebibytes(memoryLimitGiB) },
  };
}

const mebibytes = (gibibytes: number) => `${Math.round(gibibytes * 1024)}Mi`;

/** The command of a lifecycle hook that runs a shell script. A hook can't declare variables, so `env` sets them. */
export function hookCommand(script: string, variables: Readonly<Record<string, string | number>>): string[] {
  return ["env", ...Object.entries(variables).map(([name, value]) => `${name}=${value}`), "sh", script];
}
