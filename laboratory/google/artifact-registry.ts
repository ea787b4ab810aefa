import { GoogleError } from "./errors";
import { type Fields, masked } from "./fields";
import { now, type Service } from "./google";
import { iamPolicies } from "./iam-policies";
import type { ApiRequest } from "./router";

/** Repositories: https://cloud.google.com/artifact-registry/docs/reference/rest/v1/projects.locations.repositories */
export const artifactRegistry: Service = (google, router) => {
  const location = "/artifactregistry/v1/projects/{project}/locations/{location}";
  const nameIn = ({ path }: ApiRequest) => path.slice("/artifactregistry/v1/".length).replace(/:\w+$/, "");
  const find = (request: ApiRequest): Fields => {
    const repository = google.store.get(`artifactregistry/${nameIn(request)}`);
    if (!repository) throw new GoogleError(404, "NOT_FOUND", "Requested entity was not found.");
    return repository;
  };
  const operation = (type: string, target: string, response: Fields, removed?: string): Fields =>
    google.operations.start({
      type,
      target,
      parent: `artifactregistry/${target.replace(/\/repositories\/.*/, "")}`,
      show: (name, done, fault) => ({
        name: `${target.replace(/\/repositories\/.*/, "")}/operations/${name}`,
        ...(done && { done }),
        ...(done && (fault ? { error: { code: 8, message: fault.message } } : { response })),
      }),
      ...(removed && { whenDone: [{ remove: removed }] }),
    });

  router.on("POST", `${location}/repositories`, (request) => {
    const id = request.query.get("repository_id") ?? request.query.get("repositoryId");
    const name = `${nameIn(request)}/${id}`;
    if (google.store.get(`artifactregistry/${name}`)) {
      throw new GoogleError(409, "ALREADY_EXISTS", "the repository already exists");
    }
    const { project, location } = request.parameters;
    const repository = {
      mode: "STANDARD_REPOSITORY",
      ...request.body,
      name,
      createTime: now(),
      updateTime: now(),
      registryUri: `${location}-docker.pkg.dev/${project}/${id}`,
      satisfiesPzi: true,
      vulnerabilityScanningConfig: {
        enablementState: "SCANNING_DISABLED",
        enablementStateReason: "API containerscanning.googleapis.com is not enabled.",
        lastEnableTime: now(),
      },
    };
    google.store.put(`artifactregistry/${name}`, repository);
    return operation("create", name, repository);
  });
  router.on("GET", `${location}/repositories`, (request) => ({
    repositories: google.store.under(`artifactregistry/${nameIn(request)}/`).map(([, repository]) => repository),
  }));
  router.on("GET", `${location}/repositories/{repository}`, find);
  router.on("PATCH", `${location}/repositories/{repository}`, (request) => {
    const changed = masked(find(request), request.body, request.query.get("updateMask") ?? "");
    google.store.put(`artifactregistry/${nameIn(request)}`, { ...changed, updateTime: now() });
    return changed;
  });
  router.on("DELETE", `${location}/repositories/{repository}`, (request) => {
    find(request);
    return operation("delete", nameIn(request), {}, `artifactregistry/${nameIn(request)}`);
  });
  router.on("GET", `${location}/operations/{operation}`, (request) => {
    const found = google.operations.get(`artifactregistry/${nameIn(request)}`);
    if (!found) throw new GoogleError(404, "NOT_FOUND", "Requested entity was not found.");
    return found;
  });
  iamPolicies(google, router, `${location}/repositories/{repository}`, { find });
};
