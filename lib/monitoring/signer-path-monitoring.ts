import { Construct } from "constructs";
import { proxyStatusPortName, scrapeSeconds } from "../config/facts/signer-path";
import type { Connections } from "../kubernetes/connections";
import { managedPrometheus } from "../kubernetes/outside";
import { PodMonitoring } from "../kubernetes/pod-monitoring";
import { forwarderKind } from "../forwarder/forwarder-names";
import { proxyMetricsPortName } from "../forwarder/haproxy-container";
import { proxyMetricsPath } from "../forwarder/haproxy-sections";
import { bakingNodeKind } from "../tezos/baking-node-names";
import { bakerMetrics, forwarderMetrics } from "./signer-metrics";

export interface SignerPathMonitoringProps {
  readonly namespace: string;
  /** Pods whose proxies are scraped. */
  readonly pods: readonly { readonly connections: Connections }[];
}

/** Collects the metrics of all proxies on the signer path, and allows the collectors' ingress. */
export class SignerPathMonitoring extends Construct {
  constructor(scope: Construct, id: string, props: SignerPathMonitoringProps) {
    super(scope, id);
    const { namespace, pods } = props;
    const kinds = [
      { id: "forwarders", kind: forwarderKind, metrics: forwarderMetrics },
      { id: "bakers", kind: bakingNodeKind, metrics: bakerMetrics },
    ];
    for (const { id, kind, metrics } of kinds) {
      new PodMonitoring(this, id, {
        namespace,
        name: metrics.job,
        selector: { "app.kubernetes.io/name": kind },
        portName: proxyMetricsPortName,
        path: proxyMetricsPath,
        // Servers only: halves the response. https://github.com/haproxy/haproxy/blob/v3.0.0/addons/promex/README
        parameters: { scope: "server" },
        intervalSeconds: scrapeSeconds,
        podLabel: { from: "app.kubernetes.io/instance", to: metrics.instanceLabel },
        relabelings: metrics.relabelings,
      });
    }
    for (const { connections } of pods) connections.allowFromOutside(managedPrometheus, [proxyStatusPortName]);
  }
}
