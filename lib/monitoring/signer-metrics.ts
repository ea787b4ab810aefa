import type { MetricRelabeling } from "../kubernetes/pod-monitoring";

/**
 * What is collected of the proxies on the signer path: for each uplink of a signer whether a forwarder's checks of it
 * succeed, and for each forwarder whether a baker's checks of it do. Nothing else, since each sample is paid for: with two
 * forwarders and four uplinks it is 25 series with those that Prometheus makes of each scrape, 13 million samples a month.
 */
export interface ProxyMetrics {
  /** Value of the label `job`. */
  readonly job: string;
  /** Label with the instance of the pod's workload: the number of a forwarder, the name of a baker. */
  readonly instanceLabel: string;
  readonly relabelings: readonly MetricRelabeling[];
}

/** 1 while the server's checks succeed, with the label state="UP". */
export const serverStatus = "haproxy_server_status";

/** An alert must come within a minute: the checks take up to 18 s of it over a metered uplink, the evaluation up to 30. */
export const scrapeSeconds = 5;

/** Labels: `forwarder` (its number), `signer`, `server` (the uplink). */
export const forwarderMetrics: ProxyMetrics = {
  job: "signer-forwarders",
  instanceLabel: "forwarder",
  relabelings: serversUp("health-.+", { label: "signer", from: "proxy", regex: "health-(.+)" }),
};

/** Labels: `baker`, `forwarder` (its number). */
export const bakerMetrics: ProxyMetrics = {
  job: "baking-nodes",
  instanceLabel: "baker",
  relabelings: serversUp("health-forwarders", { label: "forwarder", from: "server", regex: "forwarder-(.+)" }),
};

/** Only whether the servers of some backends are up, with a label of our own. */
function serversUp(
  backends: string,
  { label, from, regex }: { readonly label: string; readonly from: string; readonly regex: string },
): MetricRelabeling[] {
  return [
    { action: "keep", sourceLabels: ["__name__", "proxy", "state"], regex: `${serverStatus};${backends};UP` },
    { action: "replace", sourceLabels: [from], regex, targetLabel: label },
  ];
}
