import { DaemonSetV1 } from "@cdktf/provider-kubernetes/lib/daemon-set-v1";
import { JobV1 } from "@cdktf/provider-kubernetes/lib/job-v1";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { PoolName } from "../config/schema/configuration";
import { containerResources } from "./containers";
import { workloadLabels } from "./labels";
import { SecurePod } from "./secure-pod";

export interface ImagePrePullProps {
  readonly namespace: string;
  /** The node pool on whose VMs the images are kept. */
  readonly pool: PoolName;
  /** The images, each by the name of its container. They must contain `sh` and `sleep`. */
  readonly images: Readonly<Record<string, string>>;
}

const name = "image-pre-pull";
const checkName = `${name}-check`;

/** Of a shell that sleeps; the limit leaves room for the container's start. */
const reservation = { cpu: 0.002, memoryGiB: 1 / 64 };
const memoryLimitGiB = 1 / 32;

/**
 * Ends at the stop signals of the images (HAProxy's is SIGUSR1): the first process of a container ignores signals for
 * which it has no handler.
 */
const untilStopped = 'trap "exit 0" TERM USR1; while :; do sleep 86400 & wait $!; done';

/**
 * Keeps images on every VM of a pool, so that a pod that moves to another VM starts there without a registry. A
 * container holds each image, because kubelet deletes images that no running container uses when the disk fills up.
 * https://kubernetes.io/docs/concepts/architecture/garbage-collection/#container-image-garbage-collection
 *
 * When an image changes, a Job starts it once. An apply waits for the Job, then changes the DaemonSet, then the pods that
 * use the image: if the image can't be pulled, the apply fails, the pods keep running with the old one, and every VM
 * keeps it. The DaemonSet alone can't do that, since the provider only waits until its pods exist.
 */
export class ImagePrePull extends Construct {
  private readonly images: readonly string[];
  private readonly daemonSet: DaemonSetV1;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: ImagePrePullProps,
  ) {
    super(scope, id);
    const { namespace, pool, images } = props;
    this.images = Object.values(images);
    const { labels, selector } = workloadLabels(name, name, pool);
    const pod = this.pod(labels, untilStopped);
    const check = this.createCheck();
    this.daemonSet = new DaemonSetV1(this, "Resource", {
      metadata: { namespace, name, labels },
      spec: {
        selector: { matchLabels: selector },
        // On all VMs at once: nothing depends on these pods while they run.
        strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "100%" } },
        template: { metadata: pod.metadata, spec: pod.spec },
      },
      waitForRollout: false,
      // Otherwise its pods would let go of the old images for one that can't be pulled.
      dependsOn: [check],
    });
  }

  private createCheck(): JobV1 {
    const { labels } = workloadLabels(name, checkName, this.props.pool);
    const pod = this.pod(labels, "true");
    return new JobV1(this, "check", {
      metadata: { namespace: this.props.namespace, name: checkName, labels },
      spec: {
        // Without a time after which it is deleted: the next plan would create it again.
        template: { metadata: pod.metadata, spec: { ...pod.spec, restartPolicy: "Never" } },
      },
      waitForCompletion: true,
      // Long enough for a registry that asks to be left alone for a while, and for kubelet's pauses of up to 5 minutes.
      timeouts: { create: "15m", update: "15m" },
    });
  }

  /** A pod with a container of each image that runs a script. */
  private pod(labels: Record<string, string>, script: string): SecurePod {
    const { pool, images } = this.props;
    const containers = Object.entries(images).map(([container, image]) => ({
      name: container,
      image,
      command: ["sh", "-c", script],
      resources: containerResources(reservation, memoryLimitGiB),
    }));
    return new SecurePod({ labels, pool, parts: [{ containers }], apartFrom: [], terminationGracePeriodSeconds: 5 });
  }

  /**
   * What a pod with these images must be applied after, so that it is only replaced once they can be pulled.
   * @throws if it doesn't hold one of them
   */
  holding(images: readonly string[]): ITerraformDependable[] {
    const other = images.find((image) => !this.images.includes(image));
    if (other !== undefined) throw new Error(`${other} is not among the images that are pulled in advance`);
    return [this.daemonSet];
  }
}
