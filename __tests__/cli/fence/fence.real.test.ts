import { join } from "node:path";
import { outOfService } from "../../../cli/fence/kubernetes";
import { exampleConfiguration } from "../../../laboratory/examples";
import { type Ending, type FenceRun, runFence } from "../../../laboratory/partition/run-fence";
import { SimulatedFarm } from "../../../laboratory/placement/simulated-farm";
import { GcloudStandIn } from "../../../laboratory/stand-ins/gcloud";
import { describeReal } from "../../support/real";
import { packageRoot } from "../../../lib/package-root";

/* eslint-disable @typescript-eslint/no-explicit-any -- objects of Kubernetes' API, read by path */

describeReal("fence", { controlPlane: true }, () => {
  const configuration = exampleConfiguration();
  const { name, google } = configuration;
  let farm: SimulatedFarm;
  let gcloud: GcloudStandIn;
  /** The VM with the baking pod, and the spare. */
  let lost: string;
  let spare: string;

  beforeAll(async () => {
    farm = await SimulatedFarm.start(configuration);
  });
  afterAll(() => farm?.stop());

  const zoneOf = (vm: string) => farm.vm(vm).zone;
  const pod = () => farm.pods("baking").find(({ metadata }) => metadata.name === "baker-baker-0");
  const node = (vm: string) => farm.controlPlane.get(["node", vm]);
  const isTainted = (vm: string): boolean =>
    (node(vm).spec.taints ?? []).some(({ key }: any) => key === outOfService.key);
  beforeEach(() => {
    lost = pod().spec.nodeName;
    spare = farm.vms.find(({ name, labels }) => name !== lost && labels?.["hodl.farm/pool"] === "baking")!.name;
    gcloud = new GcloudStandIn(google.project);
    gcloud.addCluster(google.region, name, farm.controlPlane.kubeconfig);
    farm.vms.forEach(({ name: vm, zone }, index) =>
      gcloud.setVm(zone, vm, { id: `${4711 + index}`, status: "RUNNING" }),
    );
  });
  afterEach(() => gcloud.remove());

  async function lose(): Promise<void> {
    farm.controlPlane.lose(lost);
    await farm.controlPlane.until(`${lost} is not Ready`, () => !farm.controlPlane.readyNodes().includes(lost));
  }

  const fence = (parameters: string[], more: Omit<FenceRun, "gcloud"> = {}) =>
    runFence([join(packageRoot, "config/hodl-farm.yaml"), ...parameters], { gcloud, ...more });

  const setStatus = (status: string) => gcloud.setVm(zoneOf(lost), lost, { ...gcloud.vm(zoneOf(lost), lost)!, status });
  const status = () => gcloud.vm(zoneOf(lost), lost)?.status;

  const refused = (ending: Ending, words: string | RegExp, code = 1) => {
    expect(ending.stderr).toMatch(words);
    expect(ending.status).toBe(code);
    expect(isTainted(lost)).toBe(false);
  };

  test("refuses a Node that is Ready, with a pod that runs", async () => {
    refused(await fence(["--yes"]), `error: Node ${lost} is Ready, and baker-baker-0 is Running on it.`);
    expect(gcloud.changes()).toEqual([]);
  });

  test("refuses if gcloud can't reach Google, or the cluster does not exist", async () => {
    gcloud.reachable = false;
    refused(await fence(["--yes"]), /gcloud failed; nothing was done\.[^]*Unable to find the server/);
    gcloud.remove();
    gcloud = new GcloudStandIn(google.project);
    refused(await fence(["--yes"]), /nothing was done\.[^]*Not found: projects\/hodl-farm-baking\/locations/);
    expect(gcloud.changes()).toEqual([]);
  });

  describe("of a VM that no longer responds", () => {
    beforeAll(async () => {
      lost = pod().spec.nodeName;
      await lose();
    });

    test("refuses without the VM's name, or with a different one", async () => {
      refused(await fence([], { input: "" }), "No name was typed. Nothing was done.");
      refused(await fence([], { input: `${spare}\n` }), `That is not ${lost}. Nothing was done.`);
      expect(gcloud.changes()).toEqual([]);
    });

    test("refuses if the VM has been replaced", async () => {
      farm.controlPlane.kubectl(["annotate", "node", lost, "container.googleapis.com/instance_id=1"]);
      refused(await fence(["--yes"]), "the Node was registered by id 1: its pool has already replaced the VM");
      farm.controlPlane.kubectl(["annotate", "node", lost, "container.googleapis.com/instance_id-"]);
      expect(gcloud.changes()).toEqual([]);
    });

    test("refuses if two pods match", async () => {
      const { metadata, spec } = pod();
      const twin = { metadata: { name: "twin", namespace: name, labels: metadata.labels } };
      farm.controlPlane.apply([{ apiVersion: "v1", kind: "Pod", ...twin, spec: { ...spec, nodeName: undefined } }]);
      refused(await fence(["--yes"]), /has 2 pods, but must have one\.[^]*twin on no VM yet/);
      farm.controlPlane.kubectl(["-n", name, "delete", "pod", "twin", "--force"]);
      expect(gcloud.changes()).toEqual([]);
    });

    test("does not taint the Node unless the VM is confirmed to be off in time, and explains how to continue", async () => {
      const ending = await fence(["--yes", "--off-within", "3"]);
      refused(ending, `error: ${lost} was not confirmed to be off within 3 s, so its Node is not tainted.`, 3);
      expect(ending.stderr).toContain("Compute Engine reports STOPPING.\nRun fence again");
    });

    test("treats a suspended VM as one that may resume, and a replaced VM as gone", async () => {
      setStatus("SUSPENDED");
      let looks = 0;
      const ending = await fence(["--yes", "--off-within", "20"], {
        poll: () => {
          if (status() === "STOPPING" && looks++ === 5)
            gcloud.setVm(zoneOf(lost), lost, { id: "9", status: "STAGING" });
        },
      });
      expect(gcloud.changes()).toHaveLength(1);
      expect(ending.stdout).toContain("Compute Engine reports that this VM is gone.");
      expect(ending.stdout).toContain(`3. The node pool has already created another ${lost}`);
      expect(ending.status).toBe(0);
      expect(isTainted(lost)).toBe(false);
    });

    test("powers it off, confirms that, and has the baking pod on the spare within 20 s", async () => {
      const { uid } = pod().metadata;
      const order: string[] = [];
      let stopping = 0;
      const ending = await fence([], {
        input: `${lost}\n`,
        // Powering off takes two seconds. The Node must not be tainted before that.
        poll: () => {
          if (status() !== "STOPPING") return;
          if (stopping++ === 0) order.push("requested");
          if (isTainted(lost)) order.push("tainted");
          if (stopping < 10) return;
          order.push("off");
          setStatus("TERMINATED");
        },
      });
      expect(ending).toMatchObject({ status: 0, stderr: "" });
      expect(order).toEqual(["requested", "off"]);
      expect(gcloud.changes()).toEqual([
        `compute instances stop ${lost} --zone ${zoneOf(lost)} --project ${google.project} --async --quiet`,
      ]);
      for (const shown of [lost, spare, "baker-baker-0", `${name}, ${google.region}, project ${google.project}`]) {
        expect(ending.stdout).toContain(shown);
      }
      const [line = "", seconds] = /4\. baker-baker-0 is on \S+, (\d+) s after the taint/.exec(ending.stdout) ?? [];
      process.stdout.write(`fence: ${line}\n`);
      expect(Number(seconds)).toBeLessThanOrEqual(20);
      expect(pod().spec.nodeName).toBe(spare);
      expect(pod().metadata.uid).not.toBe(uid);
      expect(isTainted(lost)).toBe(false);
    });
  });

  test.each(["is off", "is gone"])("continues after an interruption: the VM %s already", async (what) => {
    // The former spare is lost, and the VM that was lost is back.
    await farm.controlPlane.powerOn(farm.vms);
    await farm.untilRunning();
    await lose();
    if (what === "is off") setStatus("TERMINATED");
    else gcloud.setVm(zoneOf(lost), lost, undefined);
    const ending = await fence(["--yes"]);
    expect(ending).toMatchObject({ status: 0, stderr: "" });
    expect(gcloud.changes()).toEqual([]);
    expect(pod().spec.nodeName).toBe(spare);
  });
});
