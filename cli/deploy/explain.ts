import { type Diagnostic, textOf } from "../../lib/terraform/events";
import { terraformCommand, type TerraformResult } from "../../lib/terraform/terraform";
import { Failure } from "../../lib/terminal/failure";
import { shortestPath } from "../configuration-file";
import type { Context, PlanStep } from "./context";

/**
 * Errors that pass by themselves: the same request succeeds some minutes later.
 * - An API that was just enabled: https://cloud.google.com/service-usage/docs/enable-disable#enabling
 * - A service account or a workload identity pool that was just created, and that IAM does not know everywhere yet.
 * - GKE's operator of Managed Prometheus, which checks each PodMonitoring, and starts some minutes after the cluster:
 *   https://github.com/GoogleCloudPlatform/ai-on-gke/pull/407
 * - Requests too fast, or two changes at once: https://cloud.google.com/apis/design/errors
 * - The network between here and there.
 */
const temporary = [
  /has not been used in project \S+ before or it is disabled/,
  /SERVICE_DISABLED|accessNotConfigured/,
  /Service account \S+ does not exist/i,
  /Identity Pool does not exist/i,
  /failed calling webhook "[^"]*\.gmp-operator\./,
  /concurrent policy changes|running incompatible operation|resourceNotReady|resourceInUseByAnotherResource.*operation/i,
  /rateLimitExceeded|RATE_LIMIT_EXCEEDED|Error 429|Error 50[0234]\b|backendError/,
  /connection (reset|refused)|i\/o timeout|TLS handshake timeout|unexpected EOF|no such host|context deadline exceeded/,
];

/** Whether the same request can succeed some minutes later without anybody doing anything. */
export const isTemporary = (error: Diagnostic): boolean => temporary.some((pattern) => pattern.test(textOf(error)));

/** An error in a person's words, and what to do about it. */
interface Explanation {
  readonly pattern: RegExp;
  readonly says: (match: RegExpExecArray, context: Context, step: PlanStep) => string;
}

const quotaPage = ({ configuration: { google } }: Context, quota: string): string =>
  `Ask for more, filtered by ${quota}: https://console.cloud.google.com/iam-admin/quotas?project=${google.project}\n` +
  "Google often grants it within minutes. Then run the same command again.";

const explanations: readonly Explanation[] = [
  {
    // GKE, before it creates VMs.
    pattern:
      /resource "(\w+)": request requires '([\d.]+)' and is short '([\d.]+)'\. project has a quota of '([\d.]+)' with '([\d.]+)' available/,
    says: ([, quota = "", required, , limit, free], context) =>
      `The quota ${quota} of this project in ${context.configuration.google.region} is ${number(limit)}, of which ${number(free)} are free; this needs ${number(required)}.\n${quotaPage(context, quota)}`,
  },
  {
    // Compute Engine.
    pattern: /Quota '(\w+)' exceeded\.\s+Limit: ([\d.]+)(?: in region ([\w-]+))?/,
    says: ([, quota = "", limit, region], context) =>
      `The quota ${quota} of this project${region === undefined ? "" : ` in ${region}`} is ${number(limit)}, and that is not enough.\n${quotaPage(context, quota)}`,
  },
  {
    pattern: /does not have enough resources available to ful|ZONE_RESOURCE_POOL_EXHAUSTED/,
    says: () =>
      "Google has no free VMs of this type in that zone now. Run the same command again later, or choose other google.zones or another machineType.",
  },
  {
    pattern: /billing (?:account|must be enabled|is disabled)|BILLING_DISABLED|billing to be enabled/i,
    says: (_, { configuration: { google } }) =>
      `The project has no billing. Link a billing account: https://console.cloud.google.com/billing/linkedaccount?project=${google.project}`,
  },
  {
    pattern: /Error 403|PERMISSION_DENIED|Required '\S+' permission|forbidden/,
    says: (_, { configuration: { google } }) =>
      `Your Google account may not do this in project ${google.project}. Its owner may: gcloud projects get-iam-policy ${google.project}`,
  },
  {
    pattern:
      /could not find default credentials|invalid_grant|oauth2: cannot fetch token|reauth|token has been expired/i,
    says: () => "Your credentials are missing or have expired. Sign in: gcloud auth application-default login",
  },
  {
    pattern: /Error acquiring the state lock|state lock/i,
    says: (match, _, step) => lockMessage(match.input, step),
  },
  {
    pattern: /Instance cannot be destroyed|has lifecycle\.prevent_destroy set/,
    says: (match, _, step) => protectedMessage(match.input, step),
  },
];

/** What Terraform says of the lock, as far as a person needs it. */
function lockMessage(text: string, { terraform }: PlanStep): string {
  const field = (name: string) => new RegExp(`^\\s*${name}:\\s+(.+?)\\s*$`, "m").exec(text)?.[1] ?? "unknown";
  return [
    `The state is locked by ${field("Who")} since ${field("Created")}.`,
    "If that run is still going on, wait for it. If it was killed, and only then:",
    terraformCommand(shortestPath(terraform.folder), "force-unlock", field("ID")),
  ].join("\n");
}

const keeper = /^terraform_data\.never-deleted\["(.*)"\]$/;

function protectedMessage(text: string, { terraform, remedy }: PlanStep): string {
  const address = /Resource (\S*\[".*?"\]|\S+) has lifecycle/.exec(text.replace(/\s+/g, " "))?.[1] ?? "a resource";
  const kept = keeper.exec(address)?.[1];
  if (kept === undefined) {
    const enlarged = /^google_compute_(region_)?disk\./.test(address)
      ? "\nIf its claim was enlarged with kubectl, the disk is larger than diskGiB: set diskGiB to the disk's size."
      : "";
    return `${address} would be deleted or replaced, and can't be recreated as it was.${enlarged}\n${remedy}`;
  }
  return [
    `${kept} is no longer in the configuration and would be deleted, and can't be recreated as it was.`,
    "If that is intended, take it out of Terraform's state. It continues to exist:",
    terraformCommand(shortestPath(terraform.folder), "state", "rm", kept, address),
    remedy,
  ].join("\n");
}

const number = (text = ""): string => String(Number(text));

/** An error for people: what is known of it first, then Terraform's own words. */
export function explain(error: Diagnostic, context: Context, step: PlanStep): string {
  const text = textOf(error);
  for (const { pattern, says } of explanations) {
    const match = pattern.exec(text.replace(/[│╷╵]/g, ""));
    if (match) return says(match, context, step);
  }
  return text;
}

/** The failure of a run of Terraform, with each error once. */
export function explainFailure(
  context: Context,
  step: PlanStep,
  result: TerraformResult,
  errors: readonly Diagnostic[],
): Failure {
  const blocks = errors.map((error) => {
    const explained = explain(error, context, step);
    const heading = error.address === undefined ? [] : [`${error.address}:`];
    const [first = ""] = error.summary.split("\n");
    const original = explained === textOf(error) ? [] : [`Terraform's message: ${first}`];
    return [...heading, ...indent(explained), ...indent(original.join("\n"))].join("\n");
  });
  // Without messages in JSON: Terraform did not get that far.
  const text = blocks.length > 0 ? [...new Set(blocks)].join("\n") : result.output.trim();
  const log = `The log: ${shortestPath(step.terraform.logFile(result.events.some(isOfApply) ? "apply" : "plan"))}`;
  const { changed } = context.progress;
  const message = changed
    ? `${step.title} is not complete. When the cause is gone, run the same command again: it continues.`
    : `${step.title} can't be planned. Nothing was changed.`;
  return new Failure(message, `${text}\n${log}`);
}

const isOfApply = ({ type }: { readonly type: string }): boolean => type.startsWith("apply_");
const indent = (text: string): string[] => (text === "" ? [] : text.split("\n").map((line) => `  ${line}`));
