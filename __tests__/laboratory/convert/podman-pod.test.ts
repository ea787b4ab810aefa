import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KubernetesObject } from "../../../laboratory/convert/kubernetes-objects";
import { podmanPod } from "../../../laboratory/convert/podman-pod";

const folder = mkdtempSync(join(tmpdir(), "podman-pod-"));
afterAll(() => rmSync(folder, { recursive: true }));

const scripts: KubernetesObject = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "scripts" },
  data: { "run.sh": "#!/bin/sh\n" },
};
const script = { name: "scripts", configMap: { name: "scripts", defaultMode: 0o555 } };

function workload(volumes: unknown[] = [script], env: unknown[] = []): KubernetesObject {
  const containers = [{ name: "node", image: "octez:v25", env }];
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name: "baking-node" },
    spec: {
      template: {
        metadata: { labels: { a: "b" } },
        spec: { securityContext: { runAsUser: 1000 }, containers, volumes },
      },
      volumeClaimTemplates: [{ metadata: { name: "data" } }],
    },
  };
}

test("keeps what podman supports and replaces the rest", () => {
  const env = [
    { name: "NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
    { name: "IP", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } },
  ];
  const pod = podmanPod(workload([script, { name: "tmp", emptyDir: {} }], env), [scripts], {
    name: "drill",
    folder,
    volumes: { data: "/disks/1" },
    images: { "octez:v25": "localhost/octez:stand-in" },
    fields: { "status.podIP": "10.0.96.7" },
  });
  expect(pod).toEqual({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "drill", labels: { a: "b" } },
    spec: {
      securityContext: { runAsUser: 1000 },
      restartPolicy: "Never",
      initContainers: [],
      containers: [
        { name: "node", image: "localhost/octez:stand-in", env: [env[0], { name: "IP", value: "10.0.96.7" }] },
      ],
      volumes: [
        { name: "scripts", hostPath: { path: join(folder, "scripts"), type: "Directory" } },
        { name: "tmp", hostPath: { path: join(folder, "tmp"), type: "Directory" } },
        { name: "data", hostPath: { path: "/disks/1", type: "Directory" } },
      ],
    },
  });
  expect(readFileSync(join(folder, "scripts/run.sh"), "utf8")).toBe("#!/bin/sh\n");
  expect(statSync(join(folder, "scripts/run.sh")).mode & 0o777).toBe(0o555);
  expect(statSync(join(folder, "tmp")).mode & 0o777).toBe(0o777);
});

test("names what needs a replacement", () => {
  const options = { name: "drill", folder, volumes: { data: "/disks/1" } };
  const ip = [{ name: "IP", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } }];
  expect(() => podmanPod(workload(), [scripts], { name: "drill", folder })).toThrow("volume data needs a replacement");
  expect(() => podmanPod(workload([{ name: "key", csi: {} }]), [], options)).toThrow("volume key needs a replacement");
  expect(() => podmanPod(workload([script], ip), [scripts], options)).toThrow("podman does not support status.podIP");
  expect(() => podmanPod(workload(), [], options)).toThrow("ConfigMap scripts does not exist");
});
