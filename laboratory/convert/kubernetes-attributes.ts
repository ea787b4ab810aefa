import {
  integer,
  integerOrName,
  many,
  omitted,
  one,
  plainTextSet,
  quantities,
  withDefault,
  text,
  texts,
  textMap,
  textSet,
  flag,
  type Block,
} from "./attribute-table";
import { labelSelector, metadata, nodeSelectorTerm, podTemplate } from "./kubernetes-pod-attributes";

/** The kind of Kubernetes object that a type of Terraform resource becomes. */
export interface ResourceKind {
  readonly apiVersion: string;
  readonly kind: string;
  readonly attributes: Block;
}

const clusterWide: Block = { metadata: one(metadata) };
const namespaced: Block = { metadata: one({ ...metadata, namespace: withDefault("default", text()) }) };

const claimSpec: Block = {
  access_modes: plainTextSet(),
  resources: one({ limits: quantities(), requests: quantities() }),
  selector: one(labelSelector),
  storage_class_name: text(),
  volume_mode: text(),
  volume_name: text(),
};

const serviceSpec: Block = {
  allocate_load_balancer_node_ports: flag(),
  cluster_ip: text("clusterIP"),
  cluster_ips: texts("clusterIPs"),
  external_ips: plainTextSet("externalIPs"),
  external_name: text(),
  external_traffic_policy: text(),
  health_check_node_port: integer(),
  internal_traffic_policy: text(),
  ip_families: texts(),
  ip_family_policy: text(),
  load_balancer_class: text(),
  load_balancer_ip: text("loadBalancerIP"),
  load_balancer_source_ranges: plainTextSet(),
  port: many("ports", {
    app_protocol: text(),
    name: text(),
    node_port: integer(),
    port: integer(),
    protocol: text(),
    target_port: integerOrName(),
  }),
  publish_not_ready_addresses: flag(),
  selector: textMap(),
  session_affinity: text(),
  session_affinity_config: one({ client_ip: one({ timeout_seconds: integer() }, "clientIP") }),
  type: text(),
};

const statefulSetSpec: Block = {
  min_ready_seconds: integer(),
  persistent_volume_claim_retention_policy: one({ when_deleted: text(), when_scaled: text() }),
  pod_management_policy: text(),
  replicas: integer(),
  // The provider sends 0 (Go's zero value), where Kubernetes' own default is 10.
  revision_history_limit: withDefault(0, integer()),
  selector: one(labelSelector),
  service_name: text(),
  template: one(podTemplate),
  update_strategy: one({ type: text(), rolling_update: one({ partition: integer() }) }),
  volume_claim_template: many("volumeClaimTemplates", { ...namespaced, spec: one(claimSpec) }),
};

const deploymentSpec: Block = {
  min_ready_seconds: integer(),
  paused: flag(),
  progress_deadline_seconds: integer(),
  replicas: integer(),
  revision_history_limit: integer(),
  selector: one(labelSelector),
  strategy: one({
    type: text(),
    rolling_update: one({ max_surge: integerOrName(), max_unavailable: integerOrName() }),
  }),
  template: one(podTemplate),
};

const daemonSetSpec: Block = {
  min_ready_seconds: integer(),
  revision_history_limit: integer(),
  selector: one(labelSelector),
  strategy: one(
    { type: text(), rolling_update: one({ max_surge: integerOrName(), max_unavailable: integerOrName() }) },
    "updateStrategy",
  ),
  template: one(podTemplate),
};

const jobSpec: Block = {
  // The defaults are the provider's own, and the same as those of the API server.
  backoff_limit: integer(),
  completions: integer(),
  parallelism: integer(),
  template: one(podTemplate),
};

const policyPorts: Block = { end_port: integer(), port: integerOrName(), protocol: text() };
const policyPeer: Block = {
  ip_block: one({ cidr: text(), except: texts() }),
  namespace_selector: one(labelSelector),
  pod_selector: one(labelSelector),
};
const networkPolicySpec: Block = {
  egress: many("egress", { ports: many("ports", policyPorts), to: many("to", policyPeer) }),
  ingress: many("ingress", { from: many("from", policyPeer), ports: many("ports", policyPorts) }),
  pod_selector: one(labelSelector),
  policy_types: texts(),
};

const secretReference: Block = { name: text(), namespace: text() };
const volumeSource: Block = {
  csi: one({
    controller_expand_secret_ref: one(secretReference),
    controller_publish_secret_ref: one(secretReference),
    driver: text(),
    fs_type: text(),
    node_publish_secret_ref: one(secretReference),
    node_stage_secret_ref: one(secretReference),
    read_only: flag(),
    volume_attributes: textMap(),
    volume_handle: text(),
  }),
  host_path: one({ path: text(), type: text() }),
  local: one({ path: text() }),
};
const persistentVolumeSpec: Block = {
  access_modes: plainTextSet(),
  capacity: quantities(),
  claim_ref: one({ name: text(), namespace: withDefault("default", text()) }),
  mount_options: textSet(),
  node_affinity: one({ required: one({ node_selector_term: many("nodeSelectorTerms", nodeSelectorTerm) }) }),
  persistent_volume_reclaim_policy: text(),
  // In Kubernetes the source is a field of the spec itself.
  persistent_volume_source: { ...one(volumeSource), intoParent: true },
  storage_class_name: text(),
  volume_mode: text(),
};

const roleRule: Block = {
  api_groups: textSet(),
  resource_names: textSet(),
  resources: textSet(),
  verbs: textSet(),
};

/** The types of resources that a stack may contain, except for kubernetes_manifest, which already is an object. */
export const resourceKinds: Readonly<Record<string, ResourceKind>> = {
  kubernetes_namespace_v1: {
    apiVersion: "v1",
    kind: "Namespace",
    attributes: { ...clusterWide, wait_for_default_service_account: omitted },
  },
  kubernetes_priority_class_v1: {
    apiVersion: "scheduling.k8s.io/v1",
    kind: "PriorityClass",
    attributes: {
      ...clusterWide,
      description: text(),
      global_default: flag(),
      preemption_policy: text(),
      value: integer(),
    },
  },
  kubernetes_storage_class_v1: {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    attributes: {
      ...clusterWide,
      allow_volume_expansion: withDefault(true, flag()),
      allowed_topologies: many("allowedTopologies", {
        match_label_expressions: many("matchLabelExpressions", { key: text(), values: plainTextSet() }),
      }),
      mount_options: textSet(),
      parameters: textMap(),
      reclaim_policy: text(),
      storage_provisioner: text("provisioner"),
      volume_binding_mode: text(),
    },
  },
  kubernetes_persistent_volume_v1: {
    apiVersion: "v1",
    kind: "PersistentVolume",
    attributes: { ...clusterWide, spec: one(persistentVolumeSpec) },
  },
  kubernetes_service_account_v1: {
    apiVersion: "v1",
    kind: "ServiceAccount",
    attributes: {
      ...namespaced,
      automount_service_account_token: withDefault(true, flag()),
      image_pull_secret: many("imagePullSecrets", { name: text() }),
      secret: many("secrets", { name: text() }),
    },
  },
  kubernetes_role_v1: {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "Role",
    attributes: { ...namespaced, rule: many("rules", roleRule) },
  },
  kubernetes_role_binding_v1: {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    attributes: {
      ...namespaced,
      role_ref: one({ api_group: text(), kind: text(), name: text() }),
      subject: many("subjects", { api_group: text(), kind: text(), name: text(), namespace: text() }),
    },
  },
  kubernetes_config_map_v1: {
    apiVersion: "v1",
    kind: "ConfigMap",
    attributes: { ...namespaced, binary_data: textMap(), data: textMap(), immutable: withDefault(false, flag()) },
  },
  kubernetes_secret_v1: {
    apiVersion: "v1",
    kind: "Secret",
    attributes: {
      ...namespaced,
      binary_data: textMap("data"),
      data: textMap("stringData"),
      immutable: flag(),
      type: text(),
      wait_for_service_account_token: omitted,
    },
  },
  kubernetes_network_policy_v1: {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    attributes: { ...namespaced, spec: one(networkPolicySpec) },
  },
  kubernetes_persistent_volume_claim_v1: {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    attributes: { ...namespaced, spec: one(claimSpec), wait_until_bound: omitted },
  },
  kubernetes_service_v1: {
    apiVersion: "v1",
    kind: "Service",
    attributes: { ...namespaced, spec: one(serviceSpec), wait_for_load_balancer: omitted },
  },
  kubernetes_pod_disruption_budget_v1: {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    attributes: {
      ...namespaced,
      spec: one({
        max_unavailable: integerOrName(),
        min_available: integerOrName(),
        selector: one(labelSelector),
      }),
    },
  },
  kubernetes_stateful_set_v1: {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    attributes: { ...namespaced, spec: one(statefulSetSpec), wait_for_rollout: omitted },
  },
  kubernetes_daemon_set_v1: {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    attributes: { ...namespaced, spec: one(daemonSetSpec), wait_for_rollout: omitted },
  },
  kubernetes_job_v1: {
    apiVersion: "batch/v1",
    kind: "Job",
    attributes: { ...namespaced, spec: one(jobSpec), wait_for_completion: omitted },
  },
  kubernetes_deployment_v1: {
    apiVersion: "apps/v1",
    kind: "Deployment",
    attributes: { ...namespaced, spec: one(deploymentSpec), wait_for_rollout: omitted },
  },
};
