import { badRequest, notFound } from "./errors";
import type { OperationFault } from "./faults";
import type { Fields } from "./fields";
import { type Google, googleApis, now } from "./google";
import type { Change } from "./operations";

/** Prefix of GKE's paths. */
export const api = "/container/v1/";

/** The name that a request's path stands for, without its custom method. */
export const nameIn = (path: string): string => path.slice(api.length).replace(/:\w+$/, "");

/**
 * Starts a long-running operation of GKE.
 * @param target cluster or node pool, `projects/p/locations/l/clusters/c…`
 */
export function startOperation(
  google: Google,
  type: string,
  target: string,
  changes: { readonly whenDone?: readonly Change[]; readonly whenFailed?: readonly Change[] } = {},
): Fields {
  const parent = target.replace(/\/clusters\/.*/, "");
  const url = `${googleApis.replace("www", "container")}/v1`;
  const show = (name: string, done: boolean, fault?: OperationFault): Fields => ({
    name,
    operationType: type,
    status: done ? "DONE" : "RUNNING",
    zone: parent.replace(/.*\//, ""),
    location: parent.replace(/.*\//, ""),
    startTime: now(),
    ...(done && { endTime: now() }),
    selfLink: `${url}/${parent}/operations/${name}`,
    targetLink: `${url}/${target}`,
    ...(fault && { statusMessage: fault.message, error: { code: 8, message: fault.message } }),
  });
  return google.operations.start({ type, target, parent: `container/${parent}`, show, ...changes });
}

/** @throws GoogleError 404 */
export function findCluster(google: Google, name: string): Fields {
  const cluster = google.store.get(`container/${name}`);
  if (!cluster) throw notFound(`Not found: ${name}.`);
  return cluster;
}

/** GKE does one thing at a time to a cluster. @throws GoogleError 400 while it does another */
export function expectIdle(google: Google, cluster: string): void {
  if (!google.operations.isBusy(cluster)) return;
  throw badRequest(`Cluster is running incompatible operation on ${cluster}.`, "failedPrecondition");
}
