import { isOff } from "../../../cli/fence/compute-engine";
import type { Node, Pod } from "../../../cli/fence/kubernetes";
import { bakingPod, chosenBaker, nodeOf, refuseIfReplaced, refuseIfHealthy, vmOf } from "../../../cli/fence/target";
import { exampleConfiguration } from "../../../laboratory/examples";

const configuration = exampleConfiguration();
const [baker] = configuration.bakers;
const now = Date.parse("2026-02-01T03:00:00Z");

const pod = (
  change: { labels?: Record<string, string>; claim?: string; phase?: string; node?: string; ends?: string } = {},
) =>
  ({
    metadata: {
      name: "baker-baker-0",
      namespace: "hodl-farm",
      uid: "1",
      labels: change.labels ?? { "app.kubernetes.io/name": "baking-node", "app.kubernetes.io/instance": "baker" },
      deletionTimestamp: change.ends,
    },
    spec: {
      nodeName: "node" in change ? change.node : "vm-1",
      volumes: [{ persistentVolumeClaim: { claimName: change.claim ?? "-" } }],
    },
    status: { phase: change.phase ?? "Running" },
  }) satisfies Pod;
const node = (
  change: Partial<{ name: string; providerID: string; ready: string; taints: Node["spec"]["taints"] }> = {},
): Node => ({
  metadata: { name: change.name ?? "vm-1", uid: "2" },
  spec: {
    providerID: "providerID" in change ? change.providerID : "gce://hodl-farm-baking/us-central1-b/vm-1",
    taints: change.taints,
  },
  status: { conditions: [{ type: "Ready", status: change.ready ?? "Unknown" }] },
});

describe("chosenBaker", () => {
  const two = { ...configuration, bakers: [baker!, { ...baker!, name: "other" }] };

  test("returns the only baker, or the named one", () => {
    expect(chosenBaker(configuration, undefined).name).toBe("baker");
    expect(chosenBaker(two, "other").name).toBe("other");
  });

  test("never guesses", () => {
    expect(() => chosenBaker(two, undefined)).toThrow("Which baker? Add --baker with one of baker, other.");
    expect(() => chosenBaker(two, "another")).toThrow("Baker another does not exist.");
  });
});

describe("bakingPod", () => {
  const find = (...pods: Pod[]) => bakingPod(pods, configuration, baker!);
  const other = pod({ labels: { "app.kubernetes.io/name": "baking-node", "app.kubernetes.io/instance": "other" } });

  test("finds the pod by its labels, or by the baker's disk", () => {
    expect(find(other, pod())).toEqual(pod());
    const bare = pod({ labels: {}, claim: "hodl-farm-baker-baker" });
    expect(find(bare, pod({ phase: "Failed" }))).toEqual(bare);
  });

  test("refuses none, several, and one that is not scheduled", () => {
    expect(() => find(other)).toThrow("Baker baker has no pod");
    expect(() => find(pod(), pod({ labels: {}, claim: "hodl-farm-baker-baker" }))).toThrow("has 2 pods");
    expect(() => find(pod({ node: undefined }))).toThrow("is not on any VM yet");
  });
});

test("nodeOf: a Node that no longer exists needs no fence", () => {
  expect(nodeOf(pod(), [node()])).toEqual(node());
  expect(() => nodeOf(pod(), [node({ name: "vm-2" })])).toThrow("Node vm-1 of baker-baker-0 no longer exists");
});

describe("vmOf", () => {
  test("reads the providerID", () => {
    const vm = { project: "hodl-farm-baking", zone: "us-central1-b", name: "vm-1" };
    expect(vmOf(node(), configuration)).toEqual(vm);
  });

  test.each([
    [undefined, "its providerID is missing"],
    ["kind://docker/vm-1", "its providerID is kind://docker/vm-1"],
    ["gce://another-project/us-central1-b/vm-1", "don't match"],
    ["gce://hodl-farm-baking/europe-west1-b/vm-1", "don't match"],
    ["gce://hodl-farm-baking/us-central1-b/vm-2", "don't match"],
  ])("refuses %s", (providerID, words) => {
    expect(() => vmOf(node({ providerID }), configuration)).toThrow(words);
  });
});

describe("refuseIfHealthy", () => {
  const judge =
    (some: Node, pods: Pod, all: Node[] = []) =>
    () =>
      refuseIfHealthy(pods, some, all, now);
  const ready = node({ ready: "True" });

  test("accepts a Node that does not respond, or whose pod should have terminated", () => {
    expect(judge(node(), pod())).not.toThrow();
    expect(judge(node({ ready: "False" }), pod())).not.toThrow();
    expect(judge(ready, pod({ ends: "2026-02-01T02:59:00Z" }))).not.toThrow();
  });

  test("refuses one that responds, and explains what to do", () => {
    expect(judge(ready, pod())).toThrow("Kubernetes can move the pod itself");
    // Clocks differ.
    expect(judge(ready, pod({ ends: "2026-02-01T02:59:45Z" }))).toThrow("wait until 2026-02-01T02:59:45Z");
  });

  test("reports a taint that was left behind", () => {
    const marked = node({ name: "vm-2", taints: [{ key: "node.kubernetes.io/out-of-service" }] });
    const details = "kubectl taint nodes vm-2 node.kubernetes.io/out-of-service:NoExecute-";
    expect(judge(ready, pod(), [ready, marked])).toThrow(
      expect.objectContaining({ details: expect.stringContaining(details) as string }),
    );
  });
});

test("refuseIfReplaced: the id must be the one that GKE recorded, if it did", () => {
  const { metadata, ...rest } = node();
  const recorded: Node = {
    ...rest,
    metadata: { ...metadata, annotations: { "container.googleapis.com/instance_id": "5" } },
  };
  const judge = (some: Node, id: string) => () => refuseIfReplaced(some, { id, status: "RUNNING" });
  expect(judge(node(), "6")).not.toThrow();
  expect(judge(recorded, "5")).not.toThrow();
  expect(judge(recorded, "6")).toThrow("VM vm-1 has id 6, but the Node was registered by id 5");
  expect(() => refuseIfReplaced(recorded, undefined)).not.toThrow();
});

test.each([
  ["TERMINATED", true],
  ["RUNNING", false],
  ["STOPPING", false],
  ["PENDING_STOP", false],
  // Its memory is kept, so it would resume.
  ["SUSPENDED", false],
])("isOff: %s is %s", (status, off) => {
  expect(isOff("5", { id: "5", status })).toBe(off);
  expect(isOff("5", { id: "6", status })).toBe(true);
  expect(isOff("5", undefined)).toBe(true);
});
