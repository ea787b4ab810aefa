import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { haproxyImage, octezImage } from "../../lib/config/facts/images";
import { diskZones } from "../../lib/config/facts/pools";
import type { Configuration, ConfigurationInput } from "../../lib/config/schema/configuration";
import { bakerDiskName } from "../../lib/tezos/baking-node-names";
import { Laboratory } from "../cluster/laboratory";
import { isReady } from "../cluster/pod";
import { Registry } from "../cluster/registry";
import { ofPool, type Vm } from "../cluster/vm";
import { drillObjects } from "../convert/drill-objects";
import type { KubernetesObject } from "../convert/kubernetes-objects";
import { exampleConfiguration } from "../examples";
import { type DrillOptions, DrillRecord, type DrillResult } from "../result";
import { applyDefinitions } from "../stand-ins/gke";
import { bakingPodImages, standInFolder } from "../stand-ins/octez-images";

/* eslint-disable @typescript-eslint/no-explicit-any -- objects of Kubernetes' API, read by path */

const podName = "baker-baker-0";
const prePullName = "image-pre-pull";

/** How long the pod without images is watched, in seconds: longer than the start on the spare took. */
const controlSeconds = 25;

/**
 * A baking VM dies while no image can be pulled. The baking pod must start on the spare, and on a VM without the pre-pull
 * of images it must not: otherwise the drill would prove nothing.
 */
export async function registryDrill({ log }: DrillOptions): Promise<DrillResult> {
  const lab = await Laboratory.start({ log });
  const record = new DrillRecord(log);
  const drill = new RegistryDrill(lab, record);
  try {
    await drill.prepare();
    await drill.rejectMissingImage();
    await drill.loseVm();
    await drill.control();
  } catch (error) {
    if (!lab.interrupted) record.fail((error as Error).message);
  } finally {
    await lab.end();
  }
  return record.result("registry");
}

class RegistryDrill {
  private readonly configuration: Configuration;
  private readonly registry: Registry;
  private readonly objects: readonly KubernetesObject[];
  private readonly vms: Vm[];

  constructor(
    private readonly lab: Laboratory,
    private readonly record: DrillRecord,
  ) {
    const configuration = (this.configuration = exampleConfiguration((input: ConfigurationInput) => {
      input.tezos = { ...input.tezos, snapshot: { enabled: false } };
    }));
    this.registry = new Registry(lab);
    this.objects = drillObjects(configuration, join(lab.folder, "disks"));
    this.vms = diskZones(configuration).map((zone) => this.vm(`baking-${zone}`, zone));
  }

  /** A VM of the pool baking without any image, that pulls those in the project's registry from the laboratory's. */
  private vm(name: string, zone: string): Vm {
    const [host = ""] = octezImage(this.configuration).split("/");
    return this.lab.vm(name, { zone, ...ofPool("baking"), registries: { [host]: this.registry.url } });
  }

  /** Deploys as an apply does; the VMs pull everything. */
  async prepare(): Promise<void> {
    const { lab, configuration, registry } = this;
    await registry.start();
    for (const image of bakingPodImages(lab, configuration)) await registry.push(image);
    const disk = join(lab.folder, "disks", bakerDiskName(configuration, configuration.bakers[0]!));
    mkdirSync(join(disk, standInFolder), { recursive: true });
    chmodSync(join(disk, standInFolder), 0o777);
    await Promise.all(this.vms.map((vm) => vm.on()));
    applyDefinitions(lab.controlPlane);
    const begin = Date.now();
    const isBakingPod = ({ kind, metadata }: KubernetesObject) =>
      kind === "StatefulSet" && metadata.name.startsWith("baker-");
    lab.apply(this.objects.filter((object) => !isBakingPod(object)));
    await this.untilChecked();
    lab.apply(this.objects.filter(isBakingPod));
    await this.untilBaking();
    await this.until("the spare VM holds the images", () => this.runningPrePulls() === this.vms.length);
    this.record.log(`the baker is on ${this.baking.name}, the spare VM is ${this.spare.name} (${seconds(begin)} s)`);
  }

  /** An image that does not exist must stop the apply at the check, which Terraform waits for, with the baker running. */
  async rejectMissingImage(): Promise<void> {
    const { uid } = this.pod().metadata;
    const missing = (object: any) =>
      JSON.parse(
        JSON.stringify(object).replaceAll(octezImage(this.configuration), "us-central1-docker.pkg.dev/none:1"),
      );
    const check = this.objects.filter(({ kind }) => kind === "Job");
    this.deleteCheck();
    this.lab.apply(check.map(missing));
    await this.until("the check waits for the missing image", () =>
      this.pods(`${prePullName}-check`).some((pod) => waitingReasons(pod).includes("ImagePullBackOff")),
    );
    this.record.expect(
      this.pod().metadata.uid === uid && isReady(this.pod()),
      "the baker runs on while the check waits",
    );
    this.record.expect(
      this.runningPrePulls() === this.vms.length,
      "every VM holds the old images while the check waits",
    );
    this.deleteCheck();
    this.lab.apply(check);
    await this.untilChecked();
    this.record.report("an image that does not exist: the check does not complete, and the baker runs on");
  }

  /** The registry is down, and the baking VM dies. */
  async loseVm(): Promise<void> {
    const [lost, spare] = [this.baking, this.spare];
    await this.registry.stop();
    const begin = Date.now();
    await this.fence(lost);
    await this.untilBaking(spare);
    this.record.report(`registry down, baking VM dead: the baker is Ready on the spare ${seconds(begin)} s later`);
    const events = this.events();
    this.record.expect(!events.some(({ reason }) => reason === "Pulling"), "nothing is pulled for the baking pod");
    const present = events.filter(({ message }) => /already present on machine/.test(message)).length;
    this.record.expect(
      present >= this.pod().spec.containers.length,
      `every image is on the spare: ${present} containers`,
    );
  }

  /** The same again, on a VM without the pre-pull: the pod must not start there. */
  async control(): Promise<void> {
    const { lab, configuration } = this;
    const lost = this.baking;
    lab.kubectl("-n", configuration.name, "delete", "daemonset", prePullName);
    const bare = this.vm("baking-bare", diskZones(configuration)[0]!);
    this.vms.push(bare);
    await bare.on();
    await this.fence(lost);
    await this.until("the pod is on the VM without images", () => this.pod()?.spec.nodeName === bare.name);
    await pause(1000 * controlSeconds);
    const pod = this.pod();
    const reasons = waitingReasons(pod);
    this.record.expect(!isReady(pod), "without the pre-pull, the pod does not start");
    this.record.expect(
      reasons.some((reason) => /^(ImagePullBackOff|ErrImagePull)$/.test(reason)),
      `without the pre-pull, it waits for its image: ${reasons.join(", ")}`,
    );
    this.record.report(`control, without the pre-pull: after ${controlSeconds} s the pod is still in ${reasons[0]}`);
  }

  /** Powers a VM off and declares it so, as `farm fence` does. */
  private async fence(vm: Vm): Promise<void> {
    await vm.off();
    await this.until(`${vm.name} is not Ready`, () => !this.lab.controlPlane.readyNodes().includes(vm.name));
    this.lab.kubectl("taint", "node", vm.name, "node.kubernetes.io/out-of-service=nodeshutdown:NoExecute");
  }

  private deleteCheck(): void {
    this.lab.kubectl("-n", this.configuration.name, "delete", "job", `${prePullName}-check`);
  }

  private untilChecked(): Promise<void> {
    const job = () => this.lab.controlPlane.get(["-n", this.configuration.name, "job", `${prePullName}-check`]) as any;
    return this.until("the images are checked", () =>
      job().status.conditions?.some(({ type, status }: any) => type === "Complete" && status === "True"),
    );
  }

  /** @param vm where the pod must be running @default - any VM */
  private untilBaking(vm?: Vm): Promise<void> {
    return this.until("the baking pod is Ready", () => {
      const pod = this.pod();
      return isReady(pod) && (!vm || pod.spec.nodeName === vm.name);
    });
  }

  private until(what: string, condition: () => boolean): Promise<void> {
    return this.lab.controlPlane.until(what, condition, 120);
  }

  /** The VM of the pod, according to the API server. */
  private get baking(): Vm {
    const { nodeName } = this.pod().spec;
    return this.vms.find(({ name }) => name === nodeName)!;
  }

  private get spare(): Vm {
    return this.vms.find((vm) => vm !== this.baking)!;
  }

  private pod(): any {
    return this.pods(podName)[0];
  }

  /** Pods whose names begin like this. */
  private pods(start: string): any[] {
    const { items } = this.lab.controlPlane.get(["-n", this.configuration.name, "pods"]);
    return items.filter(({ metadata }: any) => metadata.name.startsWith(start));
  }

  /** Number of VMs that hold the images. */
  private runningPrePulls(): number {
    const images = [octezImage(this.configuration), haproxyImage(this.configuration)].sort().join();
    return this.pods(prePullName).filter(
      (pod) =>
        isReady(pod) &&
        pod.metadata.ownerReferences[0].kind === "DaemonSet" &&
        pod.spec.containers
          .map(({ image }: any) => image)
          .sort()
          .join() === images,
    ).length;
  }

  /** Events of the present baking pod. */
  private events(): any[] {
    const { uid } = this.pod().metadata;
    const { items } = this.lab.controlPlane.get(["-n", this.configuration.name, "events"]);
    return items.filter(({ involvedObject }: any) => involvedObject.uid === uid);
  }
}

/** Why its containers have not started. */
const waitingReasons = ({ status }: any): string[] =>
  [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])].flatMap(
    ({ state }: any) => state.waiting?.reason ?? [],
  );

const seconds = (begin: number) => ((Date.now() - begin) / 1000).toFixed(0);
