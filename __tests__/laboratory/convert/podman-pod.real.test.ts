import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { busyboxArchive } from "../../../laboratory/cluster/busybox-image";
import type { KubernetesObject } from "../../../laboratory/convert/kubernetes-objects";
import { podmanPod, podmanPodNeeds } from "../../../laboratory/convert/podman-pod";
import { describeReal } from "../../support/real";

describeReal("a pod in podman", podmanPodNeeds, () => {
  const name = `podman-pod-${process.pid}`;
  const image = `localhost/${name}:1`;
  const folder = mkdtempSync(join(tmpdir(), "podman-pod-"));
  // In case this host has limits below those of podman.
  const configuration = join(folder, "containers.conf");
  const podman = (...parameters: string[]) => {
    const environment = { ...process.env, CONTAINERS_CONF: configuration };
    const { status, stdout, stderr } = spawnSync("podman", ["--runtime", "runc", ...parameters], {
      encoding: "utf8",
      env: environment,
    });
    if (status !== 0) throw new Error(`podman ${parameters.join(" ")}: ${stderr}`);
    return stdout;
  };

  beforeAll(() => {
    writeFileSync(configuration, '[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]\n');
    podman("import", "--change", "ENV PATH=/bin", busyboxArchive(join(folder, "root")), image);
  });
  afterAll(() => {
    podman("pod", "rm", "--force", "--ignore", name);
    podman("image", "rm", "--force", image);
    rmSync(folder, { recursive: true });
  });

  test("runs its scripts as the pod's user, who can only write to its volumes", () => {
    const lines = [
      "#!/bin/sh",
      "id -u",
      "touch /run/x 2>&1",
      "touch /data/x && echo wrote",
      "grep CapBnd /proc/self/status",
    ];
    const scripts = {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "scripts" },
      data: { "run.sh": lines.join("\n") },
    };
    const securityContext = {
      readOnlyRootFilesystem: true,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
    };
    const workload: KubernetesObject = {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name },
      spec: {
        template: {
          metadata: { labels: { a: "b" } },
          spec: {
            securityContext: { runAsNonRoot: true, runAsUser: 1000, runAsGroup: 1000 },
            nodeSelector: { pool: "baking" },
            containers: [
              {
                name: "node",
                image: "octez:v25",
                command: ["/scripts/run.sh"],
                securityContext,
                readinessProbe: { httpGet: { path: "/", port: 80 } },
                volumeMounts: [
                  { name: "scripts", mountPath: "/scripts", readOnly: true },
                  { name: "data", mountPath: "/data" },
                ],
              },
            ],
            volumes: [
              { name: "scripts", configMap: { name: "scripts", defaultMode: 0o555 } },
              { name: "data", emptyDir: {} },
            ],
          },
        },
      },
    };
    const pod = podmanPod(workload, [scripts], { name, folder, images: { "octez:v25": image } });
    writeFileSync(join(folder, "pod.yaml"), JSON.stringify(pod));
    podman("kube", "play", join(folder, "pod.yaml"));
    podman("wait", `${name}-node`);
    expect(podman("logs", `${name}-node`).trim().split("\n")).toEqual([
      "1000",
      "touch: /run/x: Read-only file system",
      "wrote",
      "CapBnd:\t0000000000000000",
    ]);
  });
});
