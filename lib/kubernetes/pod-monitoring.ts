import { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import { Construct } from "constructs";

/** A rule of Prometheus' metric_relabel_configs, as managed Prometheus takes it. */
export interface MetricRelabeling {
  readonly action: "keep" | "replace";
  /** Their values, joined by semicolons, are what `regex` must match as a whole. */
  readonly sourceLabels: readonly string[];
  readonly regex: string;
  /** Label that gets the first group of `regex`; with `replace` only. */
  readonly targetLabel?: string;
}

export interface PodMonitoringProps {
  readonly namespace: string;
  /** Managed Prometheus puts it into the label `job`. */
  readonly name: string;
  /** Labels of the pods. */
  readonly selector: Record<string, string>;
  /** Name of the containers' port. */
  readonly portName: string;
  readonly path: string;
  /** Of the query, by name. @default - none */
  readonly parameters?: Record<string, string>;
  readonly intervalSeconds: number;
  /** Label that every series gets, and the pod's label whose value it is. */
  readonly podLabel: { readonly from: string; readonly to: string };
  /** What becomes of the metrics, in this order. Each sample is paid for. */
  readonly relabelings: readonly MetricRelabeling[];
}

/**
 * Has GKE's managed Prometheus collect metrics of pods. What it collects lies with Google and not in this cluster: it can
 * be asked, and alerts on, when the cluster is gone.
 */
export class PodMonitoring extends Construct {
  constructor(scope: Construct, id: string, props: PodMonitoringProps) {
    super(scope, id);
    const { namespace, name, parameters = {} } = props;
    new Manifest(this, "Resource", {
      manifest: {
        apiVersion: "monitoring.googleapis.com/v1",
        kind: "PodMonitoring",
        metadata: { namespace, name },
        spec: {
          selector: { matchLabels: props.selector },
          endpoints: [
            {
              port: props.portName,
              path: props.path,
              params: Object.fromEntries(Object.entries(parameters).map(([key, value]) => [key, [value]])),
              interval: `${props.intervalSeconds}s`,
              metricRelabeling: props.relabelings,
            },
          ],
          targetLabels: {
            // The API server would fill in four, and the provider find a change in it. One tells an old pod's from a new one's.
            metadata: ["pod"],
            fromPod: [props.podLabel],
          },
        },
      },
    });
  }
}
