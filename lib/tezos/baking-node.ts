import { ServiceAccountV1 } from "@cdktf/provider-kubernetes/lib/service-account-v1";
import { StatefulSetV1 } from "@cdktf/provider-kubernetes/lib/stateful-set-v1";
import { Construct } from "constructs";
import { diskZones } from "../config/facts/pools";
import type { BakerConfiguration, Configuration } from "../config/schema/configuration";
import { proxyMetricsPort, proxyStatusPortName } from "../config/facts/signer-path";
import { Connections } from "../kubernetes/connections";
import { type DiskClass, RegionalDisk } from "../kubernetes/disks";
import { GoogleSecret } from "../kubernetes/google-secret";
import { governingService } from "../kubernetes/governing-service";
import { apartFrom, workloadLabels } from "../kubernetes/labels";
import { clusterDns } from "../kubernetes/outside";
import { type PodPart, SecurePod } from "../kubernetes/secure-pod";
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
  /** The disk in Google Cloud: projects/P/regions/R/disks/D. */
  readonly volumeHandle: string;
  /** The proxy to the signers, on the pod's loopback address: the wallet's locators point to it. */
  readonly signerProxy: PodPart;
  /** Its trusted peers. @default - there are none */
  readonly publicNodes?: PublicNodes;
  /** @default - the baker runs without DAL */
  readonly dalNode?: DalNode;
  /** The key with which it proves itself to its signers. @default - it does not */
  readonly authentication?: {
    /** In Secret Manager: projects/P/secrets/S. */
    readonly secret: string;
    /** E-mail of the Google service account that may read it. */
    readonly serviceAccount: string;
  };
}

/** How long octez-node gets to close its store after the baker has ended, within the pod's grace period. */
const waitForClientsSeconds = 60;
const stopSeconds = 180;

/** A baker: node, baker, accuser and the proxy to its signers, in one pod that exists once. */
export class BakingNode extends Construct {
  readonly connections: Connections;

  constructor(scope: Construct, id: string, props: BakingNodeProps) {
    super(scope, id);
    const { configuration, baker, namespace, publicNodes, dalNode, authentication } = props;
    const name = bakingNodeName(baker);
    const { labels, selector } = workloadLabels("private", bakingNodeKind, baker.name);
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
    const disk = new RegionalDisk(this, "disk", {
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
      // The wallet first: it needs nothing, and a wrong one is told before hours of import.
      parts: [octezBaker, node, props.signerProxy, { containers: [], volumes: [disk.volume(OctezNode.dataVolume)] }],
      terminationGracePeriodSeconds: stopSeconds,
      // The pools' taints keep them apart already; this holds if somebody takes the taints off.
      affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: apartFrom(["public", "dal"]) } },
    });
    // Never a Deployment: it starts a new pod while the old one may still run on a VM that can't be reached.
    new StatefulSetV1(this, "Resource", {
      metadata: { namespace, name, labels },
      spec: {
        serviceName: governingService(this, { namespace, name, selector }),
        // As Kubernetes' own default; the provider would send 0, and there were no `kubectl rollout undo`.
        revisionHistoryLimit: 10,
        replicas: "1",
        // The default would wait until the pod is ready before it replaces it: one that can't start would keep its mend
        // out. It is still one pod at most: the next is made when the last one is known to be gone.
        podManagementPolicy: "Parallel",
        updateStrategy: [{ type: "RollingUpdate", rollingUpdate: [{ partition: 0 }] }],
        selector: { matchLabels: selector },
        template: { metadata: pod.metadata, spec: pod.spec },
      },
      // A node that syncs for an hour is no failed apply.
      waitForRollout: false,
    });

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
