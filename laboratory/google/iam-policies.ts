import { badRequest, concurrentPolicyChange } from "./errors";
import { etag, type Fields } from "./fields";
import type { Google } from "./google";
import type { ApiRequest, Router } from "./router";

/**
 * IAM policies of one kind of resource: https://cloud.google.com/iam/docs/reference/rest/v1/Policy
 *
 * @param resource pattern of the resource's path, without the method
 * @param options.getMethod how this service asks for a policy @default "GET"
 * @param options.find fails as the service does where the resource does not exist
 */
export function iamPolicies(
  google: Google,
  router: Router,
  resource: string,
  { getMethod = "GET", find }: { readonly getMethod?: string; readonly find: (request: ApiRequest) => unknown },
): void {
  const key = ({ path }: ApiRequest) => `policies${path.replace(/:\w+$/, "")}`;
  const policy = (request: ApiRequest): Fields => google.store.get(key(request)) ?? { etag: "ACAB" };
  router.on(getMethod, `${resource}:getIamPolicy`, (request) => {
    find(request);
    return policy(request);
  });
  router.on("POST", `${resource}:setIamPolicy`, (request) => {
    find(request);
    const { policy: sent } = request.body;
    if (sent.etag !== undefined && sent.etag !== policy(request)["etag"]) throw concurrentPolicyChange();
    const bindings = (sent.bindings ?? []).filter(({ members = [] }: Fields) => members.length > 0);
    for (const { members } of bindings) for (const member of members) checkMember(google, member);
    const set = { version: 1, ...(bindings.length > 0 && { bindings }) };
    const stored = { ...set, etag: etag([set, google.store.next()]) };
    google.store.put(key(request), stored);
    return stored;
  });
}

/** @throws GoogleError 400 for a service account or an identity pool that does not exist, or is not known yet */
function checkMember(google: Google, member: string): void {
  const pool = /^serviceAccount:([^[\]]+\.svc\.id\.goog)\[/.exec(member)?.[1];
  if (pool !== undefined) {
    // A project's workload identity pool is created with its first cluster.
    const clusters = google.store.under(`container/projects/${pool.replace(".svc.id.goog", "")}/`);
    if (clusters.some(([, { workloadIdentityConfig }]) => workloadIdentityConfig?.workloadPool === pool)) return;
    throw badRequest(
      `Identity Pool does not exist (${pool}). Please check that you specified a valid resource name as returned in the \`name\` attribute in the configuration API.`,
    );
  }
  const email = /^serviceAccount:(.+@([^@]+)\.iam\.gserviceaccount\.com)$/.exec(member);
  if (!email) return;
  const [, address, project] = email as unknown as [string, string, string];
  const account = google.store.get(`iam/projects/${project}/serviceAccounts/${address}`);
  const delay = google.faults.faults.serviceAccountDelayMilliseconds ?? 0;
  if (account && Date.now() >= account["createdAt"] + delay) return;
  throw badRequest(`Service account ${address} does not exist.`);
}
