import { join } from "node:path";
import { poolLabel } from "../../../lib/config/pools";
import { roleLabel } from "../../../lib/kubernetes/labels";
import { exampleConfiguration } from "../../support/configuration";
import { ControlPlane } from "../../support/control-plane";
import { podsOfGke, secretProviderClasses } from "../../support/gke-stand-ins";
import { type KubernetesObject, kubernetesObjects, kubernetesObjectsByAddress } from "../../support/kubernetes-objects";
import { connectTo, expectMadeByProvider } from "../../support/kubernetes-provider";
import { platformOutputs } from "../../support/platform-outputs";
import { describeReal } from "../../support/real";
import { machinesOf } from "../../support/simulated-machine";
import { readStack, synthesise, synthesiseTo } from "../../support/stacks";
import { terraformProject, writeOutputs } from "../../support/terraform";
import { provisionVolumes } from "../../support/volume-provisioner";

/* eslint-disable @typescript-eslint/no-explicit-any -- objects of Kubernetes' API, read by path */

const zoneLabel = "topology.kubernetes.io/zone";
const examples = ["config/hodl-farm.yaml", "config/shadownet.yaml", "config/every-option.yaml"];

function objectsOf(file: string) {
  const { baker, platform } = synthesise(exampleConfiguration(undefined, file));
  return { objects: kubernetesObjects(baker, platformOutputs(baker, platform).values), platform };
}

/** Definitions must be served before an object of their kind can be applied. */
function applyDefinitions(controlPlane: ControlPlane): void {
  controlPlane.apply([secretProviderClasses]);
  controlPlane.kubectl([
    "wait",
    "--for=condition=Established",
    `crd/${secretProviderClasses.metadata.name}`,
    "--timeout=30s",
  ]);
}

describeReal("the API server", { controlPlane: true }, () => {
  let controlPlane: ControlPlane;
  beforeAll(async () => {
    controlPlane = await ControlPlane.start();
    applyDefinitions(controlPlane);
  });
  afterAll(() => controlPlane?.stop());

  test.each(examples)("admits every object of %s, without a warning", (file) => {
    expect(controlPlane.apply(objectsOf(file).objects)).toEqual([]);
  });
});

describeReal("the scheduler", { controlPlane: true }, () => {
  describe.each(examples)("with %s", (file) => {
    let controlPlane: ControlPlane;
    let pods: any[];
    let machines: Record<string, any>;

    beforeAll(async () => {
      controlPlane = await ControlPlane.start({ scheduler: true, controllers: true });
      applyDefinitions(controlPlane);
      const { objects, platform } = objectsOf(file);
      await controlPlane.powerOn(machinesOf(platform));
      controlPlane.apply(podsOfGke);
      controlPlane.apply(objects);
      pods = await runningPods(controlPlane, expectedPods(objects) + podsOfGke.length);
      machines = Object.fromEntries(controlPlane.get(["nodes"]).items.map((node: any) => [node.metadata.name, node]));
    });
    afterAll(() => controlPlane?.stop());

    const ofRole = (role: string) => pods.filter(({ metadata }) => metadata.labels?.[roleLabel] === role);
    const labelOf = (pod: any, label: string) => machines[pod.spec.nodeName].metadata.labels[label];
    const labels = (some: any[], label: string) => new Set(some.map((pod) => labelOf(pod, label)));

    const poolOfRole: Record<string, string> = {
      private: "baking",
      public: "public",
      dal: "public",
      forwarder: "system",
    };

    test("puts every pod on the pool that is meant for it", () => {
      const ours = pods.filter(({ metadata }) => metadata.labels?.[roleLabel]);
      const places = (poolOf: (pod: any) => string | undefined) =>
        ours.map((pod) => `${pod.metadata.name} on ${poolOf(pod)}`);
      expect(ours.length).toBeGreaterThan(1);
      expect(places((pod) => labelOf(pod, poolLabel))).toEqual(
        places((pod) => poolOfRole[pod.metadata.labels[roleLabel]]),
      );
    });

    test("spreads public nodes and forwarders over zones, forwarders over VMs", () => {
      const zones = labels(
        Object.values(machines).map(({ metadata }) => ({ spec: { nodeName: metadata.name } })),
        zoneLabel,
      );
      for (const some of [ofRole("public"), ofRole("forwarder")]) {
        expect(labels(some, zoneLabel).size).toBe(Math.min(some.length, zones.size));
      }
      expect(labels(ofRole("forwarder"), "kubernetes.io/hostname").size).toBe(ofRole("forwarder").length);
    });

    test("finds a place for the pods that GKE brings", () => {
      const gke = pods.filter(({ metadata }) => metadata.namespace === "kube-system");
      expect(labels(gke, poolLabel)).toEqual(new Set(["system"]));
    });

    test("binds each baker's disk to that baker's claim", () => {
      expect(ofRole("private").length).toBeGreaterThan(0);
      for (const { metadata, spec } of ofRole("private")) {
        const { claimName } = spec.volumes.find(({ name }: any) => name === "data").persistentVolumeClaim;
        const claim = controlPlane.get(["-n", metadata.namespace, "persistentvolumeclaim", claimName]);
        const volume = controlPlane.get(["persistentvolume", claim.spec.volumeName]);
        expect([claim.status.phase, volume.spec.claimRef.uid]).toEqual(["Bound", claim.metadata.uid]);
        expect(volume.spec.csi.volumeHandle).toMatch(
          new RegExp(`/disks/.*-${metadata.labels["app.kubernetes.io/instance"]}$`),
        );
      }
    });

    // Size small has no public nodes to keep away from.
    const testApart = exampleConfiguration(undefined, file).publicNodes.count > 0 ? test : () => undefined;
    testApart("keeps a baking pod off a VM with a public node, also where taints, labels and size let it", async () => {
      const open = ofRole("public").map((pod) => pod.spec.nodeName);
      for (const name of Object.keys(machines)) {
        controlPlane.kubectl(["patch", "node", name, "--type=merge", "-p", '{"spec":{"taints":null}}']);
        if (!open.includes(name)) controlPlane.kubectl(["cordon", name]);
      }
      const plenty = JSON.stringify({
        status: { allocatable: { cpu: "64", memory: "256Gi" }, capacity: { cpu: "64", memory: "256Gi" } },
      });
      for (const name of open) {
        controlPlane.kubectl(["label", "node", name, `${poolLabel}=baking`, "--overwrite"]);
        controlPlane.kubectl(["patch", "node", name, "--subresource=status", "--type=merge", "-p", plenty]);
      }
      const [{ metadata }] = ofRole("private");
      controlPlane.kubectl(["-n", metadata.namespace, "delete", "pod", metadata.name, "--wait=false"]);
      const successor = () => {
        const found = controlPlane.get(["-n", metadata.namespace, "pods", "-l", `${roleLabel}=private`]).items;
        return found.find((pod: any) => pod.metadata.name === metadata.name && pod.metadata.uid !== metadata.uid);
      };
      await controlPlane.until(
        "the scheduler has judged its successor",
        () => conditionOf(successor(), "PodScheduled") !== undefined,
      );
      expect(conditionOf(successor(), "PodScheduled")).toMatchObject({ status: "False", reason: "Unschedulable" });
      expect(conditionOf(successor(), "PodScheduled").message).toMatch(
        new RegExp(`${open.length} node\\(s\\) .*anti-affinity`),
      );
    });
  });
});

describeReal("the Kubernetes provider", { mirror: true, controlPlane: true }, () => {
  let controlPlane: ControlPlane;
  beforeAll(async () => {
    controlPlane = await ControlPlane.start({ controllers: true });
    applyDefinitions(controlPlane);
  });
  afterAll(() => controlPlane?.stop());

  test("applies stack baker, finds nothing to change after it, and makes what the objects here say", () => {
    const outdir = synthesiseTo(exampleConfiguration());
    const baker = readStack(outdir, "baker");
    const remote = platformOutputs(baker, readStack(outdir, "platform"));
    const project = terraformProject(join(outdir, "stacks/baker"));
    const [platformState] = Object.values<any>(baker.data.terraform_remote_state);
    writeOutputs(join(project.folder, platformState.config.path), remote.outputs);
    connectTo(controlPlane, project.folder);

    project.init();
    project.apply();
    expect(project.changes()).toEqual([]);

    const objects = kubernetesObjects(baker, { ...remote.values, ...clusterIps(controlPlane, baker, remote.values) });
    expectMadeByProvider(controlPlane, objects);
  });
});

/** All pods, once there are so many and all run. @throws Error with what the scheduler says of those that don't */
async function runningPods(controlPlane: ControlPlane, count: number): Promise<any[]> {
  let pods: any[] = [];
  const waiting = () => pods.filter(({ status }) => status.phase !== "Running");
  try {
    await controlPlane.until(`${count} pods run`, () => {
      provisionVolumes(controlPlane);
      pods = controlPlane.get(["pods", "--all-namespaces"]).items;
      return pods.length === count && waiting().length === 0;
    });
  } catch (error) {
    const reasons = waiting().map((pod) => `${pod.metadata.name}: ${conditionOf(pod, "PodScheduled")?.message}`);
    throw new Error(`${(error as Error).message}; there are ${pods.length} pods; ${reasons.join("; ")}`, {
      cause: error,
    });
  }
  return pods;
}

function expectedPods(objects: readonly KubernetesObject[]): number {
  const workloads = objects.filter(({ kind }) => kind === "StatefulSet" || kind === "Deployment");
  return workloads.map(({ spec }) => (spec as any).replicas as number).reduce((sum, replicas) => sum + replicas, 0);
}

function conditionOf(pod: any, type: string): any {
  return pod?.status.conditions?.find((condition: any) => condition.type === type);
}

/** The addresses that the API server gave to the stack's Services, by the text of the reference. */
function clusterIps(controlPlane: ControlPlane, baker: any, values: Record<string, unknown>): Record<string, unknown> {
  const services = [...kubernetesObjectsByAddress(baker, values)].filter(([, { kind }]) => kind === "Service");
  return Object.fromEntries(
    services.map(([address, { metadata }]) => [
      `${address}.spec[0].cluster_ip`,
      controlPlane.get(["service", metadata.name, "-n", metadata.namespace!]).spec.clusterIP,
    ]),
  );
}
