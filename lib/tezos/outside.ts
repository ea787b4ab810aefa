import { isNetworkUrl, snapshotSource } from "../config/facts/octez";
import type { Configuration } from "../config/schema/configuration";
import type { Connectable } from "../kubernetes/connections";
import { internet } from "../kubernetes/outside";

/** Peers listen on any port; 9732 is only the default. */
export const peersOnTheInternet = internet("peers", "all");

/**
 * The servers from which an empty disk is filled: for the snapshot, for verifying it, and for the network's definition.
 * A network policy can only name their ports, because their addresses change. It also applies to the whole pod for as
 * long as it runs, not just to the init container that downloads. An attacker gains little from that: a node
 * that dials peers may connect to every port of the internet anyway.
 * @returns undefined if there is nothing to download
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
