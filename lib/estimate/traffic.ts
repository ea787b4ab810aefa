import type { Inventory } from "./inventory";
import { hoursPerMonth } from "./prices";

/** What goes over the internet in a month, in GiB. All of it is an estimate. */
export interface Traffic {
  /** From the VMs to the internet. */
  readonly egressGiB: number;
  /** What Cloud NAT translates, in both directions. */
  readonly natGiB: number;
  /** What the load balancers' forwarding rules process. */
  readonly loadBalancerGiB: number;
}

interface Rate {
  readonly inKiB: number;
  readonly outKiB: number;
}

/**
 * What an octez-node exchanges with its peers, in KiB/s. An assumption: nobody publishes a measured figure. It is three
 * times what the blocks and consensus operations of a level come to, about 60 KiB every 6 s, once.
 */
export const octezNodeRate: Rate = { inKiB: 30, outKiB: 30 };

/**
 * What a DAL node's own documentation asks for at up to 1 % of the stake, in KiB/s. A baker with less uses less.
 * https://octez.tezos.com/docs/shell/dal_run.html
 */
export const dalNodeRate: Rate = { inKiB: 1024, outKiB: 250 };

/** What a forwarder exchanges with the Raspberry Pis: health checks each second and signatures. An assumption. */
export const forwarderRate: Rate = { inKiB: 1, outKiB: 1 };

const perMonth = (kibPerSecond: number) => (kibPerSecond * hoursPerMonth * 3600) / 1024 / 1024;

/** The traffic of what an inventory lists. */
export function traffic({ octezNodes, dalNodes, pools, loadBalancers }: Inventory): Traffic {
  const nodes = octezNodes.throughNat + octezNodes.direct;
  const forwarders = loadBalancers.length - dalNodes;
  const dalThroughNat = pools.some(({ pool, ownAddresses }) => pool === "public" && ownAddresses) ? 0 : dalNodes;
  const both = ({ inKiB, outKiB }: Rate) => inKiB + outKiB;
  return {
    egressGiB: perMonth(
      nodes * octezNodeRate.outKiB + dalNodes * dalNodeRate.outKiB + forwarders * forwarderRate.outKiB,
    ),
    natGiB: perMonth(octezNodes.throughNat * both(octezNodeRate) + dalThroughNat * both(dalNodeRate)),
    // Connections that a DAL node opens itself don't go through its load balancer: half of them, as an assumption.
    loadBalancerGiB: perMonth((dalNodes * both(dalNodeRate)) / 2 + forwarders * both(forwarderRate)),
  };
}
