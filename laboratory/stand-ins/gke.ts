import type { ControlPlane } from "../cluster/control-plane";
import type { KubernetesObject } from "../convert/kubernetes-objects";
import type { StackJson } from "../synthesis";

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
 * What GKE's webhook neg-annotation.common-webhooks.networking.gke.io does to every new Service of a cluster with VPC-native
 * networking. https://cloud.google.com/kubernetes-engine/docs/concepts/container-native-load-balancing
 */
const serviceAnnotations: KubernetesObject[] = [
  {
    apiVersion: "admissionregistration.k8s.io/v1beta1",
    kind: "MutatingAdmissionPolicy",
    metadata: { name: "neg-annotation.common-webhooks.networking.gke.io" },
    spec: {
      matchConstraints: {
        resourceRules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["services"] }],
      },
      failurePolicy: "Fail",
      reinvocationPolicy: "Never",
      mutations: [
        {
          patchType: "ApplyConfiguration",
          applyConfiguration: {
            expression: `Object{metadata: Object.metadata{annotations: {"cloud.google.com/neg": '{"ingress":true}'}}}`,
          },
        },
      ],
    },
  },
  {
    apiVersion: "admissionregistration.k8s.io/v1beta1",
    kind: "MutatingAdmissionPolicyBinding",
    metadata: { name: "neg-annotation.common-webhooks.networking.gke.io" },
    spec: { policyName: "neg-annotation.common-webhooks.networking.gke.io" },
  },
];

/**
 * Lets the API server annotate new Services as GKE's webhook does, once it returns. The control plane must serve
 * MutatingAdmissionPolicy.
 */
export async function annotateServices(controlPlane: ControlPlane): Promise<void> {
  controlPlane.apply(serviceAnnotations);
  const probe = JSON.stringify({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "annotated", namespace: "default" },
    spec: { ports: [{ port: 1 }] },
  });
  // The API server takes up a new policy after a moment.
  await controlPlane.until("new Services are annotated", () =>
    controlPlane.kubectl(["create", "--dry-run=server", "-o", "json", "-f", "-"], probe).stdout.includes(negAnnotation),
  );
}

const negAnnotation = "cloud.google.com/neg";

/**
 * What GKE's controllers write into the Services of a namespace after they were created: which groups of endpoints serve
 * them, and the parts of an external load balancer.
 * https://cloud.google.com/kubernetes-engine/docs/how-to/standalone-neg and
 * https://github.com/kubernetes/ingress-gce/blob/master/pkg/annotations/service.go
 */
export function annotateAsControllers(controlPlane: ControlPlane, namespace: string): void {
  const annotate = (parameters: readonly string[], annotations: readonly string[]) =>
    controlPlane.kubectl(["annotate", "services", "--namespace", namespace, ...parameters, ...annotations]);
  annotate(["--all"], [`${negAnnotation}-status={"network_endpoint_groups":{},"zones":[]}`]);
  const services: StackJson[] = controlPlane.get(["services", "--namespace", namespace]).items;
  const external = services.filter(({ spec }) => spec.type === "LoadBalancer").map(({ metadata }) => metadata.name);
  const part = (name: string) => `service.kubernetes.io/${name}=k8s2-0123abcd`;
  if (external.length > 0) annotate(external, ["backend-service", "firewall-rule", "tcp-forwarding-rule"].map(part));
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
