import type { KubernetesObject } from "../convert/kubernetes-objects";
import type { StackJson } from "../synthesis";

/* eslint-disable @typescript-eslint/no-explicit-any -- objects of Kubernetes' API and of Prometheus, read by path */

/**
 * Converts what Google evaluates to configuration files of Prometheus: PodMonitoring objects to scrape configurations,
 * like GKE's operator
 * (https://github.com/GoogleCloudPlatform/prometheus-engine/blob/main/pkg/operator/apis/monitoring/v1/pod_config.go),
 * and alerting policies of Cloud Monitoring to alerting rules. Google's delays are not simulated: from a sample to the
 * time when it can be queried, and from an alert to its e-mail.
 */

/** The labels of a sample's origin. */
export interface Where {
  readonly project_id: string;
  readonly location: string;
  readonly cluster: string;
}

/** The scrape configurations of all PodMonitoring objects. @param discovery with which Prometheus finds podTargets() */
export function scrapeConfigs(objects: readonly KubernetesObject[], where: Where, discovery: object): object[] {
  return objects
    .filter(({ kind }) => kind === "PodMonitoring")
    .flatMap(({ metadata, spec }: any) =>
      spec.endpoints.map((endpoint: any) => ({
        job_name: `PodMonitoring/${metadata.namespace}/${metadata.name}/${endpoint.port}`,
        ...discovery,
        metrics_path: endpoint.path,
        params: endpoint.params,
        scrape_interval: endpoint.interval,
        scrape_timeout: endpoint.interval,
        relabel_configs: relabelings(metadata, spec, endpoint, where),
        metric_relabel_configs: endpoint.metricRelabeling.map(
          ({ sourceLabels: source_labels, targetLabel: target_label, ...rest }: any) => ({
            source_labels,
            target_label,
            ...rest,
          }),
        ),
      })),
    );
}

function relabelings({ namespace, name }: any, { selector, targetLabels }: any, { port }: any, where: Where): object[] {
  const pod = (field: string) => `__meta_kubernetes_pod_${field}`;
  const set = (target_label: string, replacement: string) => ({ target_label, replacement });
  const keep = (source: string, regex: string) => ({ action: "keep", source_labels: [source], regex });
  const copy = (source: string, target_label: string) => ({ source_labels: [source], target_label });
  return [
    ...Object.entries(where).map(([label, value]) => set(label, value)),
    keep("__meta_kubernetes_namespace", namespace),
    ...Object.entries<string>(selector.matchLabels).map(([label, value]) => keep(pod(`label_${asName(label)}`), value)),
    ...targetLabels.metadata.map((label: string) => copy(pod("name"), ofPod(label))),
    copy("__meta_kubernetes_namespace", "namespace"),
    set("job", name),
    { action: "drop", source_labels: [pod("phase")], regex: "(Failed|Succeeded)" },
    keep(pod("container_port_name"), port),
    {
      source_labels: [pod("name"), pod("container_port_name")],
      regex: "(.+);(.+)",
      replacement: "$1:$2",
      target_label: "instance",
    },
    ...targetLabels.fromPod.map(({ from, to }: any) => copy(pod(`label_${asName(from)}`), to)),
  ];
}

/** The pod's field for a target label. "pod" is the only one that is used here. */
function ofPod(label: string): string {
  if (label !== "pod") throw new Error(`the target label ${label} is not supported`);
  return label;
}

/**
 * The ports of all pods with the labels that Prometheus' Kubernetes discovery attaches to them
 * (https://prometheus.io/docs/prometheus/latest/configuration/configuration/#pod). Debian builds Prometheus without that
 * discovery.
 */
export function podTargets(pods: readonly any[]): { targets: string[]; labels: Record<string, string> }[] {
  const found = pods.filter(({ status }) => status.podIP);
  return found.flatMap(({ metadata, spec, status }) =>
    spec.containers.flatMap(({ ports = [] }: any) =>
      ports.map(({ name, containerPort }: any) => {
        const known = {
          namespace: metadata.namespace,
          pod_name: metadata.name,
          pod_phase: status.phase,
          pod_container_port_name: name ?? "",
          ...Object.fromEntries(
            Object.entries(metadata.labels).map(([label, value]) => [`pod_label_${asName(label)}`, value as string]),
          ),
        };
        return {
          targets: [`${status.podIP}:${containerPort}`],
          labels: Object.fromEntries(
            Object.entries(known).map(([label, value]) => [`__meta_kubernetes_${label}`, value]),
          ),
        };
      }),
    ),
  );
}

/** A Kubernetes label as part of a Prometheus label. */
const asName = (label: string): string => label.replace(/[^a-zA-Z0-9_]/g, "_");

/** A file of alerting rules: https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/ */
export interface RuleFile {
  readonly groups: [{ readonly name: string; interval: string; readonly rules: Rule[] }];
}

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: { readonly severity: string; readonly title: string };
}

/** The alerting policies of the stack `platform` as rules. */
export function ruleFile(platform: StackJson): RuleFile {
  const conditions = Object.values<any>(platform.resource.google_monitoring_alert_policy).map((policy) => ({
    severity: policy.severity.toLowerCase(),
    title: policy.display_name,
    ...policy.conditions[0].condition_prometheus_query_language,
  }));
  const [{ rule_group: name, evaluation_interval: interval }] = conditions;
  const rules = conditions.map(({ alert_rule: alert, query: expr, duration, severity, title }): Rule => {
    return { alert, expr, for: duration, labels: { severity, title } };
  });
  return { groups: [{ name, interval, rules }] };
}
