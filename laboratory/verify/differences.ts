import type { MadeTwice } from "../terraform/kubernetes-provider";

/** The first difference in each object that the provider made otherwise than it is expected to. */
export function otherwise(made: readonly MadeTwice[]): string[] {
  return made.flatMap(({ provider, ours }) => {
    const difference = firstDifference(provider, ours);
    if (difference === undefined) return [];
    const { kind, metadata } = ours as { kind: string; metadata: { name: string } };
    return [`${kind} ${metadata.name}${difference}`];
  });
}

function firstDifference(provider: unknown, ours: unknown, path = ""): string | undefined {
  if (Object.is(provider, ours)) return undefined;
  if (typeof provider !== "object" || typeof ours !== "object" || provider === null || ours === null) {
    return `${path} is ${JSON.stringify(provider)} and not ${JSON.stringify(ours)}`;
  }
  for (const key of new Set([...Object.keys(provider), ...Object.keys(ours)])) {
    const [there, here] = [provider, ours].map((object) => (object as Record<string, unknown>)[key]);
    const difference = firstDifference(there, here, `${path}.${key}`);
    if (difference !== undefined) return difference;
  }
  return undefined;
}
