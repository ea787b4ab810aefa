import {
  flag,
  integer,
  integerOrName,
  integers,
  many,
  octal,
  one,
  plainTextSet,
  quantities,
  withDefault,
  text,
  textMap,
  textSet,
  texts,
  type Block,
} from "./attribute-table";

/** Attributes of an object's metadata. */
export const metadata: Block = {
  annotations: textMap(),
  labels: textMap(),
  name: text(),
};

const matchExpressions = many("matchExpressions", { key: text(), operator: text(), values: textSet() });

/** Attributes of a label selector. */
export const labelSelector: Block = { match_expressions: matchExpressions, match_labels: textMap() };

/** Attributes of a term of a node selector. */
export const nodeSelectorTerm: Block = {
  match_expressions: matchExpressions,
  match_fields: many("matchFields", { key: text(), operator: text(), values: textSet() }),
};

const podAffinityTerm: Block = {
  label_selector: one(labelSelector),
  namespace_selector: one(labelSelector),
  namespaces: textSet(),
  topology_key: text(),
};

const podAffinity: Block = {
  required_during_scheduling_ignored_during_execution: many(
    "requiredDuringSchedulingIgnoredDuringExecution",
    podAffinityTerm,
  ),
  preferred_during_scheduling_ignored_during_execution: many("preferredDuringSchedulingIgnoredDuringExecution", {
    pod_affinity_term: one(podAffinityTerm),
    weight: integer(),
  }),
};

const affinity: Block = {
  node_affinity: one({
    required_during_scheduling_ignored_during_execution: one({
      node_selector_term: many("nodeSelectorTerms", nodeSelectorTerm),
    }),
    preferred_during_scheduling_ignored_during_execution: many("preferredDuringSchedulingIgnoredDuringExecution", {
      preference: one(nodeSelectorTerm),
      weight: integer(),
    }),
  }),
  pod_affinity: one(podAffinity),
  pod_anti_affinity: one(podAffinity),
};

const httpGet = one({
  host: text(),
  http_header: many("httpHeaders", { name: text(), value: text() }),
  path: text(),
  port: integerOrName(),
  scheme: text(),
});
const exec = one({ command: texts() });
const tcpSocket = one({ port: integerOrName() });

const lifecycleHandler: Block = { exec, http_get: httpGet, tcp_socket: tcpSocket };

const probe: Block = {
  ...lifecycleHandler,
  failure_threshold: integer(),
  grpc: one({ port: integer(), service: text() }),
  initial_delay_seconds: integer(),
  period_seconds: integer(),
  success_threshold: integer(),
  timeout_seconds: integer(),
};

const seccompProfile: Block = { localhost_profile: text(), type: withDefault("Unconfined", text()) };

const containerSecurityContext: Block = {
  allow_privilege_escalation: withDefault(true, flag()),
  capabilities: one({ add: texts(), drop: texts() }),
  privileged: withDefault(false, flag()),
  read_only_root_filesystem: withDefault(false, flag()),
  run_as_group: integer(),
  // If omitted, the provider sends false, which overrides the pod's security context.
  run_as_non_root: withDefault(false, flag()),
  run_as_user: integer(),
  seccomp_profile: one(seccompProfile),
};

const optional = withDefault(false, flag());
const fieldReference: Block = { api_version: text(), field_path: text() };
const resourceFieldReference: Block = { container_name: text(), divisor: withDefault("1", text()), resource: text() };

const container: Block = {
  args: texts(),
  command: texts(),
  env: many("env", {
    name: text(),
    value: text(),
    value_from: one({
      config_map_key_ref: one({ key: text(), name: text(), optional }),
      field_ref: one(fieldReference),
      resource_field_ref: one(resourceFieldReference),
      secret_key_ref: one({ key: text(), name: text(), optional }),
    }),
  }),
  env_from: many("envFrom", {
    config_map_ref: one({ name: text(), optional }),
    prefix: text(),
    secret_ref: one({ name: text(), optional }),
  }),
  image: text(),
  image_pull_policy: text(),
  // The container's lifecycle; Terraform's meta-argument of this name only occurs at the top of a resource.
  lifecycle: one({ post_start: one(lifecycleHandler), pre_stop: one(lifecycleHandler) }),
  liveness_probe: one(probe),
  name: text(),
  port: many("ports", {
    container_port: integer(),
    host_ip: text("hostIP"),
    host_port: integer(),
    name: text(),
    protocol: text(),
  }),
  readiness_probe: one(probe),
  resources: one({ limits: quantities(), requests: quantities() }),
  security_context: one(containerSecurityContext),
  startup_probe: one(probe),
  stdin: flag(),
  stdin_once: flag(),
  termination_message_path: text(),
  termination_message_policy: text(),
  tty: flag(),
  volume_device: many("volumeDevices", { device_path: text(), name: text() }),
  volume_mount: many("volumeMounts", {
    mount_path: text(),
    mount_propagation: withDefault("None", text()),
    name: text(),
    read_only: flag(),
    sub_path: text(),
    sub_path_expr: text(),
  }),
  working_dir: text(),
};

const items = many("items", { key: text(), mode: octal(), path: text() });
const downwardItems = many("items", {
  field_ref: one(fieldReference),
  mode: octal(),
  path: text(),
  resource_field_ref: one(resourceFieldReference),
});

const volume: Block = {
  config_map: one({ default_mode: octal(), items, name: text(), optional }),
  csi: one({
    driver: text(),
    fs_type: withDefault("", text()),
    node_publish_secret_ref: one({ name: text() }),
    read_only: withDefault(false, flag()),
    volume_attributes: textMap(),
  }),
  downward_api: one({ default_mode: octal(), items: downwardItems }, "downwardAPI"),
  empty_dir: one({ medium: text(), size_limit: text() }),
  host_path: one({ path: text(), type: text() }),
  name: text(),
  persistent_volume_claim: one({ claim_name: text(), read_only: flag() }),
  projected: one({
    default_mode: octal(),
    sources: many("sources", {
      config_map: one({ items, name: text(), optional }),
      downward_api: one({ items: downwardItems }, "downwardAPI"),
      secret: one({ items, name: text(), optional }),
      service_account_token: one({ audience: text(), expiration_seconds: integer(), path: text() }),
    }),
  }),
  secret: one({ default_mode: octal(), items, optional, secret_name: text() }),
};

const podSecurityContext: Block = {
  fs_group: integer(),
  fs_group_change_policy: text(),
  run_as_group: integer(),
  run_as_non_root: withDefault(false, flag()),
  run_as_user: integer(),
  seccomp_profile: one(seccompProfile),
  supplemental_groups: integers(),
  sysctl: many("sysctls", { name: text(), value: text() }),
};

const podSpec: Block = {
  affinity: one(affinity),
  automount_service_account_token: withDefault(true, flag()),
  container: many("containers", container),
  dns_config: one({
    nameservers: texts(),
    option: many("options", { name: text(), value: text() }),
    searches: texts(),
  }),
  dns_policy: text(),
  enable_service_links: withDefault(true, flag()),
  host_aliases: many("hostAliases", { hostnames: texts(), ip: text() }),
  host_ipc: flag("hostIPC"),
  host_network: flag(),
  host_pid: flag("hostPID"),
  hostname: text(),
  image_pull_secrets: many("imagePullSecrets", { name: text() }),
  init_container: many("initContainers", container),
  node_name: text(),
  node_selector: textMap(),
  priority_class_name: text(),
  restart_policy: text(),
  runtime_class_name: text(),
  scheduler_name: text(),
  security_context: one(podSecurityContext),
  service_account_name: text(),
  share_process_namespace: withDefault(false, flag()),
  subdomain: text(),
  termination_grace_period_seconds: integer(),
  toleration: many("tolerations", {
    effect: text(),
    key: text(),
    operator: withDefault("Equal", text()),
    toleration_seconds: integer(),
    value: text(),
  }),
  topology_spread_constraint: many("topologySpreadConstraints", {
    label_selector: one(labelSelector),
    match_label_keys: plainTextSet(),
    max_skew: withDefault(1, integer()),
    min_domains: integer(),
    node_affinity_policy: text(),
    node_taints_policy: text(),
    topology_key: text(),
    when_unsatisfiable: withDefault("DoNotSchedule", text()),
  }),
  volume: many("volumes", volume),
};

/** Attributes of a pod template. */
export const podTemplate: Block = { metadata: one(metadata), spec: one(podSpec) };
