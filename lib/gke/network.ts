import { ComputeFirewall } from "@cdktf/provider-google/lib/compute-firewall";
import { ComputeNetwork } from "@cdktf/provider-google/lib/compute-network";
import { ComputeRouter } from "@cdktf/provider-google/lib/compute-router";
import { ComputeRouterNat } from "@cdktf/provider-google/lib/compute-router-nat";
import { ComputeSubnetwork } from "@cdktf/provider-google/lib/compute-subnetwork";
import { Construct } from "constructs";
import { natPortsPerVm } from "../config/facts/nat";
import type { Configuration } from "../config/schema/configuration";
import { ReservedAddress } from "./addresses";
import type { ProjectServices } from "./services";

/** Names of the subnetwork's secondary ranges. */
const podsRange = "pods";
const servicesRange = "services";

export interface NetworkProps {
  readonly name: string;
  readonly region: string;
  readonly ranges: Configuration["google"]["ranges"];
  readonly services: ProjectServices;
}

/** A VPC network with one subnetwork. VMs reach the internet through Cloud NAT, unless they have addresses of their own. */
export class Network extends Construct {
  readonly network: ComputeNetwork;
  readonly subnetwork: ComputeSubnetwork;
  /** VMs that start before it exists can't pull images. */
  readonly nat: ComputeRouterNat;
  readonly podsRange = podsRange;
  readonly servicesRange = servicesRange;

  constructor(scope: Construct, id: string, props: NetworkProps) {
    super(scope, id);
    this.network = new ComputeNetwork(this, "Resource", {
      name: props.name,
      // The default creates a subnetwork in every region, with ranges that overlap the configured ones.
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
      // Google's own APIs and registries are reached without Cloud NAT.
      // https://cloud.google.com/vpc/docs/private-google-access
      privateIpGoogleAccess: true,
      // Flow logs, for the investigation of a break-in. A tenth of the flows shows every peer at an affordable price.
      // https://cloud.google.com/vpc/docs/flow-logs
      logConfig: { aggregationInterval: "INTERVAL_10_MIN", flowSampling: 0.1, metadata: "INCLUDE_ALL_METADATA" },
    });
  }

  private createNat({ name, region, services }: NetworkProps): ComputeRouterNat {
    // One address is not a single point of failure: Cloud NAT is part of the network, not a VM.
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
      // Reserved, so that allow lists and peers still recognise it after anything here has been replaced.
      natIpAllocateOption: "MANUAL_ONLY",
      natIps: [address.selfLink],
      minPortsPerVm: natPortsPerVm,
      // VMs and pods. Addresses of Services are never a source.
      sourceSubnetworkIpRangesToNat: "LIST_OF_SUBNETWORKS",
      subnetwork: [
        {
          name: this.subnetwork.id,
          sourceIpRangesToNat: ["PRIMARY_IP_RANGE", "LIST_OF_SECONDARY_IP_RANGES"],
          secondaryIpRangeNames: [podsRange],
        },
      ],
      // Only packets dropped for lack of ports.
      logConfig: { enable: true, filter: "ERRORS_ONLY" },
    });
  }

  /**
   * The network denies all ingress implicitly, without a log; this rule adds the log. Rules that allow ingress are
   * created and maintained by GKE: from the control plane to kubelets, between pods, and for each Service of type
   * LoadBalancer its port, with its source ranges and Google's health checks. None allows ssh to a VM: `kubectl debug
   * node` doesn't need an open port. Egress is restricted by the network policies in the namespace, which apply to
   * pods. A firewall rule would apply to VMs, and public nodes must be able to connect to any address.
   *
   * https://cloud.google.com/firewall/docs/firewalls#default_firewall_rules
   * https://cloud.google.com/kubernetes-engine/docs/concepts/firewall-rules
   */
  private denyIngress({ name }: NetworkProps): void {
    new ComputeFirewall(this, "deny-ingress", {
      name: `${name}-deny-ingress`,
      description: "Denies and logs all ingress that no rule of GKE allows.",
      network: this.network.id,
      direction: "INGRESS",
      // The second-lowest priority, so that every rule of GKE takes precedence.
      priority: 65534,
      sourceRanges: ["0.0.0.0/0"],
      deny: [{ protocol: "all" }],
      logConfig: { metadata: "EXCLUDE_ALL_METADATA" },
    });
  }
}
