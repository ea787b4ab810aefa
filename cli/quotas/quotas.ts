import type { Configuration } from "../../lib/config/schema/configuration";
import { colorsFor } from "../../lib/terminal/colors";
import { Failure } from "../../lib/terminal/failure";
import { table } from "../../lib/terminal/table";
import { chosenConfigurationFile } from "../configuration-file";
import { validConfiguration } from "../load-configuration";
import { ProgramError, run } from "../programs";
import { checkQuotas, quotaRequests, type CheckedQuota } from "./check-quotas";

/**
 * Prints the project's quotas beside what the configuration needs.
 * @throws Failure if one of them is too small, or if gcloud can't tell
 */
export async function quotas(argument?: string): Promise<void> {
  const file = chosenConfigurationFile(argument, "quotas");
  const configuration = validConfiguration(file.path);
  const checked = await answered(configuration);
  const requests = quotaRequests(configuration, checked);
  process.stdout.write(`${report(configuration, checked).join("\n")}\n`);
  if (requests.length === 0) return;
  const message = requests.length === 1 ? "A quota is too small." : `${requests.length} quotas are too small.`;
  throw new Failure(message, requests.map(({ what, remedy }) => `\n${what}\n${remedy}`).join("\n"));
}

async function answered(configuration: Configuration): Promise<CheckedQuota[]> {
  const { project } = configuration.google;
  try {
    return await checkQuotas(configuration, (parameters) => Promise.resolve(run("gcloud", parameters)));
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    const isDisabled = /compute\.googleapis\.com|has not been used|SERVICE_DISABLED/.test(error.reason);
    const remedy = isDisabled
      ? `Google tells the quotas only once this API is enabled: gcloud services enable compute.googleapis.com --project ${project}`
      : "Are you signed in (gcloud auth login), and may your account see the project?";
    throw new Failure(`The quotas of project ${project} can't be read. ${remedy}`, error.message);
  }
}

function report({ google }: Configuration, checked: readonly CheckedQuota[]): string[] {
  const { bold, red, green } = colorsFor(process.stdout);
  const rows = checked.map(({ metric, scope, limit, usedByOthers, always, most, when, isShort }) => [
    metric,
    scope === "region" ? google.region : "project",
    String(always),
    when === "always" ? String(most) : `${most} ${when}`,
    usedByOthers === 0 ? "" : `${usedByOthers} used by others`,
    limit === undefined ? "gcloud does not tell" : `limit ${limit}`,
    isShort ? red("too small") : limit === undefined ? "" : green("enough"),
  ]);
  return [
    bold(`Quotas of project ${google.project}`),
    ...table([["quota", "of", "needed", "at most", "", "", ""], ...rows]),
    "",
    "gcloud does not tell whether a zone has VMs of a type left, how many clusters the project may have, and that a",
    "free trial's limits can't be raised.",
  ];
}
