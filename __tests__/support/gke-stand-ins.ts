import type { KubernetesObject } from "./kubernetes-objects";

/**
 * A stand-in for the definition that GKE's add-on for Secret Manager brings: as much of SecretProviderClass as is used
 * here (kubernetes-sigs/secrets-store-csi-driver, api v1).
 */
export const secretProviderClasses: KubernetesObject = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "secretproviderclasses.secrets-store.csi.x-k8s.io" },
  spec: {
    group: "secrets-store.csi.x-k8s.io",
    names: {
      kind: "SecretProviderClass",
      listKind: "SecretProviderClassList",
      plural: "secretproviderclasses",
      singular: "secretproviderclass",
    },
    scope: "Namespaced",
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: "object",
            properties: {
              spec: {
                type: "object",
                properties: {
                  provider: { type: "string" },
                  parameters: { type: "object", additionalProperties: { type: "string" } },
                },
              },
            },
          },
        },
      },
    ],
  },
};

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
