import { natPortsPerVm, vmsPerNatAddress } from "../facts/nat";
import type { Findings } from "../reading/findings";
import type { Readable } from "../reading/shape";
import type { Configuration } from "../schema/configuration";
import { mostVms } from "./ranges";

/** Whether the address of Cloud NAT has ports for all VMs: a VM without any reaches nothing outside Google. */
export function checkNat(configuration: Readable<Configuration>, findings: Findings): void {
  const vms = mostVms(configuration);
  if (vms === undefined || vms.total <= vmsPerNatAddress) return;
  findings.problem(
    ["google", "pools"],
    `have ${vms.total} VMs (${vms.text}), but the address of Cloud NAT has ports for ${vmsPerNatAddress}, ${natPortsPerVm} each. Lower vmsPerZone.`,
  );
}
