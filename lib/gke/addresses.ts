import { ComputeAddress } from "@cdktf/provider-google/lib/compute-address";
import { Construct } from "constructs";
import type { ProjectServices } from "./services";

export interface ReservedAddressProps {
  readonly name: string;
  /** What it is for, as shown in Google's console. Changing it would replace the address. */
  readonly description: string;
  readonly services: ProjectServices;
}

/**
 * A regional external address that outlives what uses it. Raspberry Pis, peers and other people's allow lists refer to
 * it, and once released it can't be reserved again, so Terraform must not destroy it.
 */
export class ReservedAddress extends Construct {
  /** The IPv4 address; a token. */
  readonly address: string;
  /** URL of the resource, which Cloud NAT needs; a token. */
  readonly selfLink: string;

  constructor(scope: Construct, id: string, props: ReservedAddressProps) {
    super(scope, id);
    const address = new ComputeAddress(this, "Resource", {
      name: props.name,
      description: props.description,
      addressType: "EXTERNAL",
      // Traffic enters Google's network near the client. A forwarding rule needs an address of the same tier.
      // https://cloud.google.com/network-tiers/docs/overview
      networkTier: "PREMIUM",
      lifecycle: { preventDestroy: true },
      dependsOn: [...props.services.enabled],
    });
    this.address = address.address;
    this.selfLink = address.selfLink;
  }
}
