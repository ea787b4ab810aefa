import { isProtected } from "../../lib/terraform/protected-types";
import { exitCode, Failure } from "../../lib/terminal/failure";
import { type Terraform, terraformCommand, terraformProgram } from "../../lib/terraform/terraform";
import { shellWord } from "../../lib/terminal/shell";
import { shortestPath } from "../configuration-file";
import { print } from "../dialogue";
import { ProgramError } from "../programs";
import { type Context, runQuietly } from "./context";
import { json } from "./preflight";
import { type StateResource, stateOf } from "./state";

/** How an object is found with gcloud, and what its status must be for it to be usable. */
interface Lookup {
  /** gcloud's words before and after the verb: `gcloud compute addresses describe NAME --region R`. */
  readonly kind: readonly string[];
  readonly place: (values: StateResource["values"]) => readonly string[];
  /** undefined: it has no status, so that it is usable if it exists. */
  readonly usable?: readonly string[];
}

const inRegion = ({ region }: StateResource["values"]): string[] => ["--region", lastPart(region)];
const inZone = ({ zone }: StateResource["values"]): string[] => ["--zone", lastPart(zone)];
const inLocation = ({ location }: StateResource["values"]): string[] => ["--location", lastPart(location)];

/** https://cloud.google.com/kubernetes-engine/docs/reference/rest/v1/projects.locations.clusters#status and others */
const lookups: Readonly<Record<string, Lookup>> = {
  google_container_cluster: {
    kind: ["container", "clusters"],
    place: inLocation,
    usable: ["RUNNING", "RECONCILING"],
  },
  google_container_node_pool: {
    kind: ["container", "node-pools"],
    place: (values) => ["--cluster", lastPart(values["cluster"]), ...inLocation(values)],
    usable: ["RUNNING", "RUNNING_WITH_ERROR", "RECONCILING"],
  },
  google_compute_address: { kind: ["compute", "addresses"], place: inRegion, usable: ["RESERVED", "IN_USE"] },
  google_compute_region_disk: { kind: ["compute", "disks"], place: inRegion, usable: ["READY"] },
  google_compute_disk: { kind: ["compute", "disks"], place: inZone, usable: ["READY"] },
  google_compute_network: { kind: ["compute", "networks"], place: () => [] },
  google_compute_subnetwork: { kind: ["compute", "networks", "subnets"], place: inRegion },
  google_secret_manager_secret: { kind: ["secrets"], place: () => [] },
};

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
    if (!(resource.type in lookups)) continue;
    const { status, message } = await lookUp(context, resource);
    // Terraform itself finds out, and creates it.
    if (status === undefined) continue;
    const usable = lookups[resource.type]?.usable;
    if (usable === undefined || usable.includes(status)) await untaint(context, terraform, resource, status);
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
  const found = `${nameOf(resource)} is ${status}${reason ? `: ${reason}` : ""}.`;
  if (["PROVISIONING", "CREATING", "RESERVING"].includes(status))
    return `${found}\nWait until it is done, and run again.`;
  // Only what has never run a pod is deleted. A disk may hold high watermarks whatever its status is.
  const canRunPods = type === "google_container_cluster" || type === "google_container_node_pool";
  if (!canRunPods || (await isUsed()))
    return `${found}\n${canRunPods ? "It may have run pods" : "It may be in use, or hold data"}, so look first: gcloud ${describeCommand(context, resource).map(shellWord).join(" ")}`;
  return [
    found,
    "Nothing has run on it. Delete it, and run the same command again, which creates it anew:",
    `  gcloud ${command(context, resource, "delete").map(shellWord).join(" ")}`,
    `  ${terraformCommand(shortestPath(terraform.folder), "state", "rm", address)}`,
  ].join("\n");
}

async function lookUp(
  context: Context,
  resource: StateResource,
): Promise<{ readonly status?: string; readonly message?: string }> {
  try {
    const { status = "there", statusMessage } = await json<{ status?: string; statusMessage?: string }>(
      ["gcloud", ...describeCommand(context, resource)],
      context.interruption,
    );
    return { status, ...(statusMessage && { message: statusMessage }) };
  } catch (error) {
    if (error instanceof ProgramError && /not found|code=404|NOT_FOUND/i.test(error.reason)) return {};
    if (error instanceof ProgramError) throw new Failure("Google can't be asked. Nothing was changed.", error.message);
    throw error;
  }
}

const describeCommand = (context: Context, resource: StateResource): string[] => [
  ...command(context, resource, "describe"),
  "--format=json",
];

function command({ configuration }: Context, { type, values }: StateResource, verb: string): string[] {
  const { kind, place } = lookups[type] ?? { kind: [], place: () => [] };
  const name = String(values["name"] ?? "");
  const project = ["--project", configuration.google.project];
  return [
    ...kind,
    verb,
    lastPart(type === "google_secret_manager_secret" ? values["secret_id"] : name),
    ...place(values),
    ...project,
  ];
}

const nameOf = ({ type, values }: StateResource): string =>
  `${type.replace(/^google_(?:compute_|container_)?/, "").replaceAll("_", " ")} ${String(values["name"] ?? values["secret_id"])}`;

const lastPart = (value: unknown): string => String(value ?? "").replace(/^.*\//, "");
