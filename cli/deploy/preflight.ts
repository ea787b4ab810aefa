import type { Configuration } from "../../lib/config/schema/configuration";
import { Failure } from "../../lib/terminal/failure";
import { warn } from "../dialogue";
import { find, installations } from "../installation";
import { type AsideProps, json, ProgramError, runAside } from "../programs";
import { type CheckedQuota, checkQuotas, quotaRequests } from "../quotas/check-quotas";

/** Something that a deployment lacks, and how to get it. */
export interface Lack {
  readonly what: string;
  readonly remedy: string;
}

/** @returns the programs that are missing, but for those that are not needed */
export function missingPrograms(unneeded: readonly string[] = []): Lack[] {
  return Object.entries(installations())
    .filter(([program]) => !unneeded.includes(program) && find(program) === undefined)
    .map(([program, remedy]) => ({ what: `${program} is not installed, or not on PATH.`, remedy }));
}

/**
 * Everything that a deployment needs before it changes anything. All checks run, whatever the others find.
 * @returns what is lacking
 */
export async function preflight(configuration: Configuration, signal: AbortSignal): Promise<Lack[]> {
  const lacks = missingPrograms();
  const has = (program: string) => find(program) !== undefined;
  const checks = [
    ...(has("docker") ? [dockerLacks(signal)] : []),
    ...(has("gcloud") ? [googleLacks(configuration, signal)] : []),
  ];
  return [...lacks, ...(await Promise.all(checks)).flat()];
}

/** @throws Failure with everything that is lacking */
export async function refuseIfLacking(configuration: Configuration, signal: AbortSignal): Promise<void> {
  const lacks = await preflight(configuration, signal);
  if (lacks.length === 0) return;
  const what = lacks.length === 1 ? "Something is" : `${lacks.length} things are`;
  throw new Failure(`${what} missing for a deployment. Nothing was changed.`, lackList(lacks));
}

/** What is lacking, for people. */
export const lackList = (lacks: readonly Lack[]): string =>
  lacks.map(({ what, remedy }) => `- ${what}\n  ${remedy.split("\n").join("\n  ")}`).join("\n");

async function dockerLacks(signal: AbortSignal): Promise<Lack[]> {
  return failing(["docker", "info"], { signal }, (reason) => ({
    what: `docker does not answer: ${lastLine(reason)}`,
    remedy: "Start it: sudo systemctl start docker, or Docker Desktop. Your user must be in the group docker.",
  }));
}

async function googleLacks(configuration: Configuration, signal: AbortSignal): Promise<Lack[]> {
  const { project } = configuration.google;
  const options = { signal };
  const login = await failing(["gcloud", "auth", "print-access-token"], options, (reason) => ({
    what: because("gcloud is not signed in", reason),
    remedy: "gcloud auth login",
  }));
  // Without a login each of the others would only say so again.
  const others =
    login.length > 0
      ? []
      : [projectLacks(project, options), bucketLacks(configuration, options), quotaLacks(configuration, options)];
  return [...login, ...(await Promise.all([applicationDefault(options), ...others])).flat()];
}

/** Terraform and the plugin of the Kubernetes provider use these, not gcloud's own login. */
async function applicationDefault(options: AsideProps): Promise<Lack[]> {
  // Whoever gives Terraform credentials of its own knows that.
  if (process.env["GOOGLE_OAUTH_ACCESS_TOKEN"] || process.env["GOOGLE_CREDENTIALS"]) return [];
  return failing(["gcloud", "auth", "application-default", "print-access-token"], options, () => ({
    what: "Terraform has no Google credentials.",
    remedy: "gcloud auth application-default login",
  }));
}

async function projectLacks(project: string, options: AsideProps): Promise<Lack[]> {
  const describe = ["gcloud", "projects", "describe", project, "--format=json"];
  const missing = await failing(describe, options, (reason) => ({
    what: because(`Project ${project} does not exist, or your account may not see it`, reason),
    remedy: `Correct google.project, or create it: gcloud projects create ${project}`,
  }));
  if (missing.length > 0) return missing;
  try {
    const { billingEnabled } = await json<{ billingEnabled?: boolean }>(
      ["gcloud", "billing", "projects", "describe", project, "--format=json"],
      options,
    );
    if (billingEnabled === true) return [];
  } catch (error) {
    // Whoever deploys need not be allowed to see the billing: then Google's own answer will tell.
    if (error instanceof ProgramError) return [];
    throw error;
  }
  return [
    {
      what: `Project ${project} has no billing account.`,
      remedy: `Link one: https://console.cloud.google.com/billing/linkedaccount?project=${project}`,
    },
  ];
}

async function bucketLacks({ state, google }: Configuration, options: AsideProps): Promise<Lack[]> {
  const { bucket } = state;
  if (bucket === undefined) return [];
  return failing(
    ["gcloud", "storage", "buckets", "describe", `gs://${bucket}`, "--format=json"],
    options,
    (reason) => ({
      what: because(`The state's bucket gs://${bucket} can't be read`, reason),
      remedy:
        `If it does not exist yet:\ngcloud storage buckets create gs://${bucket} --project ${google.project} --location ${google.region} ` +
        `--uniform-bucket-level-access --public-access-prevention\ngcloud storage buckets update gs://${bucket} --versioning`,
    }),
  );
}

/** Quotas that are too small. Those that only a later upgrade of the VMs needs are a warning. */
async function quotaLacks(configuration: Configuration, options: AsideProps): Promise<Lack[]> {
  try {
    const short = await checkQuotas(configuration, (parameters) => runAside("gcloud", parameters, options));
    const isNeededNow = ({ always, limit = Infinity, usedByOthers }: CheckedQuota) => always > limit - usedByOthers;
    for (const { what } of quotaRequests(
      configuration,
      short.filter((quota) => !isNeededNow(quota)),
    ))
      warn(what);
    return quotaRequests(configuration, short.filter(isNeededNow));
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    // Google does not tell them before the API is enabled, which the deployment itself does.
    if (!options.signal.aborted) warn("Google does not tell the project's quotas yet. Later: npm run quotas");
    return [];
  }
}

async function failing(
  [program = "", ...parameters]: readonly string[],
  options: AsideProps,
  lack: (reason: string) => Lack,
): Promise<Lack[]> {
  try {
    await runAside(program, parameters, options);
    return [];
  } catch (error) {
    if (error instanceof ProgramError) return [lack(error.reason)];
    throw error;
  }
}

/** docker's messages end with what matters. */
const lastLine = (text: string): string => text.trim().split("\n").at(-1)?.trim() ?? "";

/**
 * A sentence, with gcloud's own reason where it gives one: the line with ERROR. What follows that line is general advice.
 */
export function because(what: string, reason: string): string {
  const lines = reason.trim().split("\n");
  const [, error] = /^ERROR: (?:\([\w.-]+\) )?(.+)$/m.exec(reason) ?? [];
  const why = (error ?? (lines.length === 1 ? lines[0]! : "")).trim();
  return why === "" ? `${what}.` : `${what}: ${why}`;
}
