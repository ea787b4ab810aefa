import { DaemonSetV1 } from "@cdktf/provider-kubernetes/lib/daemon-set-v1";
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
 */
export class ImagePrePull extends Construct {
  private readonly images: readonly string[];
  private readonly daemonSet: DaemonSetV1;

  constructor(scope: Construct, id: string, props: ImagePrePullProps) {
    super(scope, id);
    const { namespace, pool, images } = props;
    this.images = Object.values(images);
    const { labels, selector } = workloadLabels(name, name, pool);
    const pod = new SecurePod({
      labels,
      pool,
      parts: [
        {
          containers: Object.entries(images).map(([container, image]) => ({
            name: container,
            image,
            command: ["sh", "-c", untilStopped],
            resources: containerResources(reservation, memoryLimitGiB),
          })),
        },
      ],
      apartFrom: [],
      terminationGracePeriodSeconds: 5,
    });
    this.daemonSet = new DaemonSetV1(this, "Resource", {
      metadata: { namespace, name, labels },
      spec: {
        selector: { matchLabels: selector },
        // On all VMs at once: nothing depends on these pods while they run.
        strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "100%" } },
        template: { metadata: pod.metadata, spec: pod.spec },
      },
      // The provider would wait until the pods exist, not until they run.
      waitForRollout: false,
    });
  }

  /**
   * What a pod with these images must be applied after, so that they are pulled before it is replaced.
   * @throws if it doesn't hold one of them
   */
  holding(images: readonly string[]): ITerraformDependable[] {
    const other = images.find((image) => !this.images.includes(image));
    if (other !== undefined) throw new Error(`${other} is not among the images that are pulled in advance`);
    return [this.daemonSet];
  }
}
