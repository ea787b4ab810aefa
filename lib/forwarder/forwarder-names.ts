import type { Configuration } from "../config/schema/configuration";

/** Value of the label app.kubernetes.io/name on the pods of all forwarders. */
export const forwarderKind = "signer-forwarder";

/** The numbers of all forwarders: 1 to forwarders.count. */
export const forwarderNumbers = ({ forwarders }: Configuration): number[] =>
  Array.from({ length: forwarders.count }, (_, index) => index + 1);

/**
 * Name of a forwarder: of its Deployment and Services, of its address, and of HAProxy's server for it.
 * @param number or a regular expression that matches it
 */
export const forwarderName = (number: number | string): string => `forwarder-${number}`;

/** Name of the Kubernetes service account of all forwarders. */
export const forwarderServiceAccount = "forwarder";
