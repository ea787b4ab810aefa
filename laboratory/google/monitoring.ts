import { badRequest, notFound } from "./errors";
import { type Fields, masked, numberFor } from "./fields";
import { type Google, now, type Service } from "./google";
import type { ApiRequest } from "./router";

/**
 * Alert policies and notification channels: https://cloud.google.com/monitoring/api/ref_v3/rest. Google makes up their
 * names, so nothing is ever "already there": the same one can be created twice.
 */
export const monitoring: Service = (google, router) => {
  collection(google, router, "alertPolicies", (name, sent) => ({
    enabled: true,
    ...sent,
    conditions: (sent["conditions"] ?? []).map((condition: Fields, index: number) => ({
      name: `${name}/conditions/${numberFor(`${name} ${index}`, 18)}`,
      ...condition,
    })),
    creationRecord: { mutateTime: now(), mutatedBy: "user@example.com" },
    mutationRecord: { mutateTime: now(), mutatedBy: "user@example.com" },
  }));
  collection(google, router, "notificationChannels", (_, sent) => ({
    enabled: true,
    ...sent,
    creationRecord: { mutateTime: now() },
    mutationRecords: [{ mutateTime: now() }],
  }));
  router.on("DELETE", "/monitoring/v3/projects/{project}/notificationChannels/{name}", (request) => {
    const name = nameIn(request);
    find(google, request);
    const policies = google.store
      .under(`monitoring/${name.replace(/\/notificationChannels.*/, "")}/alertPolicies/`)
      .filter(([, { notificationChannels = [] }]) => notificationChannels.includes(name));
    if (policies.length > 0 && request.query.get("force") !== "true") {
      throw badRequest(
        `Cannot delete channel ${name}: it is used by ${policies.length} policies.`,
        "failedPrecondition",
      );
    }
    for (const [key, policy] of policies) {
      const others = policy["notificationChannels"].filter((each: string) => each !== name);
      google.store.put(key, { ...policy, notificationChannels: others });
    }
    google.store.remove(`monitoring/${name}`);
    return {};
  });
  router.on("DELETE", "/monitoring/v3/projects/{project}/alertPolicies/{name}", (request) => {
    find(google, request);
    google.store.remove(`monitoring/${nameIn(request)}`);
    return {};
  });
};

function collection(
  google: Google,
  router: Parameters<Service>[1],
  kind: string,
  complete: (name: string, sent: Fields) => Fields,
): void {
  const path = `/monitoring/v3/projects/{project}/${kind}`;
  router.on("POST", path, (request) => {
    const name = `${nameIn(request)}/${numberFor(`${kind} ${google.store.next()}`, 19)}`;
    google.store.put(`monitoring/${name}`, { ...complete(name, request.body), name });
    return find(google, { ...request, path: `/monitoring/v3/${name}` });
  });
  router.on("GET", path, (request) => {
    const items = google.store.under(`monitoring/${nameIn(request)}/`).map(([, item]) => item);
    return { [kind]: items, totalSize: items.length };
  });
  router.on("GET", `${path}/{name}`, (request) => find(google, request));
  router.on("PATCH", `${path}/{name}`, (request) => {
    const changed = masked(find(google, request), request.body, request.query.get("updateMask") ?? "");
    const name = nameIn(request);
    google.store.put(`monitoring/${name}`, { ...changed, name });
    return find(google, request);
  });
}

const nameIn = ({ path }: ApiRequest): string => path.slice("/monitoring/v3/".length);

function find(google: Google, request: ApiRequest): Fields {
  const found = google.store.get(`monitoring/${nameIn(request)}`);
  if (!found) throw notFound(`Could not find resource with name '${nameIn(request)}'.`);
  return found;
}
