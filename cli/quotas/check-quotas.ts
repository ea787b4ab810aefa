import type { Configuration } from "../../lib/config/schema/configuration";
import { quotaNeeds, type QuotaNeed } from "../../lib/estimate/quotas";

/** A quota of the project, compared with what the configuration needs. */
export interface CheckedQuota extends QuotaNeed {
  /** The project's limit; undefined if gcloud does not report this quota. */
  readonly limit?: number;
  /** What others in the project already use of it. */
  readonly usedByOthers: number;
  /** Whether the configuration needs more than is left. */
  readonly isShort: boolean;
}

/** Runs gcloud. @param parameters without the program's name @returns its output */
export type Gcloud = (parameters: readonly string[]) => Promise<string>;

/**
 * Asks Google for the project's quotas, and compares them with the most that the configuration needs. What a deployment
 * of the same name already uses is not counted twice.
 * @throws what `gcloud` throws, such as ProgramError while the API compute.googleapis.com is disabled
 */
export async function checkQuotas(configuration: Configuration, gcloud: Gcloud): Promise<CheckedQuota[]> {
  const { name, google } = configuration;
  const ask = async <Shape>(...parameters: string[]) =>
    JSON.parse(await gcloud([...parameters, `--project=${google.project}`, "--format=json"])) as Shape;
  const [region, project, networks] = await Promise.all([
    ask<Quotas>("compute", "regions", "describe", google.region),
    ask<Quotas>("compute", "project-info", "describe"),
    // It is created first, and deleted last.
    ask<unknown[]>("compute", "networks", "list", `--filter=name=${name}`),
  ]);
  const isBegun = networks.length > 0;
  // A first deployment that lacked CPUs has a network, but no VMs yet.
  const clusters = isBegun
    ? await ask<Cluster[]>("container", "clusters", "list", `--filter=name=${name} AND location~^${google.region}`)
    : [];
  const hasVms = clusters.some(({ currentNodeCount = 0 }) => currentNodeCount > 0);
  return quotaNeeds(configuration).map((need) => {
    const answer = need.scope === "region" ? region : project;
    const quota = answer.quotas?.find(({ metric }) => metric === need.metric);
    if (!quota) return { ...need, usedByOthers: 0, isShort: false };
    const { limit, usage } = quota;
    const isOurs = need.metric === "INSTANCES" || need.metric.includes("CPUS") ? hasVms : isBegun;
    const usedByOthers = isOurs ? Math.max(0, usage - need.always) : usage;
    return { ...need, limit, usedByOthers, isShort: need.most > limit - usedByOthers };
  });
}

/** The part of both answers that is read. https://cloud.google.com/compute/docs/reference/rest/v1/regions/get */
interface Quotas {
  readonly quotas?: readonly { readonly metric: string; readonly limit: number; readonly usage: number }[];
}

/** https://cloud.google.com/kubernetes-engine/docs/reference/rest/v1/projects.locations.clusters#Cluster */
interface Cluster {
  readonly currentNodeCount?: number;
}

/** Where to ask for a higher limit. https://cloud.google.com/docs/quotas/view-manage */
export const quotaPage = ({ google }: Configuration): string =>
  `https://console.cloud.google.com/iam-admin/quotas?project=${google.project}&service=compute.googleapis.com`;

/** What is too small, and what to write into the request for more. */
export interface QuotaRequest {
  readonly what: string;
  readonly remedy: string;
}

/** A request for each quota that is too small. */
export function quotaRequests(configuration: Configuration, quotas: readonly CheckedQuota[]): QuotaRequest[] {
  const { region } = configuration.google;
  return quotas
    .filter(({ isShort }) => isShort)
    .map(({ metric, name, scope, limit = 0, usedByOthers, most, when }) => {
      const where = scope === "region" ? ` in ${region}` : "";
      const others = usedByOthers > 0 ? `, of which others use ${usedByOthers}` : "";
      const wanted = most + usedByOthers;
      return {
        what: `The quota ${metric} (${name})${where} is too small: ${most} are needed${when === "always" ? "" : ` ${when}`}, the limit is ${limit}${others}.`,
        remedy:
          `Ask for ${wanted}: ${quotaPage(configuration)}\n` +
          `Filter by "${name}"${scope === "region" ? ` and ${region}` : ""}, and paste: ` +
          `"Please raise ${metric}${where} from ${limit} to ${wanted}: a Tezos baker on Google Kubernetes Engine needs ` +
          `${most}${when === "always" ? "" : ` ${when}`}."`,
      };
    });
}
