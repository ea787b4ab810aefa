import { exitCode, Failure } from "../../lib/terminal/failure";
import { chosenConfigurationFile } from "../configuration-file";
import { validConfiguration } from "../load-configuration";
import { confirm, print, printTarget } from "./dialogue";
import { Cluster } from "./kubernetes";
import { movePod } from "./move-pod";
import { powerOff } from "./power-off";
import { ProgramError } from "../programs";
import { findTarget, type Target } from "./target";

export interface FenceOptions {
  /** Name of the baker. @default - the only baker */
  readonly baker?: string;
  /** Skips the confirmation. @default false */
  readonly yes?: boolean;
  /** How long the VM may take to power off, in seconds, as it was typed. */
  readonly offWithin: string;
}

/**
 * Powers off the VM of a baking pod that Kubernetes has lost, and lets the pod start on another VM. The order is what
 * matters: a second baker may start only when Compute Engine has confirmed that the first one's VM is off.
 * @throws Failure if something is doubtful, and nothing was changed; with exit code 3, if fence has to be run again
 */
export async function fence(argument: string | undefined, options: FenceOptions): Promise<void> {
  const offWithinSeconds = Number(options.offWithin);
  if (!Number.isInteger(offWithinSeconds) || offWithinSeconds < 1)
    throw new Failure(`--off-within must be a number of seconds, not ${options.offWithin}.`, "", exitCode.usage);
  const file = chosenConfigurationFile(argument, "fence");
  const configuration = validConfiguration(file.path);
  print(`${file.path} (${file.reason})`);
  let cluster: Cluster | undefined;
  try {
    cluster = Cluster.connect(configuration);
    const target = findTarget(cluster, configuration, options.baker);
    printTarget(cluster, configuration, target);
    if (options.yes !== true) {
      await confirm(target.address.name);
      // The confirmation can take minutes.
      refuseIfChanged(target, findTarget(cluster, configuration, options.baker));
    }
    await powerOff(target, offWithinSeconds);
    await movePod(cluster, target);
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    throw new Failure(`${error.command.split(" ")[0]} failed; nothing was done.`, error.message);
  } finally {
    cluster?.close();
  }
}

function refuseIfChanged(shown: Target, now: Target): void {
  const identity = ({ pod, vm }: Target) => `${pod.metadata.uid} ${vm?.id}`;
  if (identity(shown) !== identity(now))
    throw new Failure("The pod or its VM has been replaced in the meantime. Nothing was done. Run fence again.");
}
