import { exitCode, Failure } from "../../lib/terminal/failure";
import { forbiddenChanges } from "../../lib/terraform/plan";
import type { Terraform } from "../../lib/terraform/terraform";
import { colorsFor } from "../../lib/terminal/colors";
import { shellWord } from "../../lib/terminal/shell";
import { chosenConfigurationFile, pathFromPackage, shortestPath } from "../configuration-file";
import { print, warn } from "../dialogue";
import { publish } from "../synth/synth";
import { waitForAddOns } from "./cluster";
import type { Context } from "./context";
import { removeDefaultPool } from "./default-pool";
import { removeDoubledAlerts } from "./doubled-alerts";
import { refuseExamples } from "./examples";
import { pushImages } from "./image";
import { whatIsNext } from "./next";
import { planAndApply } from "./plan-and-apply";
import { refuseIfLacking } from "./preflight";
import { contextFor, endedAs } from "./session";
import { initialise, writeStack } from "./stack";
import { stateOf } from "./state";
import { repairTainted } from "./tainted";

export interface DeployOptions {
  /** Answers every question with yes. @default false */
  readonly yes?: boolean;
  /** Shows whole plans. @default false */
  readonly verbose?: boolean;
}

/**
 * Deploys a configuration: the stack `platform`, the image, and the stack `baker`.
 * @throws Failure with exit code 1 if nothing was changed, and 3 if the deployment is not complete
 */
export async function deploy(argument: string | undefined, options: DeployOptions): Promise<void> {
  const file = chosenConfigurationFile(argument, "deploy");
  const published = publish(file);
  const { configuration, stacks } = published;
  const answers = { yes: options.yes === true, verbose: options.verbose === true };
  const context = contextFor(published, answers, `npm run deploy -- ${shellWord(pathFromPackage(file.path))}`);
  const { interruption } = context;
  const { name, google } = configuration;
  const colors = colorsFor(process.stdout);
  try {
    print(
      `${file.path} (${file.reason}): deploying ${colors.bold(name)} to project ${google.project}, ${google.region}`,
    );
    await refuseExamples(file, published, context.answers);
    interruption.check();
    await refuseIfLacking(configuration, interruption.signal);
    interruption.check();
    writeStack(context, "platform", stacks["platform"]!);
    const bakerJson = writeStack(context, "baker", stacks["baker"]!);
    const platform = await initialise(context, "platform");
    await repairTainted(
      context,
      platform,
      async () => (await stateOf(context, await initialise(context, "baker"))).length > 0,
    );
    await planAndApply(context, step("platform", platform));
    await removeDefaultPool(context);
    await warnOnFailure(context, () => removeDoubledAlerts(context, platform));
    await pushImages(context, bakerJson);
    await waitForAddOns(context);
    await planAndApply(context, step("baker", await initialise(context, "baker")));
    print(`\n${colors.green("Deployed.")}`);
    for (const line of await whatIsNext(context, file, published, platform)) print(line);
  } catch (error) {
    throw endedAs(error, context);
  } finally {
    interruption.close();
  }
}

const step = (title: string, terraform: Terraform) => ({
  title,
  terraform,
  refusals: (plan: unknown) => forbiddenChanges(plan, shortestPath(terraform.folder)),
  remedy: 'What to do instead, or how to do it on purpose: docs/deploy.md, "What is never deleted".',
});

/** Goes on where something fails that the deployment does not need. A question that nobody answers still ends it. */
async function warnOnFailure({ interruption }: Context, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    interruption.check();
    if (!(error instanceof Failure) || error.code === exitCode.usage) throw error;
    warn(`${error.message} The deployment goes on.\n${error.details}`);
  }
}
