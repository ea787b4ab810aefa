import { isNetworkUrl, snapshotSource } from "../config/facts/octez";
import type { Configuration } from "../config/schema/configuration";
import type { Connectable } from "../kubernetes/connections";
import { internet } from "../kubernetes/outside";

/** Other people's nodes listen at any port, 9732 by habit only. Ports below 1024 are for what is no node. */
export const peersOnTheInternet = internet("peers", { peers: { port: 1024, endPort: 65535 } });

/**
 * What an empty disk is filled from: who serves the snapshot, who is asked whether it is the right one, who defines the
 * network. A policy can name their ports only, since their names' addresses change; and it is for a whole pod and all
 * its life, so the way stays open after the init container that needs it. At 443 of the internet a thief finds nothing
 * that peers' ports don't offer.
 * @returns undefined when there is nothing to get
 */
export function downloadServers(configuration: Configuration): Connectable | undefined {
  const { network } = configuration.tezos;
  const source = snapshotSource(configuration);
  const urls = [source?.url, source?.verifyUrl, isNetworkUrl(network) ? network : undefined];
  const ports = [...new Set(urls.filter((url) => url !== undefined).map(portOf))].sort((a, b) => a - b);
  if (ports.length === 0) return undefined;
  return internet("download-servers", Object.fromEntries(ports.map((port) => [`tcp-${port}`, { port }])));
}

function portOf(text: string): number {
  const url = new URL(text);
  return url.port ? Number(url.port) : url.protocol === "http:" ? 80 : 443;
}
