import type { BakerConfiguration, Configuration } from "../config/schema/configuration";

/** Kind of workload of every baking pod: its label app.kubernetes.io/name. The instance is the baker's name. */
export const bakingNodeKind = "baking-node";

/** Name of a baker's StatefulSet, and of what belongs to it alone. */
export const bakingNodeName = (baker: Pick<BakerConfiguration, "name">): string => `baker-${baker.name}`;

/** Name of a baker's disk, of its PersistentVolume and of its claim. */
export const bakerDiskName = (configuration: Pick<Configuration, "name">, baker: Pick<BakerConfiguration, "name">) =>
  `${configuration.name}-${bakingNodeName(baker)}`;
