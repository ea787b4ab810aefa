import { poolsOf, workloadsOf, type Workload } from "../../../cli/synth/placement";
import { exampleConfiguration } from "../../../laboratory/examples";
import { synthesise } from "../../../laboratory/synthesis";

const stacks = { ...synthesise(exampleConfiguration()) };
const pools = poolsOf(stacks.platform);

/** The example's workloads by name, after a change to the synthesised JSON. */
function workloads(change: (baker: typeof stacks.baker) => void = () => {}): Record<string, Workload> {
  const baker = structuredClone(stacks.baker);
  change(baker);
  return Object.fromEntries(workloadsOf(baker, pools).map((workload) => [workload.name, workload]));
}
const bakingNode = (baker: typeof stacks.baker) =>
  Object.values<typeof stacks.baker>(baker.resource.kubernetes_stateful_set_v1).find(
    ({ metadata }) => metadata.name === "baker-baker",
  );

describe("poolsOf", () => {
  test("counts the VMs of all zones", () => {
    expect(Object.fromEntries(pools.map(({ name, vms, zones }) => [name, [vms, zones.length]]))).toEqual({
      baking: [2, 2],
      public: [2, 2],
      system: [2, 2],
    });
  });
});

describe("workloadsOf", () => {
  test("finds each workload's pool by selector and taint", () => {
    const found = Object.fromEntries(Object.values(workloads()).map(({ name, pools: own }) => [name, own]));
    expect(found).toEqual({
      "baker-baker": ["baking"],
      "public-node": ["public"],
      "forwarder-1": ["system"],
      "forwarder-2": ["system"],
      "image-pre-pull": ["baking"],
    });
  });

  test("counts a pod on every VM for a DaemonSet", () => {
    expect(workloads()["image-pre-pull"]).toMatchObject({ replicas: 2, containers: ["octez", "haproxy"] });
  });

  test("without its toleration a pod may run nowhere; without its selector, in every pool that it tolerates", () => {
    const pod = (baker: typeof stacks.baker) => bakingNode(baker).spec.template.spec;
    expect(workloads((baker) => delete pod(baker).toleration)["baker-baker"]?.pools).toEqual([]);
    expect(workloads((baker) => delete pod(baker).node_selector)["baker-baker"]?.pools).toEqual(["baking", "system"]);
  });

  test("limits a pod to the zones of its disk", () => {
    const oneZone = workloads((baker) => {
      const [volume] = Object.values<typeof stacks.baker>(baker.resource.kubernetes_persistent_volume_v1);
      const [term] = volume.spec[0].node_affinity.required.node_selector_term;
      term.match_expressions[0].values = ["us-central1-f"];
    });
    expect(oneZone["baker-baker"]?.zones).toEqual(["us-central1-f"]);
    expect(workloads()["baker-baker"]?.zones).toEqual(["us-central1-b", "us-central1-f"]);
  });

  test("lists the workloads that never share a VM with it; itself only if it has several pods", () => {
    const all = workloads();
    expect(all["baker-baker"]?.neverWith).toEqual(["public-node"]);
    expect(all["forwarder-1"]?.neverWith).toEqual(["forwarder-2"]);
  });

  test("lists the disks that are created for each pod", () => {
    expect(workloads()["public-node"]?.ownDisksGiB).toEqual([100]);
    expect(workloads()["baker-baker"]?.ownDisksGiB).toEqual([]);
  });
});
