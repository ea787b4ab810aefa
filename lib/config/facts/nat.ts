/**
 * Ports that Cloud NAT reserves for each VM. A node that dials peers exhausts the default of 64.
 * https://cloud.google.com/nat/docs/ports-and-addresses
 */
export const natPortsPerVm = 1024;

/** The most VMs that can share one external address of Cloud NAT, which has 64,512 ports. */
export const vmsPerNatAddress = Math.floor(64_512 / natPortsPerVm);
