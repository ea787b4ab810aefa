import { DiskClass } from "../../../lib/kubernetes/disks";
import { SecurePod } from "../../../lib/kubernetes/secure-pod";
import { statefulSet, type StatefulSetProps } from "../../../lib/kubernetes/stateful-set";
import { stackOf } from "../../support/construct";
import { resource } from "../../support/stacks";
import type { StackJson } from "../../../laboratory/synthesis";

const selector = { app: "x" };

function stackWith(props: (diskClass: DiskClass) => Partial<StatefulSetProps> = () => ({})): StackJson {
  return stackOf((scope) => {
    const pod = new SecurePod({
      labels: { ...selector, more: "y" },
      pool: "public",
      parts: [{ containers: [{ name: "main", image: "image:1" }] }],
      apartFrom: ["baking"],
    });
    const diskClass = new DiskClass(scope, "class", { name: "retained" });
    statefulSet(scope, { namespace: "farm", name: "x", selector, pod, ...props(diskClass) });
  });
}

const set = (stack: StackJson) => resource(stack, "kubernetes_stateful_set_v1");

test("its governing Service is headless: it has no address to connect to", () => {
  const stack = stackWith();
  const service = resource(stack, "kubernetes_service_v1");
  expect(service.metadata).toEqual({ namespace: "farm", name: "x" });
  expect(service.spec).toEqual({ cluster_ip: "None", selector });
  expect(set(stack).spec.service_name).toMatch(/^\$\{kubernetes_service_v1\.governing-service\.metadata\[0]\.name}$/);
});

test("a pod that can't start doesn't block its own fix, and an apply doesn't wait for it", () => {
  const { metadata, spec, wait_for_rollout } = set(stackWith());
  expect(metadata).toEqual({ namespace: "farm", name: "x", labels: { app: "x", more: "y" } });
  expect(spec).toMatchObject({ replicas: "1", pod_management_policy: "Parallel", revision_history_limit: 10 });
  expect(spec.selector).toEqual({ match_labels: selector });
  expect(wait_for_rollout).toBe(false);
});

test("each pod gets its own disk, if asked for", () => {
  expect(set(stackWith()).spec.volume_claim_template).toBeUndefined();
  const { spec } = set(
    stackWith((diskClass) => ({ replicas: 2, disk: { volumeName: "data", diskClass, sizeGiB: 100 } })),
  );
  expect(spec.replicas).toBe("2");
  expect(spec.volume_claim_template).toEqual([
    {
      metadata: { name: "data" },
      spec: {
        access_modes: ["ReadWriteOncePod"],
        storage_class_name: expect.stringContaining("kubernetes_storage_class_v1.class_"),
        resources: { requests: { storage: "100Gi" } },
      },
    },
  ]);
});
