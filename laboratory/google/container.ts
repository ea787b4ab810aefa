import { completeCluster, shownCluster } from "./container-defaults";
import { api, expectIdle, findCluster, nameIn, startOperation } from "./container-operations";
import { createPool, moveToLocations, nodePools, poolsOf, refusePool } from "./container-pools";
import { alreadyExists, conditionNotMet, notFound } from "./errors";
import { type Fields, hexFor, isObject, withDefaults } from "./fields";
import type { Google, Service } from "./google";
import type { ApiRequest } from "./router";

/** Google Kubernetes Engine: https://cloud.google.com/kubernetes-engine/docs/reference/rest/v1 */
export const container: Service = (google, router) => {
  const location = `${api}projects/{project}/locations/{location}`;
  const cluster = `${location}/clusters/{cluster}`;
  router.on("GET", `${location}/operations/{operation}`, ({ path }) => {
    const operation = google.operations.get(`container/${nameIn(path)}`);
    if (!operation) throw notFound(`Not found: ${nameIn(path)}.`);
    return operation;
  });
  router.on("POST", `${location}/clusters`, (request) => createCluster(google, request));
  router.on("GET", `${location}/clusters`, ({ path }) => {
    const clusters = google.store.under(`container/${nameIn(path)}/`).filter(([name]) => !name.includes("/nodePools/"));
    return { clusters: clusters.map(([name, fields]) => shownCluster(google, fields, poolsOf(google, stored(name)))) };
  });
  router.on("GET", cluster, ({ path }) =>
    shownCluster(google, findCluster(google, nameIn(path)), poolsOf(google, nameIn(path))),
  );
  router.on("DELETE", cluster, (request) => deleteCluster(google, request));
  router.on("PUT", cluster, (request) => updateCluster(google, request));
  router.on("POST", `${cluster}:setResourceLabels`, ({ path, body: { resourceLabels = {}, labelFingerprint } }) => {
    if (labelFingerprint !== findCluster(google, nameIn(path))["labelFingerprint"]) throw conditionNotMet();
    const fingerprint = hexFor(JSON.stringify(resourceLabels), 8);
    return change(google, "SET_LABELS", nameIn(path), { resourceLabels, labelFingerprint: fingerprint });
  });
  router.on("POST", `${cluster}:setMaintenancePolicy`, ({ path, body: { maintenancePolicy } }) => {
    const resourceVersion = hexFor(JSON.stringify(maintenancePolicy), 8);
    return change(google, "UPDATE_CLUSTER", nameIn(path), {
      maintenancePolicy: { ...maintenancePolicy, resourceVersion },
    });
  });
  router.on("POST", `${cluster}:setLegacyAbac`, ({ path, body: { enabled } }) =>
    change(google, "UPDATE_CLUSTER", nameIn(path), { legacyAbac: { enabled } }),
  );
  nodePools(google, router);
};

/** Without the name of the service. */
const stored = (name: string): string => name.slice("container/".length);

function createCluster(google: Google, { path, body: { cluster: sent } }: ApiRequest): Fields {
  const parent = nameIn(path).replace(/\/clusters$/, "");
  const name = `${parent}/clusters/${sent["name"]}`;
  if (google.store.get(`container/${name}`)) throw alreadyExists(`Already exists: ${name}.`);
  for (const reference of [sent["network"], sent["subnetwork"]]) {
    if (!google.store.get(`compute/${reference}`)) throw notFound(`The resource '${reference}' was not found`);
  }
  const cluster = completeCluster(google, parent, sent);
  // The pool that GKE makes for a cluster that was sent without pools.
  const pool = { name: "default-pool", initialNodeCount: sent["initialNodeCount"], config: sent["nodeConfig"] ?? {} };
  refusePool(google, name, cluster, pool);
  google.store.put(`container/${name}`, cluster);
  createPool(google, name, cluster, pool);
  return startOperation(google, "CREATE_CLUSTER", name, {
    whenDone: [{ merge: `container/${name}`, fields: { status: "RUNNING" } }],
    whenFailed: [{ merge: `container/${name}`, fields: { status: "ERROR" } }],
  });
}

function deleteCluster(google: Google, { path }: ApiRequest): Fields {
  const name = nameIn(path);
  const cluster = findCluster(google, name);
  expectIdle(google, name);
  google.store.put(`container/${name}`, { ...cluster, status: "STOPPING" });
  return startOperation(google, "DELETE_CLUSTER", name, {
    whenDone: [{ remove: `container/${name}` }],
    whenFailed: [{ merge: `container/${name}`, fields: { status: "ERROR" } }],
  });
}

/** Where `desiredX` of an update is not the cluster's field `x`. */
const desired: Readonly<Record<string, (value: Fields[string]) => Fields>> = {
  desiredIntraNodeVisibilityConfig: ({ enabled }) => ({ networkConfig: { enableIntraNodeVisibility: enabled } }),
  desiredServiceExternalIpsConfig: (config) => ({ networkConfig: { serviceExternalIpsConfig: config } }),
  desiredL4ilbSubsettingConfig: ({ enabled }) => ({ networkConfig: { enableL4ilbSubsetting: enabled } }),
  desiredDefaultEnablePrivateNodes: (enabled) => ({ networkConfig: { defaultEnablePrivateNodes: enabled } }),
};

function updateCluster(google: Google, { path, body: { update } }: ApiRequest): Fields {
  const name = nameIn(path);
  const cluster = findCluster(google, name);
  expectIdle(google, name);
  const changes = Object.entries(update as Fields).reduce<Fields>((sum, [field, value]) => {
    const own = field.replace(/^desired(.)/, (_, letter: string) => letter.toLowerCase());
    return withDefaults(sum, desired[field]?.(value) ?? { [own]: value });
  }, {});
  const { locations } = changes;
  if (locations !== undefined) moveToLocations(google, name, locations);
  const merged = Object.entries(changes).map(([field, value]) => [
    field,
    isObject(value) && isObject(cluster[field]) ? withDefaults(cluster[field], value) : value,
  ]);
  return change(google, "UPDATE_CLUSTER", name, Object.fromEntries(merged));
}

/** Replaces some fields of a cluster. */
function change(google: Google, type: string, name: string, fields: Fields): Fields {
  const cluster = findCluster(google, name);
  expectIdle(google, name);
  google.store.put(`container/${name}`, { ...cluster, ...fields });
  return startOperation(google, type, name);
}
