import { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import { Construct } from "constructs";

/**
 * A rule of metric relabelling, as managed Prometheus accepts it.
 * https://github.com/GoogleCloudPlatform/prometheus-engine/blob/main/doc/api.md
 */
export interface MetricRelabeling {
  readonly action: "keep" | "replace";
  /** `regex` must match the whole of their values, joined by semicolons. */
  readonly sourceLabels: readonly string[];
  readonly regex: string;
  /** Label that is set to the first group of `regex`; only with `replace`. */
  readonly targetLabel?: string;
}

export interface PodMonitoringProps {
  readonly namespace: string;
  /** Becomes the label `job` of all series. */
  readonly name: string;
  /** Labels that select the pods. */
  readonly selector: Record<string, string>;
  /** Name of the port in the containers. */
  readonly portName: string;
  readonly path: string;
  /** Query parameters by name. @default - none */
  readonly parameters?: Record<string, string>;
  readonly intervalSeconds: number;
  /** Adds the pod's label `from` to every series, as `to`. */
  readonly podLabel: { readonly from: string; readonly to: string };
  /** Rules that filter and change the metrics, in this order. Every sample that remains costs money. */
  readonly relabelings: readonly MetricRelabeling[];
}

/**
 * Makes GKE's managed Prometheus collect metrics from pods. They are stored in Cloud Monitoring, not in the cluster, so
 * queries and alerts still work when the cluster is down.
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
            // Without this the API server sets four labels, and every plan shows a change. `pod` is enough to tell the
            // series of a new pod from those of its predecessor.
            metadata: ["pod"],
            fromPod: [props.podLabel],
          },
        },
      },
    });
  }
}
