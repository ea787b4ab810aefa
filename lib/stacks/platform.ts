import { GoogleProvider } from "@cdktf/provider-google/lib/provider";
import { TerraformOutput, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { createdPools, diskZones } from "../config/facts/pools";
import type { BakerConfiguration, Configuration } from "../config/schema/configuration";
import { ReservedAddress } from "../gke/addresses";
import { Cluster } from "../gke/cluster";
import { BakerDisk } from "../gke/disks";
import { imageRepository } from "../gke/image-repository";
import { Network } from "../gke/network";
import { NodePool } from "../gke/node-pools";
import { NodeServiceAccount } from "../gke/node-service-account";
import { ImageRegistry } from "../gke/registry";
import { WorkloadSecret } from "../gke/secrets";
import { ProjectServices } from "../gke/services";
import { WorkloadServiceAccount } from "../gke/workload-service-account";
import { AlertPolicies } from "../monitoring/alert-policies";
import { bakerDiskName } from "../tezos/baking-node-names";
import { configureBackend } from "./backend";

export interface PlatformStackProps {
  readonly configuration: Configuration;
}

/**
 * Google Cloud: everything that must be there before Kubernetes can be spoken to. All attributes but the maps' keys are
 * tokens; another stack that uses one gets it through this stack's state.
 */
export class PlatformStack extends TerraformStack {
  /** Host name of the control plane's DNS endpoint, which IAM guards. */
  readonly clusterEndpoint: string;
  /** The forwarders' reserved addresses, in their order. */
  readonly forwarderAddresses: string[];
  /** The reserved address of each baker's DAL node; only bakers that have one. */
  readonly dalAddresses: ReadonlyMap<string, string>;
  /** The volume handle of each baker's disk, `projects/P/regions/R/disks/D`. */
  readonly bakerDisks: ReadonlyMap<string, string>;
  /** E-mail of the Google service account for the Kubernetes service account `forwarder`. */
  readonly forwarderServiceAccount: string;
  /** The same for `baker-<name>`; only bakers that prove themselves to their signers. */
  readonly bakerServiceAccounts: ReadonlyMap<string, string>;
  /** `projects/P/secrets/NAME` of the forwarders' ssh host key. A person adds the version. */
  readonly hostKeySecret: string;
  /** The same for each baker's authentication key; only bakers that prove themselves to their signers. */
  readonly authenticationSecrets: ReadonlyMap<string, string>;

  private readonly configuration: Configuration;
  private readonly services: ProjectServices;
  private readonly cluster: Cluster;

  constructor(scope: Construct, id: string, props: PlatformStackProps) {
    super(scope, id);
    this.configuration = props.configuration;
    const { name, google, labels: ownLabels, bakers } = props.configuration;
    const labels = { "managed-by": "terraform", ...ownLabels };

    configureBackend(this, props.configuration);
    const provider = new GoogleProvider(this, "google", { project: google.project, region: google.region });
    // On everything that takes labels, but for the VMs, which the pools make. An override, because cdktf turns the keys
    // of a provider's maps into snake_case: cost-centre would become cost_centre.
    provider.addOverride("default_labels", labels);

    this.services = new ProjectServices(this, "services");
    const { services } = this;
    const network = new Network(this, "network", { name, region: google.region, ranges: google.ranges, services });
    const nodes = new NodeServiceAccount(this, "nodes", { project: google.project, name, services });
    const registry = new ImageRegistry(this, "registry", { name, region: google.region, nodes, services });
    this.cluster = new Cluster(this, "cluster", { name, google, network, nodes });
    this.clusterEndpoint = this.cluster.endpoint;
    for (const pool of createdPools(props.configuration)) {
      const { cluster } = this;
      new NodePool(this, `${pool}-pool`, {
        pool,
        configuration: props.configuration,
        labels,
        cluster,
        nodes,
        registry,
      });
    }

    const forwarders = this.reserveForwarderAddresses();
    this.forwarderAddresses = forwarders.map(({ address }) => address);
    this.dalAddresses = new Map(
      bakers.filter(({ dal }) => dal).map((baker) => [baker.name, this.reserveDalAddress(baker)]),
    );
    this.bakerDisks = new Map(bakers.map((baker) => [baker.name, this.createDisk(baker)]));

    const forwarder = this.createServiceAccount("forwarder");
    this.forwarderServiceAccount = forwarder.email;
    this.hostKeySecret = this.createSecret("host-key", `${name}-host-key`, forwarder);

    const authenticating = bakers.filter((baker) => baker.authenticationPublicKey !== undefined);
    const readers = authenticating.map((baker) => ({
      baker,
      account: this.createServiceAccount(`baker-${baker.name}`),
    }));
    this.bakerServiceAccounts = new Map(readers.map(({ baker, account }) => [baker.name, account.email]));
    this.authenticationSecrets = new Map(
      readers.map(({ baker, account }) => [
        baker.name,
        this.createSecret(`authentication-${baker.name}`, `${name}-authentication-${baker.name}`, account),
      ]),
    );

    new AlertPolicies(this, "alerts", { configuration: props.configuration, labels, services });

    this.createOutputs();
  }

  private reserveForwarderAddresses(): ReservedAddress[] {
    const { name, forwarders } = this.configuration;
    return Array.from({ length: forwarders.count }, (_, index) => {
      const forwarder = `forwarder-${index + 1}`;
      return new ReservedAddress(this, `${forwarder}-address`, {
        name: `${name}-${forwarder}`,
        description: `The Raspberry Pis of ${name} dial it.`,
        services: this.services,
      });
    });
  }

  private reserveDalAddress(baker: BakerConfiguration): string {
    return new ReservedAddress(this, `dal-address-${baker.name}`, {
      name: `${this.configuration.name}-dal-${baker.name}`,
      description: `Peers of baker ${baker.name}'s DAL node dial it.`,
      services: this.services,
    }).address;
  }

  private createDisk(baker: BakerConfiguration): string {
    return new BakerDisk(this, `disk-${baker.name}`, {
      name: bakerDiskName(this.configuration, baker),
      baker: baker.name,
      sizeGiB: baker.diskGiB,
      zones: diskZones(this.configuration),
      services: this.services,
    }).volumeHandle;
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

  private createSecret(id: string, name: string, reader: WorkloadServiceAccount): string {
    return new WorkloadSecret(this, `${id}-secret`, { name, reader, services: this.services }).secretId;
  }

  private createOutputs(): void {
    const { name, google } = this.configuration;
    new TerraformOutput(this, "get_credentials", {
      description: "Run it to reach the cluster with kubectl. Your Google account needs container.clusters.connect.",
      value: `gcloud container clusters get-credentials ${name} --region ${google.region} --project ${google.project} --dns-endpoint`,
    });
    new TerraformOutput(this, "forwarder_addresses", {
      description: "Put them into the configuration as forwarders.addresses: the Raspberry Pis dial them.",
      value: this.forwarderAddresses,
    });
    new TerraformOutput(this, "image_repository", {
      description: "Where the forwarder's image is pushed.",
      value: imageRepository(this.configuration),
    });
    new TerraformOutput(this, "host_key_secret", {
      description: "Add a version with the forwarders' ssh host key: gcloud secrets versions add.",
      value: this.hostKeySecret,
    });
    new TerraformOutput(this, "authentication_secrets", {
      description: "By baker: add a version with the key with which it proves itself to its signers.",
      value: Object.fromEntries(this.authenticationSecrets),
    });
  }
}
