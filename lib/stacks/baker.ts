import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { TerraformOutput, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { imageRepository } from "../config/facts/images";
import type { Configuration } from "../config/schema/configuration";
import { forwarderPortNames, type SignerForwarder } from "../forwarder/forwarder";
import { SignerForwarders } from "../forwarder/forwarders";
import { BakerProxy } from "../forwarder/haproxy-container";
import { forwarderImage } from "../forwarder/image";
import { DiskClass } from "../kubernetes/disks";
import { ImagePrePull } from "../kubernetes/image-pre-pull";
import { SecureNamespace } from "../kubernetes/secure-namespace";
import { SingleWriters } from "../kubernetes/single-writers";
import { SignerPathMonitoring } from "../monitoring/signer-path-monitoring";
import { BakingNode, bakingPodImages } from "../tezos/baking-node";
import { bakerDiskName, bakingNodeKind } from "../tezos/baking-node-names";
import { DalNode } from "../tezos/dal-node";
import { OctezScripts } from "../tezos/octez-scripts";
import { PublicNodes } from "../tezos/public-nodes";
import { configureBackend } from "./backend";
import { neverDelete } from "./never-deleted";
import type { PlatformStack, ProvisionedBaker } from "./platform";

export interface BakerStackProps {
  readonly configuration: Configuration;
  /** The stack with the cluster. Its attributes are read from its state. */
  readonly platform: PlatformStack;
}

/** Kubernetes: everything that runs in the cluster of the stack `platform`. */
export class BakerStack extends TerraformStack {
  private readonly configuration: Configuration;
  private readonly namespace: string;
  private readonly diskClass: DiskClass;
  private readonly scripts: OctezScripts;
  private readonly imagePrePull: ImagePrePull;
  private readonly forwarders: readonly SignerForwarder[];
  private readonly publicNodes?: PublicNodes;

  constructor(scope: Construct, id: string, props: BakerStackProps) {
    super(scope, id);
    const { platform } = props;
    const configuration = (this.configuration = props.configuration);
    const { name } = configuration;

    configureBackend(this, configuration);
    new KubernetesProvider(this, "kubernetes", {
      host: `https://${platform.clusterEndpoint}`,
      // The plugin renews the token during a long apply. A token from a data source would expire, and be in the state.
      // https://cloud.google.com/kubernetes-engine/docs/how-to/api-server-authentication
      exec: [
        {
          apiVersion: "client.authentication.k8s.io/v1beta1",
          command: "gke-gcloud-auth-plugin",
          args: ["--use_application_default_credentials"],
        },
      ],
      // GKE annotates every Service, such as with cloud.google.com/neg. The provider would remove what it didn't write,
      // and every plan would change all Services. Annotations that a resource sets itself are still sent and compared.
      // What Kubernetes writes (*.kubernetes.io) the provider leaves out anyway.
      // https://github.com/hashicorp/terraform-provider-kubernetes/issues/445
      ignoreAnnotations: ["^cloud\\.google\\.com/", "^networking\\.gke\\.io/"],
    });
    const namespace = (this.namespace = new SecureNamespace(this, "namespace", { name }).name);
    new SingleWriters(this, "single-writers", {
      name: `${name}-baking-pods`,
      namespace,
      kind: bakingNodeKind,
      claimPrefix: bakerDiskName(configuration, { name: "" }),
      insteadOfForce: "Use `npm run fence`: it powers the VM off first.",
    });
    this.diskClass = new DiskClass(this, "disk-class", { name: `${name}-retained` });
    this.scripts = new OctezScripts(this, "octez-scripts", { namespace });

    const images = bakingPodImages(configuration);
    this.imagePrePull = new ImagePrePull(this, "image-pre-pull", { namespace, pool: "baking", images });

    const image = forwarderImage(imageRepository(configuration));
    this.forwarders = new SignerForwarders(this, "forwarder", {
      configuration,
      namespace,
      externalAddresses: platform.forwarderAddresses,
      googleServiceAccount: platform.forwarderServiceAccount,
      hostKeySecret: platform.hostKeySecret,
      image,
    }).forwarders;
    if (configuration.publicNodes.count > 0) this.publicNodes = this.createPublicNodes();
    const bakingNodes = platform.bakers.map((baker) => this.createBakingNode(baker));
    new SignerPathMonitoring(this, "signer-path", { namespace, pods: [...this.forwarders, ...bakingNodes] });

    new TerraformOutput(this, "image", {
      description: "The forwarder's image. Its pods wait until it is pushed.",
      value: image,
    });
    neverDelete(this);
  }

  private createPublicNodes(): PublicNodes {
    const { configuration, namespace, scripts, diskClass } = this;
    const servesRpc = configuration.bakers.some(({ dal }) => dal);
    return new PublicNodes(this, "public-nodes", { configuration, namespace, scripts, diskClass, servesRpc });
  }

  private createBakingNode(provisioned: ProvisionedBaker): BakingNode {
    const { configuration, namespace, scripts, diskClass, imagePrePull, publicNodes, forwarders } = this;
    const { baker, volumeHandle, dalAddress, authentication } = provisioned;
    const dalNode = dalAddress === undefined ? undefined : this.createDalNode(provisioned, dalAddress);
    const signerProxy = new BakerProxy(this, `proxy-${baker.name}`, {
      configuration,
      baker,
      namespace,
      forwarderAddresses: forwarders.map(({ clusterAddress }) => clusterAddress),
    });
    const node = new BakingNode(this, `baker-${baker.name}`, {
      configuration,
      baker,
      namespace,
      scripts,
      diskClass,
      volumeHandle,
      imagePrePull,
      signerProxy,
      publicNodes,
      dalNode,
      authentication,
    });
    for (const forwarder of forwarders) node.connections.allowTo(forwarder.connections, forwarderPortNames(baker));
    return node;
  }

  private createDalNode({ baker }: ProvisionedBaker, publicAddress: string): DalNode {
    const { configuration, namespace, diskClass, publicNodes } = this;
    if (publicNodes === undefined) throw new Error(`the DAL node of baker ${baker.name} needs public nodes`);
    return new DalNode(this, `dal-${baker.name}`, {
      configuration,
      baker,
      namespace,
      diskClass,
      publicNodes,
      publicAddress,
    });
  }
}
