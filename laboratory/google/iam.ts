import { alreadyExists, notFound } from "./errors";
import { etag, type Fields, masked, numberFor } from "./fields";
import type { Service } from "./google";
import { iamPolicies } from "./iam-policies";
import type { ApiRequest } from "./router";

/** Service accounts: https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts */
export const iam: Service = (google, router) => {
  const accounts = "/iam/v1/projects/{project}/serviceAccounts";
  const key = ({ path }: ApiRequest) =>
    decodeURIComponent(path.slice(1).replace("iam/v1/", "iam/").replace(/:\w+$/, ""));
  const find = (request: ApiRequest): Fields => {
    const account = google.store.get(key(request));
    if (!account) throw notFound("Unknown service account");
    return account;
  };
  router.on("POST", accounts, (request) => {
    const { accountId, serviceAccount = {} } = request.body;
    const { project } = request.parameters as { project: string };
    const email = `${accountId}@${project}.iam.gserviceaccount.com`;
    const name = `projects/${project}/serviceAccounts/${email}`;
    if (google.store.get(`iam/${name}`)) {
      throw alreadyExists(`Service account ${accountId} already exists within project projects/${project}.`);
    }
    const uniqueId = numberFor(`${email} ${google.store.next()}`, 21);
    const account = { ...serviceAccount, name, projectId: project, uniqueId, email, oauth2ClientId: uniqueId };
    google.store.put(`iam/${name}`, { ...account, etag: etag(account), createdAt: Date.now() });
    return shown(google.store.get(`iam/${name}`)!);
  });
  router.on("GET", accounts, (request) => ({
    accounts: google.store.under(`${key(request)}/`).map(([, account]) => shown(account)),
  }));
  router.on("GET", `${accounts}/{account}`, (request) => shown(find(request)));
  router.on("PATCH", `${accounts}/{account}`, (request) => {
    const { serviceAccount = {}, updateMask = "" } = request.body;
    const changed = masked(find(request), serviceAccount, updateMask);
    google.store.put(key(request), { ...changed, etag: etag(changed) });
    return { name: changed["name"], ...serviceAccount };
  });
  router.on("DELETE", `${accounts}/{account}`, (request) => {
    find(request);
    google.store.remove(key(request));
    return {};
  });
  iamPolicies(google, router, `${accounts}/{account}`, { getMethod: "POST", find });
};

const shown = ({ createdAt: _, ...account }: Fields): Fields => account;
