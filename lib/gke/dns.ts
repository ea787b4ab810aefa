import { DnsRecordSet } from "@cdktf/provider-google/lib/dns-record-set";
import { Construct } from "constructs";
import type { Configuration } from "../config/schema/configuration";
import type { ReservedAddress } from "./addresses";
import type { ProjectServices } from "./services";

export interface ForwarderRecordsProps {
  readonly dns: NonNullable<Configuration["google"]["dns"]>;
  readonly forwarders: readonly ReservedAddress[];
  readonly services: ProjectServices;
}

/**
 * Names of the forwarders, forwarder-1.<domain> and so on, for people and monitoring. The Raspberry Pis dial the
 * addresses: a tunnel must come back also while names can't be resolved.
 */
export class ForwarderRecords extends Construct {
  constructor(scope: Construct, id: string, props: ForwarderRecordsProps) {
    super(scope, id);
    const domain = props.dns.domain.replace(/\.$/, "");
    props.forwarders.forEach((forwarder, index) => {
      const name = `forwarder-${index + 1}`;
      new DnsRecordSet(this, name, {
        managedZone: props.dns.managedZone,
        name: `${name}.${domain}.`,
        type: "A",
        ttl: 300,
        rrdatas: [forwarder.address],
        dependsOn: [...props.services.enabled],
      });
    });
  }
}
