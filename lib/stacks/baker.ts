import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { TerraformOutput, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import type { BakerConfiguration, Configuration } from "../config/schema/configuration";
import { imageRepository } from "../gke/image-repository";
import { DiskClass } from "../kubernetes/disks";
import { SecureNamespace } from "../kubernetes/secure-namespace";
import { SingleWriters } from "../kubernetes/single-writers";
import { SignerPathMonitoring } from "../monitoring/signer-path-monitoring";
import { forwarderPortNames, type SignerForwarder } from "../forwarder/forwarder";
import { SignerForwarders } from "../forwarder/forwarders";
import { forwarderImage } from "../forwarder/image";
import { BakerProxy } from "../forwarder/haproxy-container";
import { BakingNode } from "../tezos/baking-node";
import { bakerDiskName, bakingNodeKind } from "../tezos/baking-node-names";
import { DalNode } from "../tezos/dal-node";
import { OctezScripts } from "../tezos/octez-scripts";
import { PublicNodes } from "../tezos/public-nodes";
import { configureBackend } from "./backend";
import type { PlatformStack } from "./platform";

export interface BakerStackProps {
  readonly configuration: Configuration;
  /** Where it runs. What is taken from it goes through its state. */
  readonly platform: PlatformStack;
}

/** Kubernetes: everything that runs in the cluster of stack `platform`. */
export class BakerStack extends TerraformStack {
  private readonly configuration: Configuration;
  private readonly platform: PlatformStack;
  private readonly namespace: string;
  private readonly diskClass: DiskClass;
  private readonly scripts: OctezScripts;

  constructor(scope: Construct, id: string, props: BakerStackProps) {
    super(scope, id);
    this.configuration = props.configuration;
    this.platform = props.platform;
    const { name, bakers, publicNodes: publicNodesConfiguration } = props.configuration;

    configureBackend(this, props.configuration);
    new KubernetesProvider(this, "kubernetes", {
      host: `https://${this.platform.clusterEndpoint}`,
      // Renews itself during a long apply, and leaves no token in the state, as a data source's would be.
      exec: [
        {
          apiVersion: "client.authentication.k8s.io/v1beta1",
          command: "gke-gcloud-auth-plugin",
          args: ["--use_application_default_credentials"],
        },
      ],
    });
    this.namespace = new SecureNamespace(this, "namespace", { name }).name;
    new SingleWriters(this, "single-writers", {
      name: `${name}-baking-pods`,
      namespace: this.namespace,
      kind: bakingNodeKind,
      claimPrefix: bakerDiskName(props.configuration, { name: "" }),
      insteadOfForce: "Use `farm fence`: it powers the VM off first.",
    });
    this.diskClass = new DiskClass(this, "disk-class", { name: `${name}-retained` });

    this.scripts = new OctezScripts(this, "octez-scripts", { namespace: this.namespace });

    const image = forwarderImage(imageRepository(this.configuration));
    const { forwarders } = new SignerForwarders(this, "forwarder", {
      configuration: this.configuration,
      namespace: this.namespace,
      externalAddresses: this.platform.forwarderAddresses,
      googleServiceAccount: this.platform.forwarderServiceAccount,
      hostKeySecret: this.platform.hostKeySecret,
      image,
    });
    const publicNodes =
      publicNodesConfiguration.count > 0
        ? new PublicNodes(this, "public-nodes", {
            configuration: this.configuration,
            namespace: this.namespace,
            scripts: this.scripts,
            diskClass: this.diskClass,
            servesRpc: bakers.some(({ dal }) => dal),
          })
        : undefined;
    const bakingNodes = bakers.map((baker) => this.createBaker(baker, forwarders, publicNodes));
    new SignerPathMonitoring(this, "signer-path", {
      namespace: this.namespace,
      pods: [...forwarders, ...bakingNodes],
    });

    new TerraformOutput(this, "image", {
      description: "The forwarder's image. Its pods wait until it is pushed.",
      value: image,
    });
  }

  private createBaker(
    baker: BakerConfiguration,
    forwarders: readonly SignerForwarder[],
    publicNodes?: PublicNodes,
  ): BakingNode {
    const { configuration, namespace, scripts, diskClass, platform } = this;
    const dalAddress = platform.dalAddresses.get(baker.name);
    const dalNode =
      dalAddress && publicNodes
        ? new DalNode(this, `dal-${baker.name}`, {
            configuration,
            baker,
            namespace,
            diskClass,
            publicNodes,
            publicAddress: dalAddress,
          })
        : undefined;
    const secret = platform.authenticationSecrets.get(baker.name);
    const serviceAccount = platform.bakerServiceAccounts.get(baker.name);
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
      volumeHandle: platform.bakerDisks.get(baker.name)!,
      signerProxy,
      publicNodes,
      dalNode,
      authentication: secret && serviceAccount ? { secret, serviceAccount } : undefined,
    });
    for (const forwarder of forwarders) node.connections.allowTo(forwarder.connections, forwarderPortNames(baker));
    return node;
  }
}
