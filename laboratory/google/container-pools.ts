import { completePool, groupUrls, shownPool } from "./container-defaults";
import { api, expectIdle, findCluster, nameIn, startOperation } from "./container-operations";
import { alreadyExists, GoogleError, notFound } from "./errors";
import type { Fields } from "./fields";
import { type Google, googleApis, type Service } from "./google";
import { poolUsage, shortOf } from "./quotas";
import type { ApiRequest } from "./router";

/** Node pools, and their instance groups in Compute Engine. */
export const nodePools: Service = (google, router) => {
  const pools = `${api}projects/{project}/locations/{location}/clusters/{cluster}/nodePools`;
  router.on("POST", pools, ({ path, body: { nodePool: sent } }) => {
    const cluster = clusterOf(nameIn(path));
    const owner = findCluster(google, cluster);
    const name = `${nameIn(path)}/${sent["name"]}`;
    if (google.store.get(`container/${name}`)) throw alreadyExists(`Already exists: ${name}.`);
    expectIdle(google, cluster);
    refusePool(google, cluster, owner, sent);
    createPool(google, cluster, owner, sent);
    return startOperation(google, "CREATE_NODE_POOL", name, {
      whenFailed: [{ merge: `container/${name}`, fields: { status: "ERROR" } }],
    });
  });
  router.on("GET", pools, ({ path }) => ({ nodePools: poolsOf(google, clusterOf(nameIn(path))).map(shownPool) }));
  router.on("GET", `${pools}/{pool}`, ({ path }) => shownPool(findPool(google, nameIn(path))));
  router.on("DELETE", `${pools}/{pool}`, ({ path }) => {
    const name = nameIn(path);
    findPool(google, name);
    expectIdle(google, clusterOf(name));
    return startOperation(google, "DELETE_NODE_POOL", name, {
      whenDone: [{ remove: `container/${name}` }],
      whenFailed: [{ merge: `container/${name}`, fields: { status: "ERROR" } }],
    });
  });
  router.on("PUT", `${pools}/{pool}`, (request) => updatePool(google, request));
  router.on("POST", `${pools}/{pool}:setSize`, ({ path, body: { nodeCount } }) =>
    change(google, "SET_NODE_POOL_SIZE", nameIn(path), { size: nodeCount }),
  );
  router.on("POST", `${pools}/{pool}:setManagement`, ({ path, body: { management } }) =>
    change(google, "SET_NODE_POOL_MANAGEMENT", nameIn(path), { management }),
  );
  const groups = "/compute/v1/projects/{project}/zones/{zone}/instanceGroupManagers";
  router.on("GET", groups, ({ path }) => ({ items: instanceGroups(google, path) }));
  router.on("GET", `${groups}/{group}`, ({ path }) => {
    const group = instanceGroups(google, path.replace(/\/[^/]+$/, "")).find(({ selfLink }) => selfLink.endsWith(path));
    if (!group) throw notFound(`The resource '${path.slice("/compute/v1/".length)}' was not found`);
    return group;
  });
};

const clusterOf = (pool: string): string => pool.replace(/\/nodePools.*/, "");

/** @param cluster `projects/p/locations/l/clusters/c` */
export const poolsOf = (google: Google, cluster: string): Fields[] =>
  google.store.under(`container/${cluster}/nodePools/`).map(([, pool]) => pool);

/** @throws GoogleError 403 where the region has too little left for a pool's VMs */
export function refusePool(google: Google, cluster: string, owner: Fields, sent: Fields): void {
  const [, project, , location] = cluster.split("/") as [string, string, string, string];
  const usage = poolUsage(completePool(cluster, owner, sent));
  for (const [metric, amount] of Object.entries(usage)) {
    const short = shortOf(
      google,
      `projects/${project}/regions/${location.replace(/-[a-z]$/, "")}`,
      metric as keyof typeof usage,
      amount,
    );
    if (!short) continue;
    const message = `Insufficient regional quota to satisfy request: resource "${metric}": request requires '${amount.toFixed(1)}' and is short '${short.missing.toFixed(1)}'. project has a quota of '${short.limit.toFixed(1)}' with '${short.available.toFixed(1)}' available.`;
    throw new GoogleError(403, "PERMISSION_DENIED", message, "forbidden");
  }
}

export function createPool(google: Google, cluster: string, owner: Fields, sent: Fields): void {
  const name = `${cluster}/nodePools/${sent["name"]}`;
  google.store.put(`container/${name}`, completePool(cluster, owner, sent));
}

/** Whoever changes the cluster's locations changes those of all its pools. */
export function moveToLocations(google: Google, cluster: string, locations: readonly string[]): void {
  for (const pool of poolsOf(google, cluster)) put(google, cluster, { ...pool, locations });
}

/** Where a field of an update is not a field of the pool's config. */
const updates: Readonly<Record<string, (value: Fields[string]) => Fields>> = {
  locations: (locations) => ({ locations }),
  upgradeSettings: (upgradeSettings) => ({ upgradeSettings }),
  nodeNetworkConfig: (networkConfig) => ({ networkConfig }),
  labels: ({ labels = {} }) => ({ config: { labels } }),
  taints: ({ taints = [] }) => ({ config: { taints } }),
  resourceLabels: ({ labels = {} }) => ({
    config: { resourceLabels: { "goog-gke-node-pool-provisioning-model": "on-demand", ...labels } },
  }),
};

function updatePool(google: Google, { path, body: { name: _, nodePoolId: __, ...sent } }: ApiRequest): Fields {
  const pool = findPool(google, nameIn(path));
  const result = Object.entries(sent).reduce<Fields>((fields, [field, value]) => {
    const { config, networkConfig, ...others } = updates[field]?.(value) ?? { config: { [field]: value } };
    return {
      ...fields,
      ...others,
      config: { ...fields["config"], ...config },
      networkConfig: { ...fields["networkConfig"], ...networkConfig },
    };
  }, pool);
  const { diskType, diskSizeGb } = result["config"];
  result["config"].bootDisk = { diskType, sizeGb: String(diskSizeGb) };
  return change(google, "UPGRADE_NODES", nameIn(path), result);
}

function change(google: Google, type: string, name: string, fields: Fields): Fields {
  const pool = findPool(google, name);
  expectIdle(google, clusterOf(name));
  put(google, clusterOf(name), { ...pool, ...fields });
  return startOperation(google, type, name);
}

function put(google: Google, cluster: string, pool: Fields): void {
  const project = cluster.split("/")[1]!;
  const instanceGroupUrls = groupUrls(project, cluster, pool);
  google.store.put(`container/${cluster}/nodePools/${pool["name"]}`, { ...pool, instanceGroupUrls });
}

function findPool(google: Google, name: string): Fields {
  const pool = google.store.get(`container/${name}`);
  if (!pool) throw notFound(`nodePool "${name}" not found`);
  return pool;
}

/** The instance groups of all pools in one zone. @param path `/compute/v1/projects/p/zones/z/instanceGroupManagers` */
function instanceGroups(google: Google, path: string): Fields[] {
  const pools = google.store.under("container/").filter(([name]) => name.includes("/nodePools/"));
  return pools.flatMap(([, { instanceGroupUrls, size }]) =>
    (instanceGroupUrls as string[])
      .filter((url) => url.startsWith(`${googleApis}${path}/`))
      .map((url) => ({
        kind: "compute#instanceGroupManager",
        name: url.replace(/.*\//, ""),
        selfLink: url,
        instanceGroup: url.replace("instanceGroupManagers", "instanceGroups"),
        targetSize: size,
        status: { isStable: true },
      })),
  );
}
