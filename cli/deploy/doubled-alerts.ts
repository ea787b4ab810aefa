import { asks, print } from "../dialogue";
import { ProgramError, runAside } from "../programs";
import { lastPart } from "../../lib/terraform/import-ids";
import type { Terraform } from "../../lib/terraform/terraform";
import { Failure } from "../../lib/terminal/failure";
import type { Context } from "./context";
import { type StateResource, stateOf } from "./state";

/** An alert policy or a notification channel, as Cloud Monitoring describes it. */
interface Named {
  /** projects/P/alertPolicies/NUMBER, which Google makes up. */
  readonly name: string;
  readonly displayName?: string;
  readonly userLabels?: Readonly<Record<string, string>>;
  /** Of a channel: its e-mail address. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly conditions?: readonly { readonly conditionPrometheusQueryLanguage?: { readonly ruleGroup?: string } }[];
}

/**
 * Google gives every alert policy and every channel a new name, so one that Terraform created without being able to save
 * that it did is not in the way of the next: it exists twice, and people get every e-mail twice. Those that are not in the
 * state, but are twins of one that is, are named, and deleted only if a person agrees: somebody may have copied one.
 */
export async function removeDoubledAlerts(context: Context, terraform: Terraform): Promise<void> {
  const doubled = twins(context.configuration.name, await existingAlerts(context), await stateOf(context, terraform));
  if (doubled.length === 0) return;
  print("Cloud Monitoring has these twice: an earlier run was killed before it could save that it had created them.");
  for (const { name, displayName } of doubled) print(`  ${displayName ?? ""} (${name})`);
  if (context.answers.yes) return print("They stay. To be asked whether to delete them, run this without --yes.");
  if (!(await asks("Delete them?", "yes", context.answers))) {
    context.interruption.check();
    return print("They stay. Run the same command again to delete them.");
  }
  // Policies first: Google refuses to delete a channel that a policy uses.
  for (const { name } of doubled.sort((a, b) => a.name.localeCompare(b.name))) {
    await request(context, `v3/${name}`, "DELETE");
    print(`  deleted ${name}`);
  }
}

async function existingAlerts(context: Context): Promise<Named[]> {
  const { google } = context.configuration;
  const list = async (collection: "alertPolicies" | "notificationChannels"): Promise<Named[]> => {
    const answer = await request(context, `v3/projects/${google.project}/${collection}?pageSize=1000`, "GET");
    return (answer as Partial<Record<string, Named[]>>)[collection] ?? [];
  };
  const [policies, channels] = await Promise.all([list("alertPolicies"), list("notificationChannels")]);
  return [...policies, ...channels];
}

/** Those that are not in the state, and are in everything that tells them apart like one that is. */
export function twins(deployment: string, existing: readonly Named[], state: readonly StateResource[]): Named[] {
  const ours = state.filter(({ type }) => type in collections);
  // By number: the project in a name may be its id or its number.
  const known = new Set(ours.map(({ values }) => lastPart(values["name"])));
  return existing.filter((each) => {
    const { name, displayName, userLabels = {}, labels, conditions } = each;
    if (known.has(lastPart(name)) || userLabels["managed-by"] !== "terraform") return false;
    const isPolicyOf = (conditions ?? []).some(
      ({ conditionPrometheusQueryLanguage: query }) => query?.ruleGroup === deployment,
    );
    const isPolicy = name.includes("/alertPolicies/");
    return ours.some(
      ({ type, values }) =>
        name.includes(`/${collections[type]}/`) &&
        values["display_name"] === displayName &&
        (isPolicy
          ? isPolicyOf
          : emailOf(values["labels"]) !== undefined && emailOf(values["labels"]) === emailOf(labels)),
    );
  });
}

const collections: Readonly<Record<string, string>> = {
  google_monitoring_alert_policy: "alertPolicies",
  google_monitoring_notification_channel: "notificationChannels",
};
const emailOf = (labels: unknown): unknown => (labels as Record<string, unknown> | undefined)?.["email_address"];

/**
 * Asks Cloud Monitoring itself: gcloud's commands for it are in components that are not installed everywhere.
 * https://cloud.google.com/monitoring/api/ref_v3/rest
 */
async function request({ interruption }: Context, path: string, method: "GET" | "DELETE"): Promise<unknown> {
  // The variable by which Terraform's provider finds another endpoint.
  const base = process.env["GOOGLE_MONITORING_CUSTOM_ENDPOINT"] ?? "https://monitoring.googleapis.com/";
  try {
    const token = (await runAside("gcloud", ["auth", "print-access-token"], interruption)).trim();
    const response = await fetch(`${base}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.any([interruption.signal, AbortSignal.timeout(30_000)]),
    });
    if (!response.ok) throw new ProgramError(`${method} ${path}`, await response.text());
    return await response.json();
  } catch (error) {
    interruption.check();
    const reason = error instanceof Error ? error.message : String(error);
    throw new Failure("Cloud Monitoring can't be asked about alert policies that exist twice.", reason);
  }
}
