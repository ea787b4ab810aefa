import { forwarderName } from "../forwarder/forwarder-names";
import { forwarderHealthBackend, uplinkHealthBackend } from "../forwarder/haproxy-config";
import type { MetricRelabeling } from "../kubernetes/pod-monitoring";

/**
 * What is collected from the proxies on the signer path: whether a forwarder's health checks of each uplink succeed,
 * and whether a baker's health checks of each forwarder do. Nothing else, because Google charges by the sample: two
 * forwarders and four uplinks make 25 series, including the ones that Prometheus adds to each scrape, or 13 million
 * samples a month.
 * https://cloud.google.com/stackdriver/pricing
 */
export interface ProxyMetrics {
  /** Value of the label `job`. */
  readonly job: string;
  /** Label that carries the workload's instance: the number of a forwarder, or the name of a baker. */
  readonly instanceLabel: string;
  readonly relabelings: readonly MetricRelabeling[];
}

/**
 * HAProxy's metric for the health of a server: with the label state="UP", 1 while its health checks succeed, else 0.
 * https://github.com/haproxy/haproxy/blob/v3.0.0/addons/promex/README
 */
export const serverStatus = "haproxy_server_status";

/** Metrics of a forwarder's proxy. Labels: `forwarder` (its number), `signer`, `server` (the uplink). */
export const forwarderMetrics: ProxyMetrics = {
  job: "signer-forwarders",
  instanceLabel: "forwarder",
  relabelings: serversUp(uplinkHealthBackend(".+"), {
    label: "signer",
    from: "proxy",
    regex: uplinkHealthBackend("(.+)"),
  }),
};

/** Metrics of a baker's proxy. Labels: `baker`, `forwarder` (its number). */
export const bakerMetrics: ProxyMetrics = {
  job: "baking-nodes",
  instanceLabel: "baker",
  relabelings: serversUp(forwarderHealthBackend, { label: "forwarder", from: "server", regex: forwarderName("(.+)") }),
};

/** Keeps only whether the servers of the matching backends are up, and copies part of a label into `label`. */
function serversUp(
  backends: string,
  { label, from, regex }: { readonly label: string; readonly from: string; readonly regex: string },
): MetricRelabeling[] {
  return [
    { action: "keep", sourceLabels: ["__name__", "proxy", "state"], regex: `${serverStatus};${backends};UP` },
    { action: "replace", sourceLabels: [from], regex, targetLabel: label },
  ];
}
