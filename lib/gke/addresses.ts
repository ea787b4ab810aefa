import { ComputeAddress } from "@cdktf/provider-google/lib/compute-address";
import { Construct } from "constructs";
import type { ProjectServices } from "./services";

export interface ReservedAddressProps {
  readonly name: string;
  /** What it is for, for those who meet it in Google's console. */
  readonly description: string;
  readonly services: ProjectServices;
}

/**
 * A regional external address that outlives what uses it. Raspberry Pis at home, peers and other people's allow lists
 * know it; once given back to Google it can't be had again, so it is guarded against destruction.
 */
export class ReservedAddress extends Construct {
  /** The IPv4 address; a token. */
  readonly address: string;
  /** The resource's URL, as Cloud NAT wants it; a token. */
  readonly selfLink: string;

  constructor(scope: Construct, id: string, props: ReservedAddressProps) {
    super(scope, id);
    const address = new ComputeAddress(this, "Resource", {
      name: props.name,
      description: props.description,
      addressType: "EXTERNAL",
      // Enters Google's network near the client and not near the region. A forwarding rule takes only its own tier.
      networkTier: "PREMIUM",
      lifecycle: { preventDestroy: true },
      dependsOn: [...props.services.enabled],
    });
    this.address = address.address;
    this.selfLink = address.selfLink;
  }
}
