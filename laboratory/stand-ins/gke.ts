import type { ControlPlane } from "../cluster/control-plane";
import type { KubernetesObject } from "../convert/kubernetes-objects";

const text = { type: "string" };
const texts = { type: "array", items: text };
const textMap = { type: "object", additionalProperties: text };

/**
 * A stand-in for the definition that GKE's add-on for Secret Manager brings: as much of SecretProviderClass as is used
 * here (kubernetes-sigs/secrets-store-csi-driver, api v1).
 */
const secretProviderClasses = definition("secrets-store.csi.x-k8s.io", "SecretProviderClass", "secretproviderclasses", {
  properties: { spec: { type: "object", properties: { provider: text, parameters: textMap } } },
});

/**
 * The same for managed Prometheus: as much of PodMonitoring as is used here, with what the API server fills in
 * (GoogleCloudPlatform/prometheus-engine, api v1).
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

/** A CustomResourceDefinition of one version, v1. @param schema of its objects, which have a status of their own */
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

/** Defines what GKE's add-ons define. Definitions must be served before an object of their kind can be applied. */
export function applyDefinitions(controlPlane: ControlPlane): void {
  const definitions = [secretProviderClasses, podMonitorings];
  controlPlane.apply(definitions);
  const names = definitions.map(({ metadata }) => `crd/${metadata.name}`);
  // With --for=condition kubectl gives up at once on a definition that has no conditions yet.
  const established = '--for=jsonpath={.status.conditions[?(@.type=="Established")].status}=True';
  controlPlane.kubectl(["wait", established, ...names, "--timeout=30s"]);
}

/**
 * Pods as GKE brings them to every cluster: in kube-system, with no toleration of our pools' taints, and with what they
 * reserve on a small cluster (seen on GKE 1.33). On real clusters they are of Deployments.
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
