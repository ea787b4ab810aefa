import { GoogleError } from "./errors";
import { etag, type Fields, masked } from "./fields";
import { now, type Service } from "./google";
import { iamPolicies } from "./iam-policies";
import type { ApiRequest } from "./router";

/**
 * Secrets and their versions: https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets.
 * In the answers a secret's name has the project's number.
 */
export const secretManager: Service = (google, router) => {
  const secrets = "/secretmanager/v1/projects/{project}/secrets";
  const key = ({ path }: ApiRequest) => path.slice(1).replace("/v1/", "/").replace(/:\w+$/, "");
  const numbered = (name: string) => {
    const [project, id] = /projects\/(.+)\/secrets\/(.+)/.exec(name)!.slice(1) as [string, string];
    return `projects/${google.projectNumber(project)}/secrets/${id}`;
  };
  const find = (request: ApiRequest): Fields => {
    const secret = google.store.get(key(request));
    if (!secret) throw new GoogleError(404, "NOT_FOUND", `Secret [${numbered(key(request))}] not found.`);
    return secret;
  };
  router.on("POST", secrets, (request) => {
    const name = `${key(request)}/${request.query.get("secretId")}`;
    if (google.store.get(name)) {
      throw new GoogleError(409, "ALREADY_EXISTS", `Secret [${numbered(name)}] already exists.`);
    }
    const secret = { ...request.body, name: numbered(name), createTime: now() };
    google.store.put(name, { ...secret, etag: etag(secret) });
    return google.store.get(name)!;
  });
  router.on("GET", secrets, (request) => ({
    secrets: google.store
      .under(`${key(request)}/`)
      .filter(([name]) => !name.includes("/versions/"))
      .map(([, secret]) => secret),
  }));
  router.on("GET", `${secrets}/{secret}`, find);
  router.on("PATCH", `${secrets}/{secret}`, (request) => {
    const changed = masked(find(request), request.body, request.query.get("updateMask") ?? "");
    google.store.put(key(request), { ...changed, etag: etag(changed) });
    return google.store.get(key(request))!;
  });
  router.on("DELETE", `${secrets}/{secret}`, (request) => {
    find(request);
    for (const [version] of versionsOf(request)) google.store.remove(version);
    google.store.remove(key(request));
    return {};
  });
  const versionsOf = (request: ApiRequest) =>
    google.store.under(`${key(request).replace(/\/versions.*/, "")}/versions/`);
  const shown = ({ payload: _, ...version }: Fields) => version;
  router.on("POST", `${secrets}/{secret}:addVersion`, (request) => {
    const secret = find(request);
    const number = versionsOf(request).length + 1;
    const name = `${secret["name"]}/versions/${number}`;
    const version = { name, createTime: now(), state: "ENABLED", payload: request.body["payload"] };
    google.store.put(`${key(request)}/versions/${number}`, version);
    return shown(version);
  });
  // The newest first.
  router.on("GET", `${secrets}/{secret}/versions`, (request) => ({
    versions: versionsOf(request)
      .map(([, version]) => shown(version))
      .reverse(),
  }));
  router.on("GET", `${secrets}/{secret}/versions/latest:access`, (request) => {
    const latest = versionsOf(request).at(-1)?.[1];
    if (!latest) {
      const name = `${numbered(key(request).replace(/\/versions.*/, ""))}/versions/latest`;
      throw new GoogleError(404, "NOT_FOUND", `Secret Version [${name}] not found.`);
    }
    return { name: latest["name"], payload: latest["payload"] };
  });
  iamPolicies(google, router, `${secrets}/{secret}`, { find });
};
