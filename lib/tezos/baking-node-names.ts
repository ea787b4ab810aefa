import type { BakerConfiguration, Configuration } from "../config/schema/configuration";

/** Label app.kubernetes.io/name of all baking pods. Their label app.kubernetes.io/instance is the baker's name. */
export const bakingNodeKind = "baking-node";

/** Name of a baker's StatefulSet, and prefix of the names of what belongs to it. */
export const bakingNodeName = (baker: Pick<BakerConfiguration, "name">): string => `baker-${baker.name}`;

/** Name of a baker's disk in Google Cloud, of its PersistentVolume and of its claim. */
export const bakerDiskName = (configuration: Pick<Configuration, "name">, baker: Pick<BakerConfiguration, "name">) =>
  `${configuration.name}-${bakingNodeName(baker)}`;
