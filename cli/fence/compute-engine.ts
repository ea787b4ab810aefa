import { ask, ProgramError } from "./programs";

/** Where a VM is: what a Node's providerID says, gce://PROJECT/ZONE/NAME. */
export interface VmAddress {
  readonly project: string;
  readonly zone: string;
  readonly name: string;
}

/** A VM, as Compute Engine describes it. */
export interface Vm {
  /** Never given to another VM, also not to the next one of the same name. */
  readonly id: string;
  /** RUNNING, STOPPING, TERMINATED (off), SUSPENDED (asleep, with its memory) and others. */
  readonly status: string;
}

/**
 * What Compute Engine says of the VM of this name; undefined where it says that there is none.
 * @throws ProgramError where it can't be asked
 */
export function describeVm(vm: VmAddress): Vm | undefined {
  try {
    return JSON.parse(ask("gcloud", [...instances("describe", vm), "--format", "json"])) as Vm;
  } catch (error) {
    const { project, zone, name } = vm;
    const resource = `projects/${project}/zones/${zone}/instances/${name}'`;
    if (error instanceof ProgramError && error.words.includes(`${resource} was not found`)) return undefined;
    throw error;
  }
}

/**
 * Orders the VM off, and does not wait. `stop` and not `delete`: TERMINATED is Compute Engine's own word for this very
 * VM, where after a delete one sees nothing, which a wrong project would show as well; and until the node pool replaces
 * the VM, its boot disk and serial log are there to be read. The pool does so in both cases: to its managed instance
 * group a VM that somebody else stopped is a failed one, and it makes another of the same name.
 */
export function orderOff(vm: VmAddress): void {
  ask("gcloud", [...instances("stop", vm), "--async", "--quiet"]);
}

/**
 * Whether the VM that had this id (undefined: one that was gone already) runs nothing any more, and never will again from where it was. A suspended one would:
 * its memory is kept.
 */
export function isOff(id: string | undefined, now: Vm | undefined): boolean {
  return now === undefined || now.id !== id || now.status === "TERMINATED";
}

const instances = (verb: string, { project, zone, name }: VmAddress) => [
  ...["compute", "instances", verb, name],
  ...["--zone", zone, "--project", project],
];
