import { isProtected } from "../../lib/terraform/protected-types";
import { exitCode, Failure } from "../../lib/terminal/failure";
import { type Terraform, terraformCommand, terraformProgram } from "../../lib/terraform/terraform";
import { shellWord } from "../../lib/terminal/shell";
import { shortestPath } from "../configuration-file";
import { print } from "../dialogue";
import { ProgramError } from "../programs";
import { type Context, runQuietly } from "./context";
import { canBeLookedUp, describeCommand, type Found, gcloudCommand, isUsable, lookUp, nameOf } from "./google-object";
import { type StateResource, stateOf } from "./state";

/**
 * Terraform marks what it could not finish as tainted, and every later plan wants to replace it. What must not be replaced
 * would block all plans for ever. So each is looked up: what is usable loses the mark, which changes nothing at Google.
 * @throws Failure with what to type, where one is not usable
 */
export async function repairTainted(
  context: Context,
  terraform: Terraform,
  isUsed: () => Promise<boolean>,
): Promise<void> {
  const tainted = (await stateOf(context, terraform)).filter((each) => each.tainted === true && isProtected(each.type));
  const failures: string[] = [];
  for (const resource of tainted) {
    if (!canBeLookedUp(resource.type)) continue;
    const { status, message } = await ask(context, resource);
    // Terraform itself finds out, and creates it.
    if (status === undefined) continue;
    if (isUsable(resource.type, status)) await untaint(context, terraform, resource, status);
    else failures.push(await unusable(context, terraform, resource, status, message, isUsed));
  }
  if (failures.length === 0) return;
  const message = "An earlier run could not finish something, and it is not usable. Nothing was changed now.";
  throw new Failure(message, failures.join("\n"), exitCode.failure);
}

async function untaint(context: Context, terraform: Terraform, resource: StateResource, status: string): Promise<void> {
  const { address } = resource;
  print(
    `  ${nameOf(resource)} is ${status}, although an earlier run could not finish it: keeping it (${terraformProgram()} untaint)`,
  );
  const result = await runQuietly(context, terraform, ["untaint", "-no-color", "-lock-timeout=10s", address]);
  if (result.status !== 0) throw new Failure(`${address} can't be untainted.`, result.output);
}

async function unusable(
  context: Context,
  terraform: Terraform,
  resource: StateResource,
  status: string,
  reason: string | undefined,
  isUsed: () => Promise<boolean>,
): Promise<string> {
  const { address, type } = resource;
  const { project } = context.configuration.google;
  const found = `${nameOf(resource)} is ${status}${reason ? `: ${reason}` : ""}.`;
  if (["PROVISIONING", "CREATING", "RESERVING"].includes(status))
    return `${found}\nWait until it is done, and run again.`;
  // Only what has never run a pod is deleted. A disk may hold high watermarks whatever its status is.
  const canRunPods = type === "google_container_cluster" || type === "google_container_node_pool";
  if (!canRunPods || (await isUsed()))
    return `${found}\n${canRunPods ? "It may have run pods" : "It may be in use, or hold data"}, so look first: gcloud ${describeCommand(resource, project).map(shellWord).join(" ")}`;
  return [
    found,
    "Nothing has run on it. Delete it, and run the same command again, which creates it anew:",
    `  gcloud ${gcloudCommand(resource, project, "delete").map(shellWord).join(" ")}`,
    `  ${terraformCommand(shortestPath(terraform.folder), "state", "rm", address)}`,
  ].join("\n");
}

async function ask({ configuration, interruption }: Context, resource: StateResource): Promise<Found> {
  try {
    return await lookUp(resource, configuration.google.project, interruption);
  } catch (error) {
    if (error instanceof ProgramError) throw new Failure("Google can't be asked. Nothing was changed.", error.message);
    throw error;
  }
}
