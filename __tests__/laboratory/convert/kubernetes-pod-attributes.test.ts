import { StatefulSetV1 } from "@cdktf/provider-kubernetes/lib/stateful-set-v1";
import { escapeTerraform } from "../../../lib/terraform/escape";
import { kubernetesObjects } from "../../../laboratory/convert/kubernetes-objects";
import { stackOf } from "../../support/construct";

const container = { name: "node", image: "octez:v25" };

describe("a pod template", () => {
  const [object] = kubernetesObjects(
    stackOf((scope) => {
      new StatefulSetV1(scope, "set", {
        metadata: { name: "baking-node", namespace: "farm", labels: { a: "b" } },
        waitForRollout: false,
        lifecycle: { ignoreChanges: ["spec[0].replicas"] },
        spec: {
          serviceName: "baking-node",
          replicas: "1",
          revisionHistoryLimit: 10,
          selector: { matchLabels: { a: "b" } },
          updateStrategy: [{ type: "RollingUpdate", rollingUpdate: [{ partition: 0 }] }],
          persistentVolumeClaimRetentionPolicy: [{ whenDeleted: "Retain", whenScaled: "Retain" }],
          template: {
            metadata: { labels: { a: "b" }, annotations: { "checksum/config": "1" } },
            spec: {
              automountServiceAccountToken: false,
              hostPid: false,
              shareProcessNamespace: false,
              terminationGracePeriodSeconds: 60,
              nodeSelector: { pool: "baking" },
              toleration: [
                { key: "pool", value: "baking", effect: "NoSchedule" },
                { key: "x", operator: "Exists", effect: "NoExecute", tolerationSeconds: "30" },
              ],
              securityContext: {
                runAsNonRoot: true,
                runAsUser: "1000",
                fsGroup: "1000",
                seccompProfile: { type: "RuntimeDefault" },
              },
              topologySpreadConstraint: [
                { topologyKey: "topology.kubernetes.io/zone", labelSelector: [{ matchLabels: { a: "b" } }] },
              ],
              affinity: {
                podAntiAffinity: {
                  requiredDuringSchedulingIgnoredDuringExecution: [
                    {
                      topologyKey: "kubernetes.io/hostname",
                      labelSelector: [{ matchExpressions: [{ key: "role", operator: "In", values: ["public"] }] }],
                    },
                  ],
                },
              },
              initContainer: [{ ...container, command: ["sh"], args: ["-c", escapeTerraform('echo "${HOME}" %{x}')] }],
              container: [
                {
                  ...container,
                  env: [
                    { name: "A", value: "1" },
                    { name: "IP", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } },
                  ],
                  lifecycle: { preStop: [{ exec: { command: ["sleep", "5"] } }] },
                  port: [{ name: "rpc", containerPort: 8732 }],
                  readinessProbe: { httpGet: { path: "/", port: "rpc" }, periodSeconds: 5 },
                  livenessProbe: { tcpSocket: [{ port: "9732" }] },
                  resources: { requests: { cpu: "500m" }, limits: { memory: "1Gi" } },
                  securityContext: { readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } },
                  volumeMount: [
                    { name: "data", mountPath: "/data" },
                    { name: "scripts", mountPath: "/scripts", readOnly: true },
                  ],
                },
              ],
              volume: [
                { name: "scripts", configMap: { name: "scripts", defaultMode: "0555" } },
                { name: "tmp", emptyDir: {} },
                {
                  name: "key",
                  csi: {
                    driver: "secrets-store-gke.csi.k8s.io",
                    readOnly: true,
                    volumeAttributes: { secretProviderClass: "key" },
                  },
                },
              ],
            },
          },
          volumeClaimTemplate: [
            {
              metadata: { name: "data", namespace: "farm" },
              spec: {
                accessModes: ["ReadWriteOncePod"],
                storageClassName: "disk",
                resources: { requests: { storage: "200Gi" } },
              },
            },
          ],
        },
      });
    }),
  );

  test("is the one that the provider creates, including its defaults", () => {
    expect(object).toEqual({
      apiVersion: "apps/v1",
      kind: "StatefulSet",
      metadata: { name: "baking-node", namespace: "farm", labels: { a: "b" } },
      spec: {
        serviceName: "baking-node",
        replicas: 1,
        revisionHistoryLimit: 10,
        selector: { matchLabels: { a: "b" } },
        updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 0 } },
        persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
        template: {
          metadata: { labels: { a: "b" }, annotations: { "checksum/config": "1" } },
          spec: {
            automountServiceAccountToken: false,
            enableServiceLinks: true,
            hostPID: false,
            shareProcessNamespace: false,
            terminationGracePeriodSeconds: 60,
            nodeSelector: { pool: "baking" },
            tolerations: [
              { key: "pool", operator: "Equal", value: "baking", effect: "NoSchedule" },
              { key: "x", operator: "Exists", effect: "NoExecute", tolerationSeconds: 30 },
            ],
            securityContext: {
              runAsNonRoot: true,
              runAsUser: 1000,
              fsGroup: 1000,
              seccompProfile: { type: "RuntimeDefault" },
            },
            topologySpreadConstraints: [
              {
                topologyKey: "topology.kubernetes.io/zone",
                labelSelector: { matchLabels: { a: "b" } },
                maxSkew: 1,
                whenUnsatisfiable: "DoNotSchedule",
              },
            ],
            affinity: {
              podAntiAffinity: {
                requiredDuringSchedulingIgnoredDuringExecution: [
                  {
                    topologyKey: "kubernetes.io/hostname",
                    labelSelector: { matchExpressions: [{ key: "role", operator: "In", values: ["public"] }] },
                  },
                ],
              },
            },
            initContainers: [{ ...container, command: ["sh"], args: ["-c", 'echo "${HOME}" %{x}'] }],
            containers: [
              {
                ...container,
                env: [
                  { name: "A", value: "1" },
                  { name: "IP", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } },
                ],
                lifecycle: { preStop: { exec: { command: ["sleep", "5"] } } },
                ports: [{ name: "rpc", containerPort: 8732 }],
                readinessProbe: { httpGet: { path: "/", port: "rpc" }, periodSeconds: 5 },
                livenessProbe: { tcpSocket: { port: 9732 } },
                resources: { requests: { cpu: "500m" }, limits: { memory: "1Gi" } },
                securityContext: {
                  allowPrivilegeEscalation: true,
                  capabilities: { drop: ["ALL"] },
                  privileged: false,
                  readOnlyRootFilesystem: true,
                  runAsNonRoot: false,
                },
                volumeMounts: [
                  { name: "data", mountPath: "/data", mountPropagation: "None" },
                  { name: "scripts", mountPath: "/scripts", readOnly: true, mountPropagation: "None" },
                ],
              },
            ],
            volumes: [
              { name: "scripts", configMap: { name: "scripts", defaultMode: 0o555, optional: false } },
              { name: "tmp", emptyDir: {} },
              {
                name: "key",
                csi: {
                  driver: "secrets-store-gke.csi.k8s.io",
                  fsType: "",
                  readOnly: true,
                  volumeAttributes: { secretProviderClass: "key" },
                },
              },
            ],
          },
        },
        volumeClaimTemplates: [
          {
            metadata: { name: "data", namespace: "farm" },
            spec: {
              accessModes: ["ReadWriteOncePod"],
              storageClassName: "disk",
              resources: { requests: { storage: "200Gi" } },
            },
          },
        ],
      },
    });
  });
});
