import { ServiceAccountV1 } from "@cdktf/provider-kubernetes/lib/service-account-v1";
import { Construct } from "constructs";
import { haproxyImage, octezImage } from "../config/facts/images";
import { diskZones } from "../config/facts/pools";
import type { BakerConfiguration, Configuration } from "../config/schema/configuration";
import { proxyMetricsPort, proxyStatusPortName } from "../config/facts/signer-path";
import { Connections } from "../kubernetes/connections";
import { type DiskClass, ExistingDisk } from "../kubernetes/disks";
import { GoogleSecret } from "../kubernetes/google-secret";
import type { ImagePrePull } from "../kubernetes/image-pre-pull";
import { workloadLabels } from "../kubernetes/labels";
import { clusterDns } from "../kubernetes/outside";
import { type PodPart, SecurePod } from "../kubernetes/secure-pod";
import { statefulSet } from "../kubernetes/stateful-set";
import { bakerDiskName, bakingNodeKind, bakingNodeName } from "./baking-node-names";
import type { DalNode } from "./dal-node";
import { authenticationFileName, OctezBaker } from "./octez-baker";
import { OctezNode } from "./octez-node";
import type { OctezScripts } from "./octez-scripts";
import { downloadServers, peersOnTheInternet } from "./outside";
import type { PublicNodes } from "./public-nodes";

export interface BakingNodeProps {
  readonly configuration: Configuration;
  readonly baker: BakerConfiguration;
  readonly namespace: string;
  readonly scripts: OctezScripts;
  readonly diskClass: DiskClass;
  /** The disk in Google Cloud: projects/P/regions/R/disks/D or projects/P/zones/Z/disks/D. */
  readonly volumeHandle: string;
  /** Keeps the images of bakingPodImages() on every VM to which the pod may move. */
  readonly imagePrePull: ImagePrePull;
  /** The proxy to the signers. It listens on the pod's loopback address, to which the wallet's locators point. */
  readonly signerProxy: PodPart;
  /** Its trusted peers. @default - it has none */
  readonly publicNodes?: PublicNodes;
  /** @default - the baker doesn't take part in the DAL */
  readonly dalNode?: DalNode;
  /** The key with which the baker authenticates to its signers. @default - it doesn't authenticate */
  readonly authentication?: {
    /** In Secret Manager: projects/P/secrets/S. */
    readonly secret: string;
    /** E-mail of the Google service account that may read it. */
    readonly serviceAccount: string;
  };
}

/** How long octez-node waits for the baker to exit. The rest of the grace period is for closing its store. */
const waitForClientsSeconds = 60;
const gracePeriodSeconds = 180;

/** The images of all containers of every baking pod, each by the name of what it is. */
export const bakingPodImages = (configuration: Configuration): Readonly<Record<string, string>> => ({
  octez: octezImage(configuration),
  haproxy: haproxyImage(configuration),
});

/** A baker: node, baker, accuser and the proxy to its signers, in a single pod that never runs twice. */
export class BakingNode extends Construct {
  readonly connections: Connections;

  constructor(scope: Construct, id: string, props: BakingNodeProps) {
    super(scope, id);
    const { configuration, baker, namespace, publicNodes, dalNode, authentication } = props;
    const name = bakingNodeName(baker);
    const { labels, selector } = workloadLabels("baking", bakingNodeKind, baker.name);
    const ports = { [proxyStatusPortName]: { port: proxyMetricsPort } };
    this.connections = new Connections(this, { namespace, name, selector, ports });

    const node = new OctezNode(this, "node", {
      configuration,
      namespace,
      scripts: props.scripts,
      name,
      peering: baker.peering,
      clusterRpc: false,
      publicNodes: publicNodes?.addresses,
      resources: baker.resources,
      waitForClientsSeconds,
    });
    const octezBaker = new OctezBaker(this, "baker", {
      configuration,
      baker,
      namespace,
      dalNodeAddress: dalNode?.address,
      authentication: authentication && this.authenticationKey(props, authentication.secret),
    });
    const disk = new ExistingDisk(this, "disk", {
      namespace,
      name: bakerDiskName(configuration, baker),
      diskClass: props.diskClass,
      volumeHandle: props.volumeHandle,
      sizeGiB: baker.diskGiB,
      zones: diskZones(configuration),
    });
    const pod = new SecurePod({
      labels,
      pool: "baking",
      serviceAccountName: authentication && this.serviceAccount(props, authentication.serviceAccount),
      // The wallet comes first: it depends on nothing, and a mistake in it shows before hours of import.
      parts: [octezBaker, node, props.signerProxy, { containers: [], volumes: [disk.volume(OctezNode.dataVolume)] }],
      terminationGracePeriodSeconds: gracePeriodSeconds,
      apartFrom: ["public", "dal"],
    });
    // Never a Deployment: it starts a new pod while the old one may still be running on a VM that can't be reached.
    statefulSet(this, { namespace, name, selector, pod, after: props.imagePrePull.holding(pod.images) });

    if (publicNodes) this.connections.allowTo(publicNodes.connections, ["p2p"]);
    if (dalNode) this.connections.allowTo(dalNode.connections, ["rpc"]);
    if (baker.peering === "hybrid") this.connections.allowTo(peersOnTheInternet);
    const servers = downloadServers(configuration);
    if (servers) this.connections.allowTo(servers);
    this.connections.allowTo(clusterDns);
  }

  private authenticationKey({ namespace, baker }: BakingNodeProps, secret: string): GoogleSecret {
    return new GoogleSecret(this, "authentication", {
      namespace,
      name: `${bakingNodeName(baker)}-authentication`,
      secret,
      fileName: authenticationFileName,
    });
  }

  private serviceAccount({ namespace, baker }: BakingNodeProps, googleServiceAccount: string): string {
    const account = new ServiceAccountV1(this, "service-account", {
      metadata: {
        namespace,
        name: bakingNodeName(baker),
        annotations: { "iam.gke.io/gcp-service-account": googleServiceAccount },
      },
      automountServiceAccountToken: false,
    });
    return account.metadata.name;
  }
}
