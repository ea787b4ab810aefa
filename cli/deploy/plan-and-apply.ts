import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { errorsOf, type TerraformEvent, unfinished } from "../../lib/terraform/events";
import { resourceChanges } from "../../lib/terraform/plan";
import { shownJson, type TerraformResult } from "../../lib/terraform/terraform";
import { colorsFor } from "../../lib/terminal/colors";
import { Failure } from "../../lib/terminal/failure";
import { asks, print } from "../dialogue";
import { interrupted } from "../interruption";
import { shortestPath } from "../configuration-file";
import { Approved } from "./approved";
import { type Context, type PlanStep, runQuietly } from "./context";
import { explainFailure, isTemporary } from "./explain";
import { importExisting } from "./existing";
import { planSummary } from "./plan-summary";
import { progressLine } from "./progress-line";

/** How long is waited for what Google says is temporary, without any progress, in seconds. */
const patience = 900;
const pauseBetweenAttempts = 20;

/**
 * Plans, shows the plan, asks, and applies exactly that plan. Where Terraform stops halfway, because an object exists that
 * its state does not know, or because Google asks to try again later, it is planned again: what was approved before is
 * not asked again, anything else is.
 * @returns whether anything was applied
 */
export async function planAndApply(context: Context, step: PlanStep): Promise<boolean> {
  try {
    return await planAndApplyUntilDone(context, step);
  } finally {
    // One that was refused, declined or applied must not be applied by hand.
    rmSync(join(step.terraform.folder, "plan"), { force: true });
  }
}

async function planAndApplyUntilDone(context: Context, step: PlanStep): Promise<boolean> {
  const approved = new Approved();
  const imported = new Set<string>();
  let lastProgress = Date.now();
  for (let applied = false; ; applied = true) {
    const plan = await makePlan(context, step);
    refuse(step, plan, imported);
    if (plan === undefined) return applied;
    await approve(context, step, plan, approved);
    const result = await apply(context, step);
    if (result.status === 0) {
      if (resourceChanges(plan).length > 0) print(`${step.title}: applied.`);
      return true;
    }
    if (context.interruption.signal.aborted) throw afterInterruption(result, step);
    if (result.events.some(({ type }) => type === "apply_complete")) lastProgress = Date.now();
    const errors = errorsOf(result.events);
    const added = await importExisting(context, step.terraform, plan, errors);
    added.forEach((address) => imported.add(address));
    if (added.length > 0) lastProgress = Date.now();
    const others = errors.filter(({ address }) => address === undefined || !added.includes(address));
    const lasting = others.filter((error) => !isTemporary(error));
    if (errors.length === 0 || lasting.length > 0 || (Date.now() - lastProgress) / 1000 > patience)
      throw explainFailure(context, step, result, lasting.length > 0 ? lasting : others);
    if (others.length > 0) {
      print(`${step.title}: Google is not ready yet, and asks to try again: ${others[0]!.summary.slice(0, 160)}`);
      await context.interruption.pause(pauseBetweenAttempts);
    }
  }
}

/** @returns the plan as JSON; undefined if it changes nothing */
async function makePlan(context: Context, step: PlanStep): Promise<unknown> {
  const { terraform, title, parameters = [] } = step;
  const begin = Date.now();
  for (;;) {
    print(`${title}: comparing with what exists…`);
    // A lock of a run that is just ending is waited for.
    const command = ["plan", "-json", "-out=plan", "-detailed-exitcode", "-lock-timeout=10s", ...parameters];
    const result = await runQuietly(context, terraform, command);
    if (result.status === 0) {
      print(`${title}: nothing to change.`);
      return undefined;
    }
    if (result.status === 2) break;
    context.interruption.check();
    const errors = errorsOf(result.events);
    if (errors.length === 0 || !errors.every(isTemporary) || (Date.now() - begin) / 1000 > patience)
      throw explainFailure(context, step, result, errors);
    print(`${title}: Google is not ready yet, and asks to try again: ${errors[0]!.summary.slice(0, 160)}`);
    await context.interruption.pause(pauseBetweenAttempts);
  }
  const text = await runQuietly(context, terraform, ["show", "-no-color", "plan"]);
  writeFileSync(join(terraform.folder, "plan.txt"), text.output);
  const json = await runQuietly(context, terraform, ["show", "-json", "plan"]);
  if (json.status !== 0) throw explainFailure(context, step, json, []);
  return shownJson(json.output);
}

function refuse(step: PlanStep, plan: unknown, imported: ReadonlySet<string>): void {
  if (plan === undefined) return;
  const lost = resourceChanges(plan)
    .filter(({ address, change }) => imported.has(address) && change.actions.includes("delete"))
    .map(({ address }) => `${address} exists, but not as this deployment makes it: it would be replaced.`);
  const refused = [...step.refusals(plan), ...lost];
  if (refused.length === 0) return;
  const message = `${step.title}: this plan must not be applied. Nothing was changed by it.`;
  throw new Failure(message, `${refused.map((each) => `  ${each}`).join("\n")}\n${step.remedy}`);
}

async function approve(context: Context, step: PlanStep, plan: unknown, approved: Approved): Promise<void> {
  const changes = resourceChanges(plan);
  const news = changes.filter((change) => !approved.has(change));
  if (news.length === 0) return;
  const { terraform, title, word = "yes" } = step;
  const file = join(terraform.folder, "plan.txt");
  print();
  if (context.verbose) print(readFileSync(file, "utf8"));
  for (const each of planSummary(title, news, colorsFor(process.stdout))) print(each);
  if (!context.verbose) print(`  The whole plan: ${shortestPath(file)}`);
  print();
  if (!(await asks(`Apply this to project ${context.configuration.google.project}?`, word, context.answers))) {
    context.interruption.check();
    throw new Failure(
      context.progress.changed ? "Not applied. What was applied before stays." : "Nothing was changed.",
    );
  }
  for (const change of news) approved.add(change);
}

async function apply(context: Context, { terraform }: PlanStep): Promise<TerraformResult> {
  context.interruption.check();
  const events: TerraformEvent[] = [];
  const colors = colorsFor(process.stdout);
  context.progress.changed = true;
  const run = terraform.start(["apply", "-json", "-lock-timeout=10s", "plan"], (event) => {
    events.push(event);
    const line = progressLine(event, colors);
    if (line !== undefined) print(line);
  });
  return context.interruption.follow(run, { unfinished: () => unfinished(events), again: context.again });
}

function afterInterruption(result: TerraformResult, { terraform, title }: PlanStep): Failure {
  const open = unfinished(result.events);
  const done = result.events.filter(({ type }) => type === "apply_complete").length;
  const state =
    result.status === null
      ? "Terraform was killed."
      : `Terraform has ended after ${done} changes. Its state is saved and not locked.`;
  const doubtful = open.length > 0 ? [`Not known to be complete: ${open.join(", ")}.`] : [];
  const failure = interrupted();
  const details = [`${title}: ${state}`, ...doubtful, `Its log: ${shortestPath(terraform.logFile("apply"))}`];
  return new Failure(failure.message, details.join("\n"), failure.code);
}
