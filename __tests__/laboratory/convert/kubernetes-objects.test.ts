import { ConfigMapV1 } from "@cdktf/provider-kubernetes/lib/config-map-v1";
import { DeploymentV1 } from "@cdktf/provider-kubernetes/lib/deployment-v1";
import { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import { NamespaceV1 } from "@cdktf/provider-kubernetes/lib/namespace-v1";
import { NetworkPolicyV1 } from "@cdktf/provider-kubernetes/lib/network-policy-v1";
import { PersistentVolumeV1 } from "@cdktf/provider-kubernetes/lib/persistent-volume-v1";
import { PodDisruptionBudgetV1 } from "@cdktf/provider-kubernetes/lib/pod-disruption-budget-v1";
import { ServiceV1 } from "@cdktf/provider-kubernetes/lib/service-v1";
import { StorageClassV1 } from "@cdktf/provider-kubernetes/lib/storage-class-v1";
import { kubernetesObjects, kubernetesObjectsByAddress } from "../../../laboratory/convert/kubernetes-objects";
import type { TerraformJson } from "../../../laboratory/convert/terraform-references";
import { stackOf } from "../../support/construct";

const container = { name: "node", image: "octez:v25" };

describe("each kind", () => {
  const objects = kubernetesObjectsByAddress(
    stackOf((scope) => {
      new ServiceV1(scope, "service", {
        metadata: { name: "node", namespace: "farm" },
        waitForLoadBalancer: false,
        spec: {
          clusterIp: "None",
          selector: { a: "b" },
          port: [
            { name: "rpc", port: 8732, targetPort: "rpc" },
            { name: "p2p", port: 9732, targetPort: "9732", protocol: "TCP" },
          ],
        },
      });
      new NetworkPolicyV1(scope, "policy", {
        metadata: { name: "p", namespace: "farm" },
        spec: {
          podSelector: {},
          policyTypes: ["Egress"],
          egress: [
            {
              to: [{ ipBlock: { cidr: "0.0.0.0/0", except: ["10.0.0.0/8"] } }],
              ports: [{ port: "8732", endPort: 8740, protocol: "TCP" }],
            },
          ],
        },
      });
      new PersistentVolumeV1(scope, "volume", {
        metadata: { name: "disk" },
        spec: [
          {
            accessModes: ["ReadWriteOncePod"],
            capacity: { storage: "200Gi" },
            storageClassName: "disk",
            persistentVolumeSource: {
              csi: { driver: "pd.csi.storage.gke.io", volumeHandle: "projects/p/regions/r/disks/d", fsType: "ext4" },
            },
            claimRef: { name: "data", namespace: "farm" },
            nodeAffinity: {
              required: {
                nodeSelectorTerm: [{ matchExpressions: [{ key: "zone", operator: "In", values: ["a", "b"] }] }],
              },
            },
          },
        ],
      });
      new StorageClassV1(scope, "class", {
        metadata: { name: "disk" },
        storageProvisioner: "pd.csi.storage.gke.io",
        allowedTopologies: { matchLabelExpressions: [{ key: "zone", values: ["a"] }] },
      });
      new PodDisruptionBudgetV1(scope, "budget", {
        metadata: { name: "b", namespace: "farm" },
        spec: { maxUnavailable: "1", selector: { matchLabels: { a: "b" } } },
      });
      new Manifest(scope, "manifest", {
        manifest: {
          apiVersion: "secrets-store.csi.x-k8s.io/v1",
          kind: "SecretProviderClass",
          metadata: { name: "key", namespace: "farm" },
          spec: { provider: "gke" },
        },
      });
    }),
  );
  const object = (address: string) => objects.get(address);

  test("Service: target ports are names or numbers", () => {
    expect(object("kubernetes_service_v1.service")).toEqual({
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "node", namespace: "farm" },
      spec: {
        clusterIP: "None",
        selector: { a: "b" },
        ports: [
          { name: "rpc", port: 8732, targetPort: "rpc" },
          { name: "p2p", port: 9732, targetPort: 9732, protocol: "TCP" },
        ],
      },
    });
  });

  test("NetworkPolicy: an empty selector is kept", () => {
    expect(object("kubernetes_network_policy_v1.policy")).toMatchObject({
      spec: {
        podSelector: {},
        policyTypes: ["Egress"],
        egress: [
          {
            to: [{ ipBlock: { cidr: "0.0.0.0/0", except: ["10.0.0.0/8"] } }],
            ports: [{ port: 8732, endPort: 8740, protocol: "TCP" }],
          },
        ],
      },
    });
  });

  test("PersistentVolume: its source is a field of the spec", () => {
    expect(object("kubernetes_persistent_volume_v1.volume")).toEqual({
      apiVersion: "v1",
      kind: "PersistentVolume",
      metadata: { name: "disk" },
      spec: {
        accessModes: ["ReadWriteOncePod"],
        capacity: { storage: "200Gi" },
        storageClassName: "disk",
        csi: { driver: "pd.csi.storage.gke.io", volumeHandle: "projects/p/regions/r/disks/d", fsType: "ext4" },
        claimRef: { name: "data", namespace: "farm" },
        nodeAffinity: {
          required: {
            // A set, in the order in which the provider sends it.
            nodeSelectorTerms: [{ matchExpressions: [{ key: "zone", operator: "In", values: ["b", "a"] }] }],
          },
        },
      },
    });
  });

  test("StorageClass: its fields are at the top level", () => {
    expect(object("kubernetes_storage_class_v1.class")).toEqual({
      apiVersion: "storage.k8s.io/v1",
      kind: "StorageClass",
      metadata: { name: "disk" },
      provisioner: "pd.csi.storage.gke.io",
      allowedTopologies: [{ matchLabelExpressions: [{ key: "zone", values: ["a"] }] }],
      allowVolumeExpansion: true,
    });
  });

  test("PodDisruptionBudget: an amount is a number", () => {
    expect(object("kubernetes_pod_disruption_budget_v1.budget")).toMatchObject({
      apiVersion: "policy/v1",
      spec: { maxUnavailable: 1, selector: { matchLabels: { a: "b" } } },
    });
  });

  test("a manifest is the object itself", () => {
    expect(object("kubernetes_manifest.manifest")).toEqual({
      apiVersion: "secrets-store.csi.x-k8s.io/v1",
      kind: "SecretProviderClass",
      metadata: { name: "key", namespace: "farm" },
      spec: { provider: "gke" },
    });
  });
});

describe("a resource that refers to another", () => {
  const made = stackOf((scope) => {
    const namespace = new NamespaceV1(scope, "z-namespace", { metadata: { name: "farm" } });
    const service = new ServiceV1(scope, "b-service", {
      metadata: { name: "node", namespace: namespace.metadata.name },
      spec: {},
    });
    const scripts = new ConfigMapV1(scope, "scripts", {
      metadata: { name: "scripts", namespace: namespace.metadata.name },
      data: { peer: `${service.spec.clusterIp}:9732` },
    });
    new DeploymentV1(scope, "a-deployment", {
      metadata: { name: "d", namespace: namespace.metadata.name },
      spec: {
        template: {
          metadata: {},
          spec: { container: [container], volume: [{ name: "s", configMap: { name: scripts.metadata.name } }] },
        },
      },
    });
  });

  test("comes after it and contains its value", () => {
    const objects = kubernetesObjects(made);
    expect(objects.map(({ kind }) => kind)).toEqual(["Namespace", "Service", "ConfigMap", "Deployment"]);
    expect(objects.slice(1).map(({ metadata }) => metadata.namespace)).toEqual(["farm", "farm", "farm"]);
    expect(objects[3]).toMatchObject({
      spec: { template: { spec: { volumes: [{ configMap: { name: "scripts" } }] } } },
    });
  });

  test("a Service's cluster IP is a stand-in, unless it is given", () => {
    expect(kubernetesObjects(made)[2]!["data"]).toEqual({ peer: "198.18.0.1:9732" });
    const values = { "kubernetes_service_v1.b-service.spec[0].cluster_ip": "10.96.0.7" };
    expect(kubernetesObjects(made, values)[2]!["data"]).toEqual({ peer: "10.96.0.7:9732" });
  });

  test("another stack's output must be given", () => {
    const other = "data.terraform_remote_state.platform.outputs.disk";
    const json = configMap({ data: { disk: `\${${other}}` } });
    expect(() => kubernetesObjects(json)).toThrow(
      `kubernetes_config_map_v1.x: data: the value of \${${other}} is unknown here: pass it in values, under ${other}`,
    );
    expect(kubernetesObjects(json, { [other]: "projects/p" })[0]!["data"]).toEqual({ disk: "projects/p" });
  });

  test("functions are not evaluated", () => {
    expect(() => kubernetesObjects(configMap({ data: { a: '${join(",", [])}' } }))).toThrow("the value of ${join(");
  });

  test("can't refer to itself", () => {
    expect(() =>
      kubernetesObjects(configMap({ metadata: { name: "${kubernetes_config_map_v1.x.metadata[0].name}" } })),
    ).toThrow("circular dependency");
  });
});

describe("an error names the resource and the path", () => {
  test.each([
    [{ metadata: { name: "x" }, dada: {} }, "kubernetes_config_map_v1.x: dada is not in the table of known attributes"],
    [
      { metadata: { name: "x", label: {} } },
      "kubernetes_config_map_v1.x: metadata.label is not in the table of known attributes",
    ],
    [{ metadata: [{ name: "x" }, { name: "y" }] }, "kubernetes_config_map_v1.x: metadata must be one block, not 2"],
    [
      { metadata: { name: "x" }, immutable: "yes" },
      'kubernetes_config_map_v1.x: immutable: must be true or false, not "yes"',
    ],
    [{ metadata: { name: "x" }, data: "a" }, 'kubernetes_config_map_v1.x: data: must be a map, not "a"'],
    [
      { metadata: { name: "x" }, data: { a: "%{ if true }" } },
      "kubernetes_config_map_v1.x: %{ starts a template directive",
    ],
    [
      { metadata: { name: "x" }, count: 2 },
      "kubernetes_config_map_v1.x: count is not in the table of known attributes",
    ],
  ])("%j", (body, message) => {
    expect(() => kubernetesObjects(configMap(body))).toThrow(message);
  });

  test("deep in a pod", () => {
    const spec = { template: { spec: { container: [{ name: "a" }, { name: "b", port: [{ containerPort: 1 }] }] } } };
    const json = { resource: { kubernetes_deployment_v1: { d: { metadata: { name: "d" }, spec } } } };
    expect(() => kubernetesObjects(json)).toThrow(
      "kubernetes_deployment_v1.d: spec.template.spec.container[1].port[0].containerPort is not in the table of known attributes",
    );
  });

  test("an unknown type of resource", () => {
    const json = { resource: { kubernetes_cron_job_v1: { job: { metadata: { name: "j" } } } } };
    expect(() => kubernetesObjects(json)).toThrow(
      "kubernetes_cron_job_v1.job: kubernetes_cron_job_v1 is not in the table of known resources",
    );
  });

  test("resources of other providers are ignored", () => {
    expect(kubernetesObjects({ resource: { google_compute_address: { a: {} } } })).toEqual([]);
  });
});

function configMap(body: Record<string, unknown>): TerraformJson {
  return { resource: { kubernetes_config_map_v1: { x: { metadata: { name: "x" }, ...body } } } };
}
