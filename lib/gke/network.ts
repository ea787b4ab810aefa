import { ComputeFirewall } from "@cdktf/provider-google/lib/compute-firewall";
import { ComputeNetwork } from "@cdktf/provider-google/lib/compute-network";
import { ComputeRouter } from "@cdktf/provider-google/lib/compute-router";
import { ComputeRouterNat } from "@cdktf/provider-google/lib/compute-router-nat";
import { ComputeSubnetwork } from "@cdktf/provider-google/lib/compute-subnetwork";
import { Construct } from "constructs";
import type { Configuration } from "../config/schema/configuration";
import { ReservedAddress } from "./addresses";
import type { ProjectServices } from "./services";

/** Names of the subnet's secondary ranges. */
const podsRange = "pods";
const servicesRange = "services";

export interface NetworkProps {
  readonly name: string;
  readonly region: string;
  readonly ranges: Configuration["google"]["ranges"];
  readonly services: ProjectServices;
}

/** A VPC of its own with one subnet. VMs have no external addresses; they reach the internet through Cloud NAT. */
export class Network extends Construct {
  readonly network: ComputeNetwork;
  readonly subnetwork: ComputeSubnetwork;
  /** VMs that start before can't pull images. */
  readonly nat: ComputeRouterNat;
  readonly podsRange = podsRange;
  readonly servicesRange = servicesRange;

  constructor(scope: Construct, id: string, props: NetworkProps) {
    super(scope, id);
    this.network = new ComputeNetwork(this, "Resource", {
      name: props.name,
      // The default would put a subnet into every region of the world, with ranges that overlap ours.
      autoCreateSubnetworks: false,
      routingMode: "REGIONAL",
      dependsOn: [...props.services.enabled],
    });
    this.subnetwork = this.createSubnetwork(props);
    this.nat = this.createNat(props);
    this.denyIngress(props);
  }

  private createSubnetwork({ name, region, ranges }: NetworkProps): ComputeSubnetwork {
    return new ComputeSubnetwork(this, "subnetwork", {
      name,
      region,
      network: this.network.id,
      ipCidrRange: ranges.nodes,
      secondaryIpRange: [
        { rangeName: podsRange, ipCidrRange: ranges.pods },
        { rangeName: servicesRange, ipCidrRange: ranges.services },
      ],
      // Google's own APIs and registries are reached without passing through the NAT.
      privateIpGoogleAccess: true,
      // Who talked to whom, for the day after a break-in. A tenth of the flows shows every peer and stays affordable.
      logConfig: { aggregationInterval: "INTERVAL_10_MIN", flowSampling: 0.1, metadata: "INCLUDE_ALL_METADATA" },
    });
  }

  private createNat({ name, region, services }: NetworkProps): ComputeRouterNat {
    // One address is no single point of failure: Cloud NAT is no machine but a property of the network.
    const address = new ReservedAddress(this, "nat-address", {
      name: `${name}-nat`,
      description: `All that ${name} sends to the internet comes from here.`,
      services,
    });
    const router = new ComputeRouter(this, "router", { name, region, network: this.network.id });
    return new ComputeRouterNat(this, "nat", {
      name,
      region,
      router: router.name,
      // Reserved, so that other people's allow lists hold, and peers know us again, whatever is replaced here.
      natIpAllocateOption: "MANUAL_ONLY",
      natIps: [address.selfLink],
      // The default of 64 is soon used up by a node that dials peers. One address has enough for 63 VMs.
      minPortsPerVm: 1024,
      // VMs and pods. Addresses of Services never send.
      sourceSubnetworkIpRangesToNat: "LIST_OF_SUBNETWORKS",
      subnetwork: [
        {
          name: this.subnetwork.id,
          sourceIpRangesToNat: ["PRIMARY_IP_RANGE", "LIST_OF_SECONDARY_IP_RANGES"],
          secondaryIpRangeNames: [podsRange],
        },
      ],
      // Only what was dropped for want of ports.
      logConfig: { enable: true, filter: "ERRORS_ONLY" },
    });
  }

  /**
   * The network denies all ingress by itself, silently; this says it again, with a log. There are no rules that allow:
   * GKE writes those itself, and keeps them right (control plane to kubelets, pods among each other, and for each
   * Service of type LoadBalancer its port, its source ranges and Google's health checks). None lets anybody reach a VM
   * by ssh: `kubectl debug node` needs no open port. Egress is held by the namespace's network policies, which
   * see pods; a firewall sees VMs only, and public nodes must dial anywhere.
   */
  private denyIngress({ name }: NetworkProps): void {
    new ComputeFirewall(this, "deny-ingress", {
      name: `${name}-deny-ingress`,
      description: "Denies and logs all that no rule of GKE allows.",
      network: this.network.id,
      direction: "INGRESS",
      // The last but one: every rule of GKE comes before it.
      priority: 65534,
      sourceRanges: ["0.0.0.0/0"],
      deny: [{ protocol: "all" }],
      logConfig: { metadata: "EXCLUDE_ALL_METADATA" },
    });
  }
}
