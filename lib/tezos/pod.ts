/** What containers of Octez have in common. */

export const environment = (variables: Record<string, string>) =>
  Object.entries(variables).map(([name, value]) => ({ name, value }));

/**
 * Cores are reserved and not limited: a throttled node is late for its block. Memory is both, so that a leak ends its
 * own container and no other.
 */
export const requests = (resources: { readonly cpu: number; readonly memoryGiB: number }) => {
  const memory = `${Math.round(resources.memoryGiB * 1024)}Mi`;
  return { requests: { cpu: `${Math.round(resources.cpu * 1000)}m`, memory }, limits: { memory } };
};
