import { roleLabel } from "../../../lib/kubernetes/labels";
import { exampleConfiguration } from "../../../laboratory/examples";
import { describeReal } from "../../support/real";
import { conditionOf, isRunning, SimulatedFarm } from "../../../laboratory/placement/simulated-farm";

/* eslint-disable @typescript-eslint/no-explicit-any -- objects of Kubernetes' API, read by path */

const baker = "baker-baker";

/** What a tired operator might try to get a baker back. None of it may lead to two, and all must give the reason. */
describeReal("a second baking pod", { controlPlane: true }, () => {
  let farm: SimulatedFarm;
  let first: any;
  let statefulSet: any;
  beforeAll(async () => {
    farm = await SimulatedFarm.start(exampleConfiguration());
    [first] = farm.pods("baking");
    statefulSet = farm.objects.find(({ kind, metadata }) => kind === "StatefulSet" && metadata.name === baker);
  });
  afterAll(() => farm?.stop());
  afterEach(async () => {
    farm.controlPlane.kubectl([
      "-n",
      farm.namespace,
      "delete",
      "statefulset,pod",
      "--selector",
      "attempt=yes",
      "--wait=false",
    ]);
    farm.controlPlane.kubectl(["-n", farm.namespace, "scale", "statefulset", baker, "--replicas=1"]);
    await farm.controlPlane.until("there is one pod of this baker again", () => pods().length === 1);
    expect(pods()[0].metadata.uid).toBe(first.metadata.uid);
    expect(isRunning(pods()[0])).toBe(true);
  });

  const disk = "hodl-farm-baker-baker";
  const pods = (): any[] =>
    farm
      .pods()
      .filter(
        ({ metadata, spec }) =>
          metadata.labels?.[roleLabel] === "baking" ||
          spec.volumes?.some((volume: any) => volume.persistentVolumeClaim?.claimName === disk),
      );

  /** Waits until the scheduler has rejected the second pod. @returns its message */
  async function refusalOfSecond(): Promise<string> {
    let second: any;
    await farm.controlPlane.until("the scheduler has processed a second pod", () => {
      second = pods().find(({ metadata }) => metadata.uid !== first.metadata.uid);
      return conditionOf(second, "PodScheduled") !== undefined;
    });
    expect(second.status.phase).toBe("Pending");
    expect(conditionOf(second, "PodScheduled")).toMatchObject({ status: "False", reason: "Unschedulable" });
    const { message } = conditionOf(second, "PodScheduled");
    const { name } = second.metadata;
    await farm.controlPlane.until("an event gives the reason", () => {
      const events = farm.controlPlane.get([
        "-n",
        farm.namespace,
        "events",
        "--field-selector",
        `involvedObject.name=${name}`,
      ]);
      return events.items.some((event: any) => event.reason === "FailedScheduling" && event.message === message);
    });
    return message;
  }

  const attempt = (pod: any, change: (spec: any) => void = () => {}) => {
    const spec = structuredClone(pod);
    change(spec);
    return spec;
  };
  const copyOf = (change: (spec: any) => void) => ({
    ...statefulSet,
    metadata: { name: "copy", namespace: farm.namespace, labels: { attempt: "yes" } },
    spec: {
      ...statefulSet.spec,
      template: { ...statefulSet.spec.template, spec: attempt(statefulSet.spec.template.spec, change) },
    },
  });
  const barePod = (labels: Record<string, string>, change?: (spec: any) => void) => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "bare", namespace: farm.namespace, labels: { attempt: "yes", ...labels } },
    spec: attempt(statefulSet.spec.template.spec, change),
  });
  const inUse = /ReadWriteOncePod/;
  const withoutDisk = "must have its own disk, hodl-farm-baker-";
  const ownDisk = (spec: any) => {
    spec.volumes = spec.volumes.map((volume: any) =>
      volume.persistentVolumeClaim ? { name: volume.name, emptyDir: {} } : volume,
    );
  };

  test("by scale to 2: Pending", async () => {
    farm.controlPlane.kubectl(["-n", farm.namespace, "scale", "statefulset", baker, "--replicas=2"]);
    expect(await refusalOfSecond()).toMatch(inUse);
  });

  test("by a copied StatefulSet: Pending", async () => {
    farm.controlPlane.apply([copyOf(() => {})]);
    expect(await refusalOfSecond()).toMatch(inUse);
  });

  test("by a copied StatefulSet with its own disk: refused, and an event gives the reason", async () => {
    farm.controlPlane.apply([copyOf(ownDisk)]);
    await farm.controlPlane.until("an event gives the reason", () => {
      const events = [
        "-n",
        farm.namespace,
        "events",
        "--field-selector",
        "involvedObject.name=copy,reason=FailedCreate",
      ];
      return farm.controlPlane.get(events).items.some(({ message }: any) => message.includes(withoutDisk));
    });
  });

  test("by a bare pod on the same claim, without labels and affinity: Pending", async () => {
    farm.controlPlane.apply([barePod({}, (spec) => delete spec.affinity)]);
    expect(await refusalOfSecond()).toMatch(inUse);
  });

  test("by a bare pod that only has the labels: refused", () => {
    const { labels } = statefulSet.spec.template.metadata;
    expect(() => farm.controlPlane.apply([barePod(labels, ownDisk)])).toThrow(withoutDisk);
  });

  test("by a bare pod with the spare VM as its nodeName: refused", () => {
    const spare = farm.vms.find(
      ({ name, labels }) => name !== first.spec.nodeName && labels?.["hodl.farm/pool"] === "baking",
    );
    const bypass = barePod({}, (spec) => (spec.nodeName = spare!.name));
    expect(() => farm.controlPlane.apply([bypass])).toThrow(
      "bypasses the scheduler, which keeps a second pod off the disk",
    );
  });

  test("by a forced deletion of the first: refused, with what to do instead", () => {
    for (const force of [["--force"], ["--grace-period=0", "--force"]]) {
      const deletion = ["-n", farm.namespace, "delete", "pod", first.metadata.name, ...force, "--wait=false"];
      expect(() => farm.controlPlane.kubectl(deletion)).toThrow("Use `npm run fence`: it powers the VM off first.");
    }
    const all = [
      "-n",
      farm.namespace,
      "delete",
      "pods",
      "--selector",
      `${roleLabel}=baking`,
      "--force",
      "--wait=false",
    ];
    expect(() => farm.controlPlane.kubectl(all)).toThrow("A forced deletion doesn't stop the pod");
  });

  test("other pods can be force-deleted", () => {
    const [open] = farm.pods("public");
    const deletion = ["-n", farm.namespace, "delete", "pod", open.metadata.name, "--force", "--wait=false"];
    expect(() => farm.controlPlane.kubectl(deletion)).not.toThrow();
  });
});
