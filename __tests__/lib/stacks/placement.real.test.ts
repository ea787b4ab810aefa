import { poolLabel } from "../../../lib/config/facts/pools";
import { roleLabel } from "../../../lib/kubernetes/labels";
import { exampleConfiguration, exampleFiles } from "../../../laboratory/examples";
import { describeReal } from "../../support/real";
import { conditionOf, isRunning, SimulatedFarm } from "../../../laboratory/placement/simulated-farm";
import { randomNumbers, shuffled } from "../../../laboratory/random";

/* eslint-disable @typescript-eslint/no-explicit-any -- objects of Kubernetes' API, read by path */

const zoneLabel = "topology.kubernetes.io/zone";
const hostLabel = "kubernetes.io/hostname";

/** The nodes and pods of a cluster. */
class Places {
  readonly pods: any[];
  private readonly nodes: ReadonlyMap<string, any>;

  constructor({ controlPlane }: SimulatedFarm) {
    this.pods = controlPlane.get(["pods", "--all-namespaces"]).items;
    const nodes: any[] = controlPlane.get(["nodes"]).items;
    this.nodes = new Map(nodes.map((node) => [node.metadata.name, node]));
  }

  ofRole = (role: string) => this.pods.filter(({ metadata }) => metadata.labels?.[roleLabel] === role);
  labelOf = (pod: any, label: string): string => this.nodes.get(pod.spec.nodeName)?.metadata.labels[label];
  labels = (some: any[], label: string) => new Set(some.map((pod) => this.labelOf(pod, label)));
  get zones() {
    return new Set([...this.nodes.values()].map(({ metadata }) => metadata.labels[zoneLabel]));
  }

  /** Nodes that have both a baking and a public pod, in any state. */
  shared(): string[] {
    const on = (role: string) => new Set(this.ofRole(role).map(({ spec }) => spec.nodeName));
    const open = new Set([...on("public"), ...on("dal")]);
    return [...on("baking")].filter((name) => name !== undefined && open.has(name));
  }
}

describeReal("the scheduler", { controlPlane: true }, () => {
  describe.each(exampleFiles)("with %s", (file) => {
    let farm: SimulatedFarm;
    let places: Places;
    beforeAll(async () => {
      farm = await SimulatedFarm.start(exampleConfiguration(undefined, file));
      places = new Places(farm);
    });
    afterAll(() => farm?.stop());

    const poolOfRole: Record<string, string> = {
      baking: "baking",
      public: "public",
      dal: "public",
      forwarder: "system",
      "image-pre-pull": "baking",
    };

    test("places every pod on its pool", () => {
      const ours = places.pods.filter(({ metadata }) => metadata.labels?.[roleLabel]);
      const on = (poolOf: (pod: any) => string | undefined) =>
        ours.map((pod) => `${pod.metadata.name} on ${poolOf(pod)}`);
      expect(ours.length).toBeGreaterThan(1);
      expect(on((pod) => places.labelOf(pod, poolLabel))).toEqual(
        on((pod) => poolOfRole[pod.metadata.labels[roleLabel]]),
      );
      expect(places.shared()).toEqual([]);
    });

    test("spreads public nodes and forwarders over zones, and forwarders over VMs", () => {
      for (const some of [places.ofRole("public"), places.ofRole("forwarder")]) {
        expect(places.labels(some, zoneLabel).size).toBe(Math.min(some.length, places.zones.size));
      }
      const forwarders = places.ofRole("forwarder");
      expect(places.labels(forwarders, hostLabel).size).toBe(forwarders.length);
    });

    test("has room for GKE's own pods", () => {
      const gke = places.pods.filter(({ metadata }) => metadata.namespace === "kube-system");
      expect(places.labels(gke, poolLabel)).toEqual(new Set(["system"]));
    });

    test("binds each baker's disk to that baker's claim", () => {
      expect(places.ofRole("baking").length).toBeGreaterThan(0);
      for (const { metadata, spec } of places.ofRole("baking")) {
        const { claimName } = spec.volumes.find(({ name }: any) => name === "data").persistentVolumeClaim;
        const claim = farm.controlPlane.get(["-n", metadata.namespace, "persistentvolumeclaim", claimName]);
        const volume = farm.controlPlane.get(["persistentvolume", claim.spec.volumeName]);
        expect([claim.status.phase, volume.spec.claimRef.uid]).toEqual(["Bound", claim.metadata.uid]);
        const disk = new RegExp(`/disks/.*-${metadata.labels["app.kubernetes.io/instance"]}$`);
        expect(volume.spec.csi.volumeHandle).toMatch(disk);
      }
    });
  });

  describe("under failures, with config/hodl-farm.yaml", () => {
    let farm: SimulatedFarm;
    beforeAll(async () => {
      farm = await SimulatedFarm.start(exampleConfiguration());
    });
    afterAll(() => farm?.stop());
    // All VMs as created by `platform`, and all pods running.
    beforeEach(async () => {
      for (const { metadata } of farm.controlPlane.get(["nodes"]).items) kubectl("uncordon", metadata.name);
      await farm.controlPlane.powerOn(farm.vms);
      farm.controlPlane.apply(farm.objects);
      inNamespace("delete", "pods", "--all", "--wait=false");
      await farm.controlPlane.until("no pod is terminating", () => {
        const pods = farm.pods();
        return pods.every(({ metadata }) => metadata.deletionTimestamp === undefined);
      });
      await farm.untilRunning();
    });

    const kubectl = (...parameters: string[]) => farm.controlPlane.kubectl(parameters);
    const inNamespace = (...parameters: string[]) => kubectl("-n", farm.namespace, ...parameters);
    const merge = (node: string, change: object, ...more: string[]) =>
      kubectl("patch", "node", node, ...more, "--type=merge", "-p", JSON.stringify(change));
    const withoutTaints = () => farm.vms.forEach(({ name }) => merge(name, { spec: { taints: null } }));
    const ofPool = (pool: string) => farm.vms.filter(({ labels }) => labels?.[poolLabel] === pool);
    /** Makes a VM large enough for everything, and part of a pool. */
    const makeHuge = (name: string, pool: string) => {
      const plenty = { cpu: "64", memory: "256Gi", pods: "110" };
      merge(name, { status: { allocatable: plenty, capacity: plenty } }, "--subresource=status");
      kubectl("label", "node", name, `${poolLabel}=${pool}`, "--overwrite");
    };
    const pod = (name: string) => farm.pods().find(({ metadata }) => metadata.name === name);
    /** Deletes a pod and waits until the scheduler has processed its replacement. @returns the replacement */
    async function replace({ metadata }: any): Promise<any> {
      inNamespace("delete", "pod", metadata.name, "--wait=false");
      let replacement: any;
      await farm.controlPlane.until(`the scheduler has processed the replacement of ${metadata.name}`, () => {
        const there = pod(metadata.name);
        replacement = there?.metadata.uid === metadata.uid ? undefined : there;
        return conditionOf(replacement, "PodScheduled") !== undefined;
      });
      return replacement;
    }
    const expectUnschedulable = (replacement: any) => {
      expect(conditionOf(replacement, "PodScheduled")).toMatchObject({ status: "False", reason: "Unschedulable" });
      expect(conditionOf(replacement, "PodScheduled").message).toMatch(/anti-affinity rules/);
    };

    test("keeps baker and public nodes apart on the only VM left, even if it is large enough and has no taint", async () => {
      withoutTaints();
      const open = pod("public-node-0");
      const { nodeName } = open.spec;
      for (const { name } of farm.vms) if (name !== nodeName) kubectl("cordon", name);
      makeHuge(nodeName, "baking");
      expectUnschedulable(await replace(pod("baker-baker-0")));
      expect(new Places(farm).shared()).toEqual([]);

      // The other way round: the baker has the VM, which is then labelled as one of the public pool.
      inNamespace("scale", "statefulset", "public-node", "--replicas=0");
      await farm.controlPlane.until("the baker has the VM", () => pod("baker-baker-0")?.spec.nodeName === nodeName);
      kubectl("label", "node", nodeName, `${poolLabel}=public`, "--overwrite");
      inNamespace("scale", "statefulset", "public-node", "--replicas=2");
      await farm.controlPlane.until(
        "the scheduler has processed the public nodes",
        () => farm.pods("public").filter((each) => conditionOf(each, "PodScheduled")).length === 2,
      );
      for (const each of farm.pods("public")) expect(each.spec.nodeName).toBeUndefined();
      expectUnschedulable(pod("public-node-0"));
    });

    test("runs on the last two VMs, and keeps the second forwarder pending", async () => {
      const [baking] = ofPool("baking").filter(({ name }) => name !== pod("baker-baker-0").spec.nodeName);
      const open = pod("public-node-1").spec.nodeName;
      withoutTaints();
      for (const { name } of farm.vms) if (![baking!.name, open].includes(name)) kubectl("cordon", name);
      inNamespace("delete", "pods", "--all", "--wait=false");
      await farm.controlPlane.until("baker and one public node run", () =>
        [pod("baker-baker-0"), pod("public-node-1")].every((each) => each && isRunning(each)),
      );
      expect([pod("baker-baker-0"), pod("public-node-1")].map(({ spec }) => spec.nodeName)).toEqual([
        baking!.name,
        open,
      ]);
      // Its disk is in the other zone.
      expect(isRunning(pod("public-node-0"))).toBe(false);
      makeHuge(open, "system");
      const forwarders = () => farm.pods("forwarder");
      await farm.controlPlane.until("a forwarder runs", () => forwarders().some(isRunning));
      expectUnschedulable(forwarders().find((each) => !isRunning(each)));
      kubectl("label", "node", open, `${poolLabel}=public`, "--overwrite");
    });

    test("places pods alike in whichever order they start", async () => {
      withoutTaints();
      const random = randomNumbers(20191108);
      const workloads = farm.objects.filter(({ kind }) => kind === "StatefulSet" || kind === "Deployment");
      const scale = ({ kind, metadata }: any, replicas: number) =>
        inNamespace("scale", `${kind.toLowerCase()}/${metadata.name}`, `--replicas=${replicas}`);
      for (let turn = 0; turn < 4; turn++) {
        for (const workload of workloads) scale(workload, 0);
        await farm.controlPlane.until("no pod is left", () => farm.pods().length === 0);
        for (const workload of shuffled(workloads, random)) scale(workload, (workload["spec"] as any).replicas);
        await farm.untilRunning();
        const places = new Places(farm);
        expect(places.shared()).toEqual([]);
        expect(places.labels(places.ofRole("public"), zoneLabel).size).toBe(2);
        expect(places.labels(places.ofRole("forwarder"), zoneLabel).size).toBe(2);
        expect(places.labels(places.ofRole("baking"), poolLabel)).toEqual(new Set(["baking"]));
      }
    });

    test("moves the baker with its disk to the other zone", async () => {
      const before = pod("baker-baker-0");
      kubectl("cordon", before.spec.nodeName);
      await replace(before);
      await farm.untilRunning();
      const places = new Places(farm);
      const [after] = places.ofRole("baking");
      expect(places.labelOf(after, zoneLabel)).not.toBe(places.labelOf(before, zoneLabel));
      const volumeOf = ({ spec }: any) =>
        spec.volumes.find(({ name }: any) => name === "data").persistentVolumeClaim.claimName;
      expect(volumeOf(after)).toBe(volumeOf(before));
    });

    test("evicts public nodes one at a time", async () => {
      const evict = (name: string) => {
        const eviction = { apiVersion: "policy/v1", kind: "Eviction", metadata: { name, namespace: farm.namespace } };
        const path = `/api/v1/namespaces/${farm.namespace}/pods/${name}/eviction`;
        farm.controlPlane.kubectl(["create", "--raw", path, "-f", "-"], JSON.stringify(eviction));
      };
      kubectl("cordon", pod("public-node-0").spec.nodeName);
      evict("public-node-0");
      await farm.controlPlane.until(
        "its replacement is pending",
        () => conditionOf(pod("public-node-0"), "PodScheduled")?.status === "False",
      );
      expect(() => evict("public-node-1")).toThrow("Cannot evict pod as it would violate the pod's disruption budget");
      kubectl("uncordon", ofPool("public")[0]!.name);
      kubectl("uncordon", ofPool("public")[1]!.name);
      await farm.untilRunning();
      await farm.controlPlane.until("the budget allows the next", () => {
        const { status } = farm.controlPlane.get(["-n", farm.namespace, "poddisruptionbudget", "public-node"]);
        return status.disruptionsAllowed === 1;
      });
      expect(() => evict("public-node-1")).not.toThrow();
    });

    test("drains every VM as an upgrade does, without blocking, and the baker moves once", async () => {
      const drain = (name: string) =>
        kubectl(
          ...[
            "drain",
            name,
            "--pod-selector",
            "app.kubernetes.io/part-of=hodl-farm",
            "--timeout=50s",
            "--delete-emptydir-data",
            // As GKE does: the pods that keep images on every VM don't block it.
            "--ignore-daemonsets",
          ],
        );
      const newVm = (vm: (typeof farm.vms)[number]) => ({ ...vm, name: `${vm.name}-new` });
      const remove = ({ name }: { name: string }) => kubectl("delete", "node", name);
      // Surge: one VM after the other; the new one is ready before the old one is drained.
      for (const vm of [...ofPool("public"), ...ofPool("system")]) {
        await farm.controlPlane.powerOn([newVm(vm)]);
        drain(vm.name);
        await farm.untilRunning();
        expect(new Places(farm).shared()).toEqual([]);
        remove(vm);
      }
      // Blue-green: all new VMs are created and all old ones cordoned, then drained one after the other.
      const { uid } = pod("baker-baker-0").metadata;
      const green = ofPool("baking").map(newVm);
      await farm.controlPlane.powerOn(green);
      const withImages = () =>
        farm
          .pods("image-pre-pull")
          .filter(isRunning)
          .map(({ spec }) => spec.nodeName);
      await farm.controlPlane.until("the new VMs have images", () =>
        green.every(({ name }) => withImages().includes(name)),
      );
      for (const { name } of ofPool("baking")) kubectl("cordon", name);
      const seen = new Set([uid]);
      for (const vm of ofPool("baking")) {
        drain(vm.name);
        await farm.untilRunning();
        seen.add(pod("baker-baker-0").metadata.uid);
      }
      expect(seen.size).toBe(2);
      expect(green.map(({ name }) => name)).toContain(pod("baker-baker-0").spec.nodeName);
    });
  });
});
