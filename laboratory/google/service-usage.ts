import { type GoogleError, serviceDisabled } from "./errors";
import type { Fields } from "./fields";
import type { Google, Service } from "./google";

/** Enabled in every new project, as far as matters here: https://cloud.google.com/service-usage/docs/enabled-service */
const enabledAtFirst = [
  "cloudapis",
  "cloudresourcemanager",
  "logging",
  "monitoring",
  "servicemanagement",
  "serviceusage",
  "storage",
];

/** Google's titles of the services that this stand-in serves, by the first part of their host names. */
const titles: Readonly<Record<string, string>> = {
  artifactregistry: "Artifact Registry API",
  cloudresourcemanager: "Cloud Resource Manager API",
  compute: "Compute Engine API",
  container: "Kubernetes Engine API",
  iam: "Identity and Access Management (IAM) API",
  monitoring: "Cloud Monitoring API",
  secretmanager: "Secret Manager API",
};

/** Which APIs a project has enabled: https://cloud.google.com/service-usage/docs/reference/rest/v1/services */
export const serviceUsage: Service = (google, router) => {
  const services = "/serviceusage/v1/projects/{project}/services";
  const enable = (project: string, ids: readonly string[]) => {
    for (const id of ids) {
      const key = `serviceusage/projects/${project}/services/${id}`;
      if (!google.store.get(key)) google.store.put(key, { enabledAt: Date.now() });
    }
  };
  const show = (project: string, id: string, state = "ENABLED"): Fields => {
    const parent = `projects/${google.projectNumber(project)}`;
    return { name: `${parent}/services/${id}`, parent, config: { name: id }, state };
  };
  const done = (response: Fields): Fields => ({
    name: `operations/acat.p2-${google.store.next()}`,
    done: true,
    response,
  });
  router.on("GET", services, ({ parameters: { project } }) => ({
    services: enabledServices(google, project!).map((id) => show(project!, id)),
  }));
  router.on("POST", `${services}:batchEnable`, ({ parameters: { project }, body: { serviceIds } }) => {
    enable(project!, serviceIds);
    return done({ services: serviceIds.map((id: string) => show(project!, id)) });
  });
  router.on("GET", `${services}/{service}`, ({ parameters: { project, service } }) =>
    show(project!, service!, enabledServices(google, project!).includes(service!) ? "ENABLED" : "DISABLED"),
  );
  router.on("POST", `${services}/{service}:enable`, ({ parameters: { project, service } }) => {
    enable(project!, [service!]);
    return done({ service: show(project!, service!) });
  });
  router.on("POST", `${services}/{service}:disable`, ({ parameters: { project, service } }) => {
    google.store.remove(`serviceusage/projects/${project}/services/${service}`);
    return done({ service: show(project!, service!, "DISABLED") });
  });
};

function enabledServices(google: Google, project: string): string[] {
  const key = `serviceusage/projects/${project}/services/`;
  const enabled = google.store.under(key).map(([name]) => name.slice(key.length));
  return [...new Set([...enabledAtFirst.map((id) => `${id}.googleapis.com`), ...enabled])];
}

/** Why a service refuses a request: the project has not enabled it, or did so only just. */
export function refusalOfService(google: Google, path: string): GoogleError | undefined {
  const service = path.split("/")[1]!;
  const project = /\/projects\/([^/:]+)/.exec(path)?.[1];
  const title = titles[service];
  if (project === undefined || title === undefined) return undefined;
  const id = `${service}.googleapis.com`;
  const { enabledAt } = google.store.get(`serviceusage/projects/${project}/services/${id}`) ?? {};
  const delay = google.faults.faults.serviceActivationMilliseconds ?? 0;
  const isActive = enabledAt === undefined ? enabledAtFirst.includes(service) : Date.now() >= enabledAt + delay;
  return isActive ? undefined : serviceDisabled(id, title, google.projectNumber(project));
}
