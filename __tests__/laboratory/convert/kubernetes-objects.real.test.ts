import { App, TerraformStack } from "cdktf";
import { ConfigMapV1 } from "@cdktf/provider-kubernetes/lib/config-map-v1";
import { DeploymentV1 } from "@cdktf/provider-kubernetes/lib/deployment-v1";
import { NetworkPolicyV1 } from "@cdktf/provider-kubernetes/lib/network-policy-v1";
import { PersistentVolumeV1 } from "@cdktf/provider-kubernetes/lib/persistent-volume-v1";
import { PriorityClassV1 } from "@cdktf/provider-kubernetes/lib/priority-class-v1";
import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { RoleBindingV1 } from "@cdktf/provider-kubernetes/lib/role-binding-v1";
import { RoleV1 } from "@cdktf/provider-kubernetes/lib/role-v1";
import { SecretV1 } from "@cdktf/provider-kubernetes/lib/secret-v1";
import { ServiceAccountV1 } from "@cdktf/provider-kubernetes/lib/service-account-v1";
import { ServiceV1 } from "@cdktf/provider-kubernetes/lib/service-v1";
import { StatefulSetV1 } from "@cdktf/provider-kubernetes/lib/stateful-set-v1";
import { StorageClassV1 } from "@cdktf/provider-kubernetes/lib/storage-class-v1";
import { join } from "node:path";
import { ControlPlane } from "../../../laboratory/cluster/control-plane";
import { kubernetesObjects } from "../../../laboratory/convert/kubernetes-objects";
import { compareObjects, differences } from "../../../laboratory/terraform/provider-objects";
import { describeReal } from "../../support/real";
import { temporaryOutdir } from "../../support/stacks";
import { readStack } from "../../../laboratory/synthesis";
import { terraformProject } from "../../../laboratory/terraform/terraform";

const labels = { a: "b" };

/** Each block with the fewest attributes that the provider accepts, so that it fills in all of its defaults. */
function bareBlocks(stack: TerraformStack, kubeconfig: string): void {
  new KubernetesProvider(stack, "kubernetes", { configPath: kubeconfig });
  new ConfigMapV1(stack, "config", { metadata: { name: "config" }, data: { "run.sh": "#!/bin/sh" } });
  new SecretV1(stack, "secret", { metadata: { name: "secret" } });
  new ServiceAccountV1(stack, "account", { metadata: { name: "account" } });
  new RoleV1(stack, "role", {
    metadata: { name: "role" },
    rule: [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }],
  });
  new RoleBindingV1(stack, "binding", {
    metadata: { name: "binding" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "role" },
    subject: [{ kind: "ServiceAccount", name: "account", namespace: "default" }],
  });
  new PriorityClassV1(stack, "priority", { metadata: { name: "priority" }, value: 1 });
  new StorageClassV1(stack, "class", { metadata: { name: "class" }, storageProvisioner: "pd.csi.storage.gke.io" });
  new PersistentVolumeV1(stack, "volume", {
    metadata: { name: "volume" },
    spec: [
      {
        accessModes: ["ReadWriteOncePod"],
        capacity: { storage: "1Gi" },
        claimRef: { name: "claim" },
        persistentVolumeSource: { csi: { driver: "pd.csi.storage.gke.io", volumeHandle: "d" } },
      },
    ],
  });
  new NetworkPolicyV1(stack, "policy", {
    metadata: { name: "policy" },
    spec: {
      podSelector: {},
      policyTypes: ["Ingress"],
      ingress: [{ ports: [{ port: "8732" }], from: [{ podSelector: {} }] }],
    },
  });
  new ServiceV1(stack, "service", { metadata: { name: "service" }, spec: { port: [{ port: 80 }] } });
  new DeploymentV1(stack, "deployment", {
    metadata: { name: "deployment" },
    waitForRollout: false,
    spec: {
      selector: { matchLabels: labels },
      strategy: { rollingUpdate: {} },
      template: {
        metadata: { labels },
        spec: {
          securityContext: { seccompProfile: {} },
          toleration: [{ key: "pool", value: "a" }],
          topologySpreadConstraint: [{ topologyKey: "zone" }],
          container: [
            {
              name: "main",
              image: "image:1",
              securityContext: { capabilities: {} },
              env: [
                { name: "IP", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } },
                { name: "CPU", valueFrom: { resourceFieldRef: { resource: "limits.cpu", containerName: "main" } } },
                { name: "KEY", valueFrom: { configMapKeyRef: { name: "config", key: "run.sh" } } },
                { name: "SECRET", valueFrom: { secretKeyRef: { name: "secret", key: "a" } } },
              ],
              envFrom: [{ configMapRef: { name: "config" } }, { secretRef: { name: "secret" } }],
              livenessProbe: { httpGet: { path: "/", port: "80" } },
              volumeMount: ["config", "secret", "all", "csi"].map((name) => ({ name, mountPath: `/${name}` })),
            },
          ],
          volume: [
            { name: "config", configMap: { name: "config", items: [{ key: "run.sh", path: "run.sh" }] } },
            { name: "secret", secret: { secretName: "secret" } },
            {
              name: "all",
              projected: [
                {
                  sources: [
                    { configMap: [{ name: "config" }] },
                    { secret: [{ name: "secret" }] },
                    { serviceAccountToken: { path: "token" } },
                  ],
                },
              ],
            },
            { name: "csi", csi: { driver: "secrets-store-gke.csi.k8s.io" } },
          ],
        },
      },
    },
  });
  new StatefulSetV1(stack, "set", {
    metadata: { name: "set" },
    waitForRollout: false,
    spec: {
      serviceName: "service",
      selector: { matchLabels: labels },
      updateStrategy: [{ rollingUpdate: [{}] }],
      template: { metadata: { labels }, spec: { container: [{ name: "main", image: "image:1" }] } },
      volumeClaimTemplate: [
        {
          metadata: { name: "data" },
          spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
        },
      ],
    },
  });
}

describeReal("objects of minimal blocks", { mirror: true, controlPlane: true }, () => {
  let controlPlane: ControlPlane;
  beforeAll(async () => {
    controlPlane = await ControlPlane.start({ controllers: true });
  });
  afterAll(() => controlPlane?.stop());

  test("are those that the provider creates, with the defaults that it sends", async () => {
    const outdir = temporaryOutdir();
    const app = new App({ outdir });
    bareBlocks(new TerraformStack(app, "bare"), controlPlane.kubeconfig);
    app.synth();

    const project = terraformProject(join(outdir, "stacks/bare"), temporaryOutdir());
    await project.init();
    await project.apply();
    const objects = kubernetesObjects(readStack(outdir, "bare"));
    const compared = compareObjects(controlPlane, objects);
    expect(compared).toHaveLength(objects.length);
    expect(differences(compared)).toEqual([]);
  });
});
