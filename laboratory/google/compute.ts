import { type Collection, collections } from "./compute-collections";
import { alreadyExists, badRequest, conditionNotMet, notFound } from "./errors";
import { etag, type Fields, numberFor } from "./fields";
import { type Google, googleApis, now, type Service } from "./google";
import type { OperationFault } from "./faults";
import { regionQuotas } from "./quotas";
import type { ApiRequest } from "./router";

/** Prefix of a resource's URL. */
export const computeUrl = `${googleApis}/compute/v1`;

/**
 * Compute Engine: https://cloud.google.com/compute/docs/reference/rest/v1. Compared with recorded answers: id, kind,
 * selfLink, creationTimestamp, fingerprints, references as URLs, and the defaults in compute-collections.ts.
 */
export const compute: Service = (google, router) => {
  for (const [name, collection] of Object.entries(collections)) {
    const requests = new CollectionRequests(google, name, collection);
    const scopes = collection.isZonalToo ? [collection.scope, "zones/{zone}"] : [collection.scope];
    for (const scope of scopes) {
      const path = `/compute/v1/projects/{project}/${scope}/${name}`;
      router.on("POST", path, (request) => requests.insert(request));
      router.on("GET", path, (request) => requests.list(request));
      router.on("GET", `${path}/{name}`, (request) => requests.get(request));
      router.on("PATCH", `${path}/{name}`, (request) => requests.patch(request));
      router.on("DELETE", `${path}/{name}`, (request) => requests.remove(request));
      for (const [verb, change] of Object.entries(collection.verbs ?? {})) {
        router.on("POST", `${path}/{name}/${verb}`, (request) => requests.change(request, verb, change(request.body)));
      }
    }
  }
  router.on("GET", "/compute/v1/projects/{project}", ({ parameters: { project } }) => ({
    kind: "compute#project",
    name: project,
    quotas: [],
  }));
  router.on("GET", "/compute/v1/projects/{project}/regions/{region}", ({ parameters: { project, region } }) => ({
    kind: "compute#region",
    name: region,
    status: "UP",
    quotas: regionQuotas(google, `projects/${project}/regions/${region}`),
  }));
  const operation = (request: ApiRequest) => {
    const name = request.path.slice("/compute/v1/".length).replace(/\/wait$/, "");
    const found = google.operations.get(`compute/${name}`);
    if (!found) throw notFound(`The resource '${name}' was not found`);
    return found;
  };
  for (const scope of ["global", "regions/{region}", "zones/{zone}"]) {
    router.on("GET", `/compute/v1/projects/{project}/${scope}/operations/{operation}`, operation);
    router.on("POST", `/compute/v1/projects/{project}/${scope}/operations/{operation}/wait`, operation);
  }
};

class CollectionRequests {
  constructor(
    private readonly google: Google,
    private readonly name: string,
    private readonly collection: Collection,
  ) {}

  insert({ path, body }: ApiRequest): Fields {
    const parent = parentOf(path);
    const name = `${path.slice("/compute/v1/".length)}/${body["name"]}`;
    if (this.google.store.get(`compute/${name}`)) throw alreadyExists(`The resource '${name}' already exists`);
    const sent = this.withUrls(body);
    this.checkReferences(sent);
    const refused = this.collection.refuse?.(sent, this.google, parent);
    if (refused) throw refused;
    const region = /regions\/([^/]+)/.exec(parent)?.[1];
    const zone = /zones\/([^/]+)/.exec(parent)?.[1];
    const complete = {
      ...this.collection.complete(sent, { name, parent }),
      kind: `compute#${this.collection.kind}`,
      id: numberFor(`${name} ${this.google.store.next()}`, 19),
      creationTimestamp: now(),
      selfLink: `${computeUrl}/${name}`,
      ...(region && { region: `${computeUrl}/${parent}` }),
      ...(zone && { zone: `${computeUrl}/${parent}` }),
    };
    this.store(name, complete);
    return this.operation("insert", name, parent, { failed: [{ remove: `compute/${name}` }] });
  }

  get({ path }: ApiRequest): Fields {
    return this.find(path.slice("/compute/v1/".length));
  }

  list({ path }: ApiRequest): Fields {
    const items = this.google.store.under(`compute/${path.slice("/compute/v1/".length)}/`).map(([, fields]) => fields);
    return { kind: `compute#${this.collection.kind}List`, items };
  }

  patch(request: ApiRequest): Fields {
    const { fingerprint, ...sent } = this.withUrls(request.body);
    const { fingerprint: current } = this.find(request.path.slice("/compute/v1/".length));
    if (fingerprint !== undefined && fingerprint !== current) throw conditionNotMet();
    return this.change(request, "patch", this.collection.patched?.(sent) ?? sent);
  }

  /** Replaces some fields. */
  change({ path }: ApiRequest, type: string, fields: Fields): Fields {
    const [name] = path.slice("/compute/v1/".length).split(`/${type}`) as [string];
    const { labelFingerprint, ...changed } = fields;
    const stored = this.find(name);
    if (labelFingerprint !== undefined && labelFingerprint !== stored["labelFingerprint"]) throw conditionNotMet();
    this.checkReferences(changed);
    const refused = this.collection.refuseChange?.(stored, changed, this.google);
    if (refused) throw refused;
    this.store(name, { ...stored, ...changed });
    return this.operation(type, name, parentOf(path.slice(0, path.indexOf(`/${this.name}/`) + 1 + this.name.length)));
  }

  remove({ path }: ApiRequest): Fields {
    const name = path.slice("/compute/v1/".length);
    this.find(name);
    const user = this.userOf(name);
    if (user) {
      const message = `The ${this.collection.kind} resource '${name}' is already being used by '${user}'`;
      throw badRequest(message, "resourceInUseByAnotherResource");
    }
    const parent = parentOf(path.slice(0, path.lastIndexOf("/")));
    return this.operation("delete", name, parent, { done: [{ remove: `compute/${name}` }] });
  }

  private find(name: string): Fields {
    const resource = this.google.store.get(`compute/${name}`);
    if (!resource) throw notFound(`The resource '${name}' was not found`);
    return resource;
  }

  private store(name: string, { fingerprint: _, labelFingerprint: __, ...content }: Fields): void {
    const { hasFingerprint, hasLabels } = this.collection;
    const fingerprints = {
      ...(hasFingerprint && { fingerprint: etag(content) }),
      ...(hasLabels && { labelFingerprint: etag(content["labels"] ?? {}) }),
    };
    this.google.store.put(`compute/${name}`, { ...content, ...fingerprints });
  }

  /** Google returns references as URLs, however they were sent. */
  private withUrls(body: Fields): Fields {
    const url = (reference: string) =>
      reference.startsWith("projects/")
        ? `${computeUrl}/${reference}`
        : reference.replace(/^.*\/(?=projects\/)/, `${computeUrl}/`);
    const references = (this.collection.references ?? []).filter((name) => body[name] !== undefined);
    return { ...body, ...Object.fromEntries(references.map((name) => [name, url(body[name])])) };
  }

  private checkReferences(sent: Fields): void {
    for (const reference of referencesIn(sent)) {
      if (!this.google.store.get(`compute/${reference}`)) throw notFound(`The resource '${reference}' was not found`);
    }
  }

  /** What refers to a resource, so that it can't be deleted. */
  private userOf(name: string): string | undefined {
    const resources = ["compute/", "container/"].flatMap((service) => this.google.store.under(service));
    const user = resources.find(
      ([user, fields]) =>
        !user.includes("/operations/") && user !== `compute/${name}` && referencesIn(fields).includes(name),
    );
    return user?.[0].slice(user[0].indexOf("/") + 1);
  }

  private operation(
    type: string,
    target: string,
    parent: string,
    { done, failed }: { done?: { remove: string }[]; failed?: { remove: string }[] } = {},
  ): Fields {
    const show = (name: string, isDone: boolean, fault?: OperationFault): Fields => ({
      kind: "compute#operation",
      id: numberFor(name, 19),
      name,
      operationType: type,
      targetLink: `${computeUrl}/${target}`,
      targetId: numberFor(target, 19),
      status: isDone ? "DONE" : "RUNNING",
      progress: isDone ? 100 : 0,
      insertTime: now(),
      startTime: now(),
      ...(isDone && { endTime: now() }),
      selfLink: `${computeUrl}/${parent}/operations/${name}`,
      ...(parent.includes("/regions/") && { region: `${computeUrl}/${parent}` }),
      ...(fault && {
        error: { errors: [{ code: fault.code ?? "INTERNAL_ERROR", message: fault.message }] },
        httpErrorStatusCode: 403,
        httpErrorMessage: "FORBIDDEN",
      }),
    });
    return this.google.operations.start({
      type,
      target,
      parent: `compute/${parent}`,
      show,
      whenDone: done,
      whenFailed: failed,
    });
  }
}

/** `projects/p/regions/r` of the path of a collection. */
const parentOf = (path: string): string => path.slice("/compute/v1/".length, path.lastIndexOf("/"));

/** Networks, subnetworks, addresses and routers that an object refers to, as `projects/…`. */
function referencesIn(fields: Fields): string[] {
  const { selfLink: _, ...others } = fields;
  const found = JSON.stringify(others).match(
    /projects\/[\w.:-]+\/(global|regions\/[\w-]+)\/(networks|subnetworks|addresses)\/[\w-]+/g,
  );
  return [...new Set(found ?? [])];
}
