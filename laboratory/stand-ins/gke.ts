import type { ControlPlane } from "../cluster/control-plane";
import type { KubernetesObject } from "../convert/kubernetes-objects";

const text = { type: "string" };
const texts = { type: "array", items: text };
const textMap = { type: "object", additionalProperties: text };

/**
 * The part of SecretProviderClass that is used here; GKE's Secret Manager add-on installs the complete definition.
 * https://github.com/kubernetes-sigs/secrets-store-csi-driver/blob/main/apis/v1/secretproviderclass_types.go
 */
const secretProviderClasses = definition("secrets-store.csi.x-k8s.io", "SecretProviderClass", "secretproviderclasses", {
  properties: { spec: { type: "object", properties: { provider: text, parameters: textMap } } },
});

/**
 * The part of PodMonitoring that is used here, with its defaults; managed Prometheus installs the complete definition.
 * https://github.com/GoogleCloudPlatform/prometheus-engine/blob/main/pkg/operator/apis/monitoring/v1/pod_types.go
 */
const podMonitorings = definition("monitoring.googleapis.com", "PodMonitoring", "podmonitorings", {
  required: ["spec"],
  properties: {
    spec: {
      type: "object",
      required: ["endpoints", "selector"],
      properties: {
        selector: { type: "object", "x-kubernetes-map-type": "atomic", properties: { matchLabels: textMap } },
        endpoints: {
          type: "array",
          items: {
            type: "object",
            required: ["port"],
            properties: {
              port: {
                anyOf: [{ type: "integer" }, text],
                maxLength: 253,
                minLength: 1,
                "x-kubernetes-int-or-string": true,
              },
              path: text,
              params: { type: "object", additionalProperties: texts },
              interval: { ...text, format: "duration" },
              metricRelabeling: {
                type: "array",
                maxItems: 250,
                items: {
                  type: "object",
                  properties: {
                    action: { ...text, enum: ["replace", "keep", "drop"] },
                    regex: { ...text, maxLength: 10000 },
                    sourceLabels: { ...texts, maxItems: 100 },
                    targetLabel: { ...text, pattern: "^[a-zA-Z_][a-zA-Z0-9_]*$" },
                  },
                },
              },
            },
          },
        },
        targetLabels: {
          type: "object",
          default: {},
          properties: {
            fromPod: {
              type: "array",
              items: { type: "object", required: ["from"], properties: { from: text, to: text } },
            },
            metadata: {
              ...texts,
              default: ["container", "pod", "top_level_controller_name", "top_level_controller_type"],
              "x-kubernetes-list-type": "set",
            },
          },
        },
      },
    },
  },
});

/** A CustomResourceDefinition with the version v1 and a status subresource. @param schema of its objects */
function definition(group: string, kind: string, plural: string, schema: object): KubernetesObject {
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      names: { kind, listKind: `${kind}List`, plural, singular: kind.toLowerCase() },
      scope: "Namespaced",
      versions: [
        {
          name: "v1",
          served: true,
          storage: true,
          subresources: { status: {} },
          schema: { openAPIV3Schema: { type: "object", ...schema } },
        },
      ],
    },
  };
}

/** Applies the definitions of GKE's add-ons, and waits until objects of their kinds can be applied. */
export function applyDefinitions(controlPlane: ControlPlane): void {
  const definitions = [secretProviderClasses, podMonitorings];
  controlPlane.apply(definitions);
  const names = definitions.map(({ metadata }) => `crd/${metadata.name}`);
  // With --for=condition, kubectl fails at once for a definition that has no conditions yet.
  const established = '--for=jsonpath={.status.conditions[?(@.type=="Established")].status}=True';
  controlPlane.kubectl(["wait", established, ...names, "--timeout=30s"]);
}

/**
 * The pods that GKE runs in every cluster, in kube-system: they don't tolerate our pools' taints, and their requests
 * are those of a small cluster with GKE 1.33. In real clusters they belong to Deployments.
 */
export const podsOfGke: KubernetesObject[] = [
  podOfGke("kube-dns-1", "270m", "120Mi"),
  podOfGke("kube-dns-2", "270m", "120Mi"),
  podOfGke("konnectivity-agent-1", "10m", "30Mi"),
  podOfGke("konnectivity-agent-2", "10m", "30Mi"),
  podOfGke("metrics-server", "48m", "105Mi"),
  podOfGke("event-exporter-gke", "10m", "30Mi"),
];

function podOfGke(name: string, cpu: string, memory: string): KubernetesObject {
  const container = { name: "main", image: `registry.example/${name}`, resources: { requests: { cpu, memory } } };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: "kube-system" },
    spec: { containers: [container] },
  };
}
