import { ProgramError, run } from "../programs";

/** Where a VM is. A Node's providerID contains it: gce://PROJECT/ZONE/NAME. */
export interface VmAddress {
  readonly project: string;
  readonly zone: string;
  readonly name: string;
}

/** A VM, as Compute Engine describes it. */
export interface Vm {
  /** Unique: a new VM of the same name has another id. */
  readonly id: string;
  /**
   * RUNNING, STOPPING, TERMINATED (off), SUSPENDED (off, but its memory is kept) and others.
   * https://cloud.google.com/compute/docs/instances/instance-lifecycle
   */
  readonly status: string;
}

/**
 * The VM of this name; undefined if Compute Engine reports that it does not exist.
 * @throws ProgramError if gcloud fails
 */
export function describeVm(vm: VmAddress): Vm | undefined {
  try {
    return JSON.parse(run("gcloud", [...instances("describe", vm), "--format", "json"])) as Vm;
  } catch (error) {
    const { project, zone, name } = vm;
    const resource = `projects/${project}/zones/${zone}/instances/${name}'`;
    if (error instanceof ProgramError && error.reason.includes(`${resource} was not found`)) return undefined;
    throw error;
  }
}

/**
 * Requests that the VM is powered off, and does not wait. `stop`, not `delete`: afterwards Compute Engine reports
 * TERMINATED for this very VM, whereas a deleted VM is only absent, as it would be in the wrong project. And the boot disk
 * and the serial log can be read until the node pool replaces the VM, which its managed instance group does in both cases:
 * it treats a VM that was stopped from outside as failed, and creates another one of the same name.
 * @throws ProgramError if gcloud fails
 */
export function requestPowerOff(vm: VmAddress): void {
  run("gcloud", [...instances("stop", vm), "--async", "--quiet"]);
}

/**
 * Whether the VM that had this id no longer runs anything, and never resumes what it ran. A suspended VM would resume.
 * @param id undefined if the VM was already gone
 */
export function isOff(id: string | undefined, now: Vm | undefined): boolean {
  return now === undefined || now.id !== id || now.status === "TERMINATED";
}

const instances = (action: string, { project, zone, name }: VmAddress) => [
  ...["compute", "instances", action, name],
  ...["--zone", zone, "--project", project],
];
