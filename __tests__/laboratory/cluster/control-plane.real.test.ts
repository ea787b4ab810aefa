import { setTimeout as pause } from "node:timers/promises";
import { ControlPlane } from "../../../laboratory/cluster/control-plane";
import type { KubernetesObject } from "../../../laboratory/convert/kubernetes-objects";
import { describeReal } from "../../support/real";

describeReal("a control plane with simulated VMs", { controlPlane: true }, () => {
  let controlPlane: ControlPlane;
  beforeAll(async () => {
    controlPlane = await ControlPlane.start({ scheduler: true, controllers: true });
    await controlPlane.powerOn([
      { name: "vm-1", zone: "us-central1-b", labels: { pool: "a" } },
      { name: "vm-2", zone: "us-central1-f", taints: [{ key: "pool", value: "b", effect: "NoSchedule" }] },
    ]);
  });
  afterAll(() => controlPlane?.stop());

  const namespace: KubernetesObject = {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: "farm", labels: { "pod-security.kubernetes.io/warn": "restricted" } },
  };
  const pod = (name: string): KubernetesObject => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: "farm" },
    spec: { containers: [{ name: "a", image: "b" }], terminationGracePeriodSeconds: 1 },
  });

  test("admits objects and returns its warnings", () => {
    expect(controlPlane.apply([namespace])).toEqual([]);
    const warnings = controlPlane.apply([pod("web")]);
    expect(warnings).toEqual([expect.stringContaining('would violate PodSecurity "restricted')]);
  });

  test("rejects unknown fields", () => {
    const object = { ...namespace, metadata: { name: "other", label: {} } } as KubernetesObject;
    expect(() => controlPlane.apply([object])).toThrow(/unknown field "(metadata\.)?label"/);
    expect(() => controlPlane.get(["namespace", "other"])).toThrow("NotFound");
  });

  test("schedules by taints, and keeps the pods of a lost VM", async () => {
    const phase = () => controlPlane.get(["-n", "farm", "pod", "web"]).status.phase;
    await controlPlane.until("the pod is running", () => phase() === "Running");
    expect(controlPlane.get(["-n", "farm", "pod", "web"]).spec.nodeName).toBe("vm-1");

    controlPlane.lose("vm-1");
    await controlPlane.until("vm-1 is not Ready", () => !controlPlane.readyNodes().includes("vm-1"));
    controlPlane.kubectl(["-n", "farm", "delete", "pod", "web", "--wait=false"]);
    await pause(3000);
    expect(controlPlane.get(["-n", "farm", "pod", "web"]).metadata.deletionTimestamp).toBeDefined();

    await controlPlane.powerOn([{ name: "vm-1", zone: "us-central1-b", labels: { pool: "a" } }]);
    await controlPlane.until("the pod is deleted", () => controlPlane.get(["-n", "farm", "pods"]).items.length === 0);
  });
});
