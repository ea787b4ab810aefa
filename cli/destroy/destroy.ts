import { elsewhere, forbiddenDeletions, notConfigured } from "./refusals";
import { clusterLocation } from "../../lib/config/facts/pools";
import { exitCode, Failure } from "../../lib/terminal/failure";
import { reducedStack, unchanging, unprotected } from "../../lib/terraform/reduced-stack";
import { lastPart } from "../../lib/terraform/import-ids";
import type { StackJson } from "../../lib/terraform/stack-json";
import { type Terraform, terraformCommand } from "../../lib/terraform/terraform";
import { shellWord } from "../../lib/terminal/shell";
import { chosenConfigurationFile, pathFromPackage, shortestPath } from "../configuration-file";
import { type Context, runQuietly } from "../deploy/context";
import { planAndApply } from "../deploy/plan-and-apply";
import { lookUp } from "../deploy/google-object";
import { lackList, missingPrograms } from "../deploy/preflight";
import { contextFor, endedAs } from "../deploy/session";
import { initialise, writeStack } from "../deploy/stack";
import { type StateResource, stateOf } from "../deploy/state";
import { line, print } from "../dialogue";
import { json, ProgramError } from "../programs";
import { publish } from "../synth/synth";
import { isVolumeOf, type Staying, stayingOf, type VolumeDisk } from "./staying";

export interface DestroyOptions {
  /** The deployment's name, instead of asking for it. */
  readonly confirm?: string;
  /** Names of disks, addresses and secrets that are deleted too. */
  readonly delete?: readonly string[];
  /** Shows whole plans. @default false */
  readonly verbose?: boolean;
}

/**
 * Deletes a deployment in an order that can't stop halfway: what runs on the cluster, then the cluster, then the rest; each
 * thing that can't be recreated only when its name is typed, disks last.
 * @throws Failure with exit code 1 if nothing was changed, and 3 if it is not complete
 */
export async function destroy(argument: string | undefined, options: DestroyOptions): Promise<void> {
  const file = chosenConfigurationFile(argument, "destroy");
  const published = publish(file);
  const { configuration, stacks } = published;
  const { name } = configuration;
  if (options.confirm !== undefined && options.confirm !== name)
    throw new Failure(`--confirm must be the deployment's name, ${name}, not ${options.confirm}. Nothing was changed.`);
  const missing = missingPrograms(["docker", "jq", "curl"]);
  if (missing.length > 0) throw new Failure("Programs are missing.", lackList(missing));
  const context = contextFor(
    published,
    { yes: true, verbose: options.verbose === true },
    `npm run destroy -- ${shellWord(pathFromPackage(file.path))}`,
  );
  try {
    const platformJson = stacks["platform"]!;
    writeStack(context, "platform", platformJson);
    writeStack(context, "baker", stacks["baker"]!);
    const platform = await initialise(context, "platform");
    const baker = await initialise(context, "baker");
    const [onCluster, inPlatform] = [await stateOf(context, baker), await stateOf(context, platform)];
    if (onCluster.length + inPlatform.length === 0) return print(`Nothing of ${name} is deployed.`);
    refuseElsewhere(context, file.path, inPlatform);
    refuseUnknown(file.path, platform, notConfigured(platformJson, inPlatform));
    await confirm(context, stayingOf(inPlatform), options);
    await destroyBaker(context, baker, stacks["baker"]!, onCluster, inPlatform);
    await destroyPlatform(context, platform, platformJson);
    await offerRest(context, platform, platformJson, options);
  } catch (error) {
    throw endedAs(error, context);
  } finally {
    context.interruption.close();
  }
}

/** @throws Failure if the deployment of this name is in another project or place than the configuration says */
function refuseElsewhere({ configuration }: Context, file: string, resources: readonly StateResource[]): void {
  const { name, google } = configuration;
  const differences = elsewhere({ ...google, location: clusterLocation(configuration) }, resources);
  if (differences.length === 0) return;
  throw new Failure(
    `${name} is not deployed where ${file} says. Nothing was changed.`,
    `${differences.join("\n")}\nUse the configuration with which it was deployed.`,
  );
}

/** @throws Failure if something that stays is not in the configuration, and a plan would delete it */
function refuseUnknown(file: string, { folder }: Terraform, addresses: readonly string[]): void {
  if (addresses.length === 0) return;
  throw new Failure(
    `The disks, addresses and secrets that stay are not all in ${file}. Nothing was changed.`,
    [
      "Use the configuration with which they were deployed. Or keep these at Google, where they cost money, without Terraform:",
      `  ${terraformCommand(shortestPath(folder), "state", "rm", ...addresses)}`,
      "Then run the same command again.",
    ].join("\n"),
  );
}

async function confirm(context: Context, staying: readonly Staying[], options: DestroyOptions): Promise<void> {
  const { name, google } = context.configuration;
  print(`This deletes the deployment ${name} in project ${google.project}:`);
  print("  1. its pods. Nothing bakes or signs any more.");
  print("  2. the cluster and its VMs.");
  print("  3. network, accounts, image repository, alerts.");
  print("These stay, and cost money; afterwards you are asked for each:");
  for (const each of staying) print(`  - ${each.what} ${each.name}, ${each.cost}`);
  if (options.confirm !== undefined) return;
  if ((await line(`Type ${name} to delete it: `, context.interruption.signal)) === name) return;
  context.interruption.check();
  throw new Failure(`That is not ${name}. Nothing was changed.`);
}

async function destroyBaker(
  context: Context,
  terraform: Terraform,
  stack: StackJson,
  resources: readonly StateResource[],
  inPlatform: readonly StateResource[],
): Promise<void> {
  if (resources.length === 0) return;
  const addresses = resources.map(({ address }) => address);
  const cluster = inPlatform.find(({ type }) => type === "google_container_cluster");
  if (cluster === undefined)
    throw new Failure(
      "The state of platform has no cluster, but that of baker has what ran on it. Nothing was changed.",
      `If that cluster is deleted, and only then:\n  ${terraformCommand(shortestPath(terraform.folder), "state", "rm", ...addresses)}`,
    );
  const { status: found } = await lookUp(cluster, String(cluster.values["project"]), context.interruption);
  if (found === undefined) {
    print("baker: the cluster does not exist any more, nor what ran on it");
    const { status, output } = await runQuietly(context, terraform, ["state", "rm", ...addresses]);
    if (status !== 0) throw new Failure("baker's state can't be emptied.", output, exitCode.incomplete);
    return;
  }
  writeStack(context, "baker", reducedStack(stack, []));
  await planAndApply(context, { title: "baker", terraform, refusals: () => [], remedy: "" });
}

/**
 * The cluster's deletion protection is read from the state, so it is lifted by an apply of its own: otherwise the cluster
 * would stay while half of what it needs is gone.
 */
async function destroyPlatform(context: Context, terraform: Terraform, stack: StackJson): Promise<void> {
  const before = await stateOf(context, terraform);
  const cluster = before.find(({ type }) => type === "google_container_cluster");
  if (cluster?.values["deletion_protection"] === true) {
    writeStack(context, "platform", unprotected(stack));
    await planAndApply(context, {
      title: "platform, deletion protection",
      terraform,
      refusals: (plan) => forbiddenDeletions(plan, () => false),
      remedy: "",
      parameters: [`-target=${cluster.address}`],
    });
  }
  const kept = stayingOf(before).map(({ address }) => address);
  await reduce(context, terraform, stack, kept);
}

/** Deletes everything of `platform` but what is kept, and what that needs. */
async function reduce(
  context: Context,
  terraform: Terraform,
  stack: StackJson,
  kept: readonly string[],
): Promise<void> {
  const before = stayingOf(await stateOf(context, terraform)).map(({ address }) => address);
  const chosen = before.filter((address) => !kept.includes(address));
  writeStack(context, "platform", unchanging(reducedStack(stack, kept)));
  await planAndApply(context, {
    title: "platform",
    terraform,
    refusals: (plan) => forbiddenDeletions(plan, (address) => chosen.includes(address)),
    remedy: "Run the same command again. If it says so again, this is a bug of this program.",
  });
}

/** Asks for each thing that stays whether it is to go too. */
async function offerRest(
  context: Context,
  terraform: Terraform,
  stack: StackJson,
  options: DestroyOptions,
): Promise<void> {
  for (const each of stayingOf(await stateOf(context, terraform))) {
    if (!(await isUnwanted(context, each, options))) continue;
    const kept = stayingOf(await stateOf(context, terraform)).filter(({ address }) => address !== each.address);
    await reduce(
      context,
      terraform,
      stack,
      kept.map(({ address }) => address),
    );
  }
  const staying = stayingOf(await stateOf(context, terraform));
  if (staying.length === 0) {
    await reduce(context, terraform, stack, []);
    print("\nDeleted. Nothing stays but Terraform's state, which is empty.");
  } else {
    print("\nDeleted. These stay:");
    for (const { what, name, cost } of staying) print(`  - ${what} ${name}, ${cost}`);
    print(`To delete one of them later: ${context.again} --delete NAME`);
  }
  await listVolumes(context);
}

async function isUnwanted(context: Context, each: Staying, options: DestroyOptions): Promise<boolean> {
  if (options.delete?.includes(each.name)) return true;
  if (options.confirm !== undefined) return false;
  print(`\n${each.what} ${each.name} (${each.cost})\n  If it is deleted, ${each.loss}.`);
  const typed = await line(`Type ${each.name} to delete it, or Enter to keep it: `, context.interruption.signal);
  context.interruption.check();
  return typed === each.name;
}

/** Disks that Kubernetes made for the public nodes and DAL nodes, whose class keeps them. They hold only chain data. */
async function listVolumes(context: Context): Promise<void> {
  const { name, google } = context.configuration;
  const list = [
    "gcloud",
    "compute",
    "disks",
    "list",
    "--project",
    google.project,
    "--filter=description~created-for/pvc/namespace",
    "--format=json",
  ];
  let disks: readonly VolumeDisk[];
  try {
    disks = (await json<VolumeDisk[]>(list, context.interruption)).filter((disk) => isVolumeOf(disk, name));
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    return print(`Disks of public nodes and DAL nodes may stay too. To list them: ${list.map(shellWord).join(" ")}`);
  }
  if (disks.length === 0) return;
  print(
    "Kubernetes' own disks of public nodes and DAL nodes stay too. They hold nothing but the chain. To delete them:",
  );
  for (const { name: disk, zone, region } of disks) {
    const place = zone === undefined ? `--region ${lastPart(region)}` : `--zone ${lastPart(zone)}`;
    print(`  gcloud compute disks delete ${disk} ${place} --project ${google.project}`);
  }
}
