import { GoogleProvider } from "@cdktf/provider-google/lib/provider";
import { TerraformOutput, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { imageMirrors, imageRepository } from "../config/facts/images";
import { createdPools, diskZones, getCredentials } from "../config/facts/pools";
import type { BakerConfiguration, Configuration } from "../config/schema/configuration";
import { forwarderName, forwarderNumbers, forwarderServiceAccount } from "../forwarder/forwarder-names";
import { ReservedAddress } from "../gke/addresses";
import { Cluster } from "../gke/cluster";
import { BakerDisk } from "../gke/disks";
import { ImageMirror } from "../gke/image-mirror";
import { Network } from "../gke/network";
import { NodePool } from "../gke/node-pools";
import { NodeServiceAccount } from "../gke/node-service-account";
import { ImageRegistry } from "../gke/registry";
import { WorkloadSecret } from "../gke/secrets";
import { ProjectServices } from "../gke/services";
import { WorkloadServiceAccount } from "../gke/workload-service-account";
import { AlertPolicies } from "../monitoring/alert-policies";
import type { BakingNodeProps } from "../tezos/baking-node";
import { bakerDiskName, bakingNodeName } from "../tezos/baking-node-names";
import { configureBackend } from "./backend";
import { neverDelete } from "./never-deleted";

export interface PlatformStackProps {
  readonly configuration: Configuration;
}

/** A baker, and what the platform provides for it. All values but the configuration are tokens. */
export interface ProvisionedBaker {
  readonly baker: BakerConfiguration;
  /** Volume handle of its disk: `projects/P/regions/R/disks/D` or `projects/P/zones/Z/disks/D`. */
  readonly volumeHandle: string;
  /** Reserved external address of its DAL node. @default - it has no DAL node */
  readonly dalAddress?: string;
  /** The secret for its authentication key, and its reader. @default - it doesn't authenticate to its signers */
  readonly authentication?: BakingNodeProps["authentication"];
}

/**
 * Google Cloud: everything that must exist before Terraform can connect to Kubernetes. Attributes are tokens; a stack
 * that uses one reads it from this stack's state.
 */
export class PlatformStack extends TerraformStack {
  /** Host name of the control plane's DNS endpoint, to which IAM controls access. */
  readonly clusterEndpoint: string;
  /** Reserved external addresses of the forwarders, by their number. */
  readonly forwarderAddresses: string[];
  /** E-mail of the Google service account of the forwarders. */
  readonly forwarderServiceAccount: string;
  /** The secret for the forwarders' ssh host key: `projects/P/secrets/NAME`. A person adds its version. */
  readonly hostKeySecret: string;
  /** In the order of the configuration. */
  readonly bakers: readonly ProvisionedBaker[];

  private readonly configuration: Configuration;
  private readonly services: ProjectServices;
  private readonly cluster: Cluster;

  constructor(scope: Construct, id: string, props: PlatformStackProps) {
    super(scope, id);
    const configuration = (this.configuration = props.configuration);
    const { name, google } = configuration;
    const labels = { "managed-by": "terraform", ...configuration.labels };

    configureBackend(this, configuration);
    const provider = new GoogleProvider(this, "google", { project: google.project, region: google.region });
    // Labels everything that takes labels, except VMs, which node pools create. An override, because cdktf would
    // convert the keys to snake_case: cost-centre would become cost_centre.
    provider.addOverride("default_labels", labels);

    const services = (this.services = new ProjectServices(this, "services"));
    const network = new Network(this, "network", { name, region: google.region, ranges: google.ranges, services });
    const nodes = new NodeServiceAccount(this, "nodes", { project: google.project, name, services });
    const registry = new ImageRegistry(this, "registry", { name, region: google.region, nodes, services });
    const mirrors = imageMirrors(configuration).map(
      (mirror) => new ImageMirror(this, `${mirror.id}-mirror`, { mirror, region: google.region, nodes, services }),
    );
    const pullRights = [registry, ...mirrors].map(({ nodesMayPull }) => nodesMayPull);
    const cluster = (this.cluster = new Cluster(this, "cluster", { configuration, network, nodes }));
    this.clusterEndpoint = cluster.endpoint;
    for (const pool of createdPools(configuration)) {
      new NodePool(this, `${pool}-pool`, { pool, configuration, labels, cluster, nodes, pullRights });
    }

    this.forwarderAddresses = forwarderNumbers(configuration).map((number) => this.reserveForwarderAddress(number));
    const forwarder = this.createServiceAccount(forwarderServiceAccount);
    this.forwarderServiceAccount = forwarder.email;
    this.hostKeySecret = this.createSecret("host-key", forwarder);
    this.bakers = configuration.bakers.map((baker) => this.provision(baker));

    new AlertPolicies(this, "alerts", { configuration, labels, services, cluster: cluster.resource });

    this.createOutputs();
    neverDelete(this);
  }

  private reserveForwarderAddress(number: number): string {
    const { name } = this.configuration;
    return new ReservedAddress(this, `${forwarderName(number)}-address`, {
      name: `${name}-${forwarderName(number)}`,
      description: `The Raspberry Pis of ${name} dial it.`,
      services: this.services,
    }).address;
  }

  private provision(baker: BakerConfiguration): ProvisionedBaker {
    const disk = new BakerDisk(this, `disk-${baker.name}`, {
      name: bakerDiskName(this.configuration, baker),
      baker: baker.name,
      sizeGiB: baker.diskGiB,
      zones: diskZones(this.configuration),
      services: this.services,
    });
    return {
      baker,
      volumeHandle: disk.volumeHandle,
      dalAddress: baker.dal ? this.reserveDalAddress(baker) : undefined,
      authentication: baker.authenticationPublicKey === undefined ? undefined : this.createAuthentication(baker),
    };
  }

  private reserveDalAddress(baker: BakerConfiguration): string {
    return new ReservedAddress(this, `dal-address-${baker.name}`, {
      name: `${this.configuration.name}-dal-${baker.name}`,
      description: `Peers of baker ${baker.name}'s DAL node dial it.`,
      services: this.services,
    }).address;
  }

  private createAuthentication(baker: BakerConfiguration): ProvisionedBaker["authentication"] {
    const account = this.createServiceAccount(bakingNodeName(baker));
    return { secret: this.createSecret(`authentication-${baker.name}`, account), serviceAccount: account.email };
  }

  private createServiceAccount(kubernetesServiceAccount: string): WorkloadServiceAccount {
    return new WorkloadServiceAccount(this, `${kubernetesServiceAccount}-account`, {
      project: this.configuration.google.project,
      name: this.configuration.name,
      kubernetesServiceAccount,
      cluster: this.cluster,
      services: this.services,
    });
  }

  /** @returns `projects/P/secrets/NAME` */
  private createSecret(suffix: string, reader: WorkloadServiceAccount): string {
    const name = `${this.configuration.name}-${suffix}`;
    return new WorkloadSecret(this, `${suffix}-secret`, { name, reader, services: this.services }).secretId;
  }

  private createOutputs(): void {
    new TerraformOutput(this, "get_credentials", {
      description:
        "Command that configures kubectl for the cluster. Your Google account needs container.clusters.connect.",
      value: `gcloud ${getCredentials(this.configuration).join(" ")}`,
    });
    new TerraformOutput(this, "forwarder_addresses", {
      description: "Add them to the configuration as forwarders.addresses: the Raspberry Pis connect to them.",
      value: this.forwarderAddresses,
    });
    new TerraformOutput(this, "image_repository", {
      description: "Repository to push the forwarder's image to.",
      value: imageRepository(this.configuration),
    });
    new TerraformOutput(this, "host_key_secret", {
      description: "Add the forwarders' ssh host key as its version, with gcloud secrets versions add.",
      value: this.hostKeySecret,
    });
    new TerraformOutput(this, "authentication_secrets", {
      description: "By baker. Add as its version the key with which the baker authenticates to its signers.",
      value: Object.fromEntries(
        this.bakers.flatMap(({ baker, authentication }) =>
          authentication === undefined ? [] : [[baker.name, authentication.secret]],
        ),
      ),
    });
  }
}
