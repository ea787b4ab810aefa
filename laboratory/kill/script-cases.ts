import type { BakerConfiguration } from "../../lib/config/schema/configuration";
import { ownAliases, walletFileNames, walletFiles } from "../../lib/tezos/wallet";
import type { BadServer } from "../stand-ins/bad-server";
import { exampleConfiguration } from "../examples";
import type { ScriptSandbox } from "./script-sandbox";
import { snapshotBlock, standInSnapshot } from "../stand-ins/snapshot";

/** A start of init containers: which scripts run, and what they find on the disk. */
export interface ScriptCase {
  readonly name: string;
  readonly scripts: readonly string[];
  /** Files on the disk before the start, by path below `data`. */
  readonly disk: Readonly<Record<string, string>>;
  /** Files of the pod's ConfigMaps and secrets, by path in the sandbox. */
  readonly mounted: Readonly<Record<string, string>>;
  readonly environment: (box: ScriptSandbox, server: BadServer) => Record<string, string>;
}

/** Files that no start may change: losing one risks signing twice or missing a nonce revelation. */
export const protectedFiles: Readonly<Record<string, string>> = Object.fromEntries(
  [
    "NetXdQprcVkpaWU_highwatermarks",
    "NetXdQprcVkpaWU_nonces",
    "NetXdQprcVkpaWU_stateful_nonces",
    "NetXdQprcVkpaWU_baker_states",
    "_baker_states",
  ].map((name) => [`client/${name}`, `[{"kept":"${name}"}]\n`]),
);

const delegate = { publicKey: "edpkunnxQ7SD7pVorY4Gi1UWAS37R2vXogzU4MBQiofMqoyNYk2yYJ" };
const first = { publicKey: "edpkvGfYw3LyB1UcCahKQk4rF2tvbMUk8GFiTuMjL75uGXrpvKXhjn" };
const second = { publicKey: "edpkuBknW28nW72KG6RoHtYW7p12T6GKc7nAbwYX5m8Wd9sDVC9yav" };
const secrets = [
  "edsk3QoqBuvdamxouPhin7swCvkQNgq4jP5KZPbwWNnwdZpSpJiEbq",
  "edsk4ArLQgBTLWG5FJmnGnT689VKoqhXwmDPBuGx3z4cvwU9MmrPZZ",
];
const configuration = exampleConfiguration();

type WalletFiles = Record<(typeof walletFileNames)[number], string>;
const baker = (keys: Partial<BakerConfiguration["keys"]>, authenticates = false): BakerConfiguration => ({
  ...configuration.bakers[0]!,
  name: "baker",
  keys: { delegate, ...keys },
  authenticationPublicKey: authenticates ? first.publicKey : undefined,
});
const wallet = (keys: Partial<BakerConfiguration["keys"]> = {}, authenticates = false): WalletFiles =>
  walletFiles(configuration, baker(keys, authenticates));

/** An alias that a user has created by hand. */
const byHand = {
  public_keys: { name: "by-hand", value: { locator: "http://127.0.0.1:6732/tz1hand", key: "edpkhand" } },
  public_key_hashs: { name: "by-hand", value: "tz1hand" },
  secret_keys: { name: "by-hand", value: "http://127.0.0.1:6732/tz1hand" },
};
/** Name of that alias. */
export const handMadeAlias = "by-hand";

/** A wallet on the disk that also contains an alias of the user's. */
const onDisk = (files: WalletFiles): Record<string, string> =>
  Object.fromEntries(
    walletFileNames.map((name) => [
      `client/${name}`,
      JSON.stringify([byHand[name], ...(JSON.parse(files[name]) as object[])]),
    ]),
  );
const mountedWallet = (files: WalletFiles): Record<string, string> =>
  Object.fromEntries(walletFileNames.map((name) => [`wallet/${name}`, files[name]]));

function walletCase(name: string, before: WalletFiles | undefined, after: WalletFiles, disk = {}): ScriptCase {
  return {
    name: `wallet: ${name}`,
    scripts: ["wallet.sh"],
    disk: { ...(before && onDisk(before)), ...disk },
    mounted: mountedWallet(after),
    environment: walletEnvironment,
  };
}

const walletEnvironment = (box: ScriptSandbox): Record<string, string> => ({
  WALLET_DIR: box.path("wallet"),
  OWN_ALIASES: ownAliases(baker({})).join(" "),
});

const oldLocator = Object.fromEntries(
  Object.entries(wallet({ consensus: first })).map(([name, text]) => [name, text.replaceAll(":8445/", ":9445/")]),
) as WalletFiles;

/** A wallet as it was written for keys of which only the hash was known. */
const bareLocator: WalletFiles = {
  ...wallet({ consensus: first }),
  public_keys: wallet({ consensus: first }).secret_keys,
};

const walletCases: ScriptCase[] = [
  walletCase("first start", undefined, wallet({ consensus: first })),
  walletCase("nothing to do", wallet({ consensus: first }), wallet({ consensus: first })),
  walletCase(
    "the next consensus key is added",
    wallet({ consensus: first }),
    wallet({ consensus: first, nextConsensus: second }),
  ),
  walletCase(
    "the consensus key is rotated",
    wallet({ consensus: first, nextConsensus: second }),
    wallet({ consensus: second }),
  ),
  walletCase("a key is removed", wallet({ consensus: first }), wallet()),
  walletCase("a companion key is added", wallet({ consensus: first }), wallet({ consensus: first, companion: second })),
  walletCase("locators change", oldLocator, wallet({ consensus: first })),
  walletCase("a locator without its key", bareLocator, wallet({ consensus: first })),
  walletCase("broken files", wallet(), wallet(), {
    "client/public_keys": onDisk(wallet())["client/public_keys"]!.slice(0, -9),
    "client/secret_keys": "\0".repeat(120),
  }),
  {
    ...walletCase("the authentication key differs", wallet({}, true), wallet({}, true)),
    disk: {
      ...onDisk(wallet({}, true)),
      "client/secret_keys": JSON.stringify([
        byHand.secret_keys,
        { name: "baker-authentication", value: `unencrypted:${secrets[0]}` },
      ]),
    },
    mounted: { ...mountedWallet(wallet({}, true)), "secret/secret-key": secrets[1]! },
    environment: (box) => ({
      ...walletEnvironment(box),
      AUTHENTICATION_ALIAS: "baker-authentication",
      AUTHENTICATION_FILE: box.path("secret/secret-key"),
    }),
  },
];

const nodeConfig = JSON.stringify({ "data-dir": "/data/node", shell: { history_mode: "rolling" } }, null, 2);
const identity = '{"peer_id":"idme","public_key":"00","secret_key":"01","proof_of_work_stamp":"02"}';
const definition = JSON.stringify({
  chain_name: "TEZOS_WEEKLYNET",
  genesis: { timestamp: "2026-01-01T00:00:00Z", block: "BLgenesis", protocol: "Pgenesis" },
});
const nodeData = {
  network: "mainnet",
  "node/config.json": nodeConfig,
  "node/identity.json": identity,
  "node/store/head": snapshotBlock,
  "node/context/1": "context",
  "node/version.json": '{ "version": "3.3" }',
};
const prepared = {
  network: "mainnet",
  "node.importing/config.json": nodeConfig,
  "node.importing/identity.json": identity,
};

const mountedConfig = { "config/config.json": nodeConfig };
const nodeEnvironment = (box: ScriptSandbox, server: BadServer): Record<string, string> => ({
  NETWORK: "mainnet",
  CONFIG_FILE: box.path("config/config.json"),
  CHAIN_NAME: "TEZOS_MAINNET",
  HISTORY_MODE: "rolling",
  SNAPSHOT_ENABLED: "true",
  SNAPSHOT_URL: server.url("/rolling"),
  SNAPSHOT_VERIFY_URL: server.url("/rpc"),
});

function nodeCase(
  name: string,
  script: string,
  disk: Record<string, string>,
  more: Record<string, string> = {},
): ScriptCase {
  return {
    name: `${script}: ${name}`,
    scripts: [`${script}.sh`],
    disk,
    mounted: mountedConfig,
    environment: (box, server) => ({ ...nodeEnvironment(box, server), ...more }),
  };
}

const nodeCases: ScriptCase[] = [
  nodeCase("empty disk", "node-config", {}),
  nodeCase("a different configuration", "node-config", { ...nodeData, "node/config.json": "{}" }),
  nodeCase("an invalid identity", "node-config", { ...prepared, "node.importing/identity.json": '{"peer_id":' }),
  {
    ...nodeCase("a network by its URL", "node-config", {}),
    environment: (box, server) => ({ ...nodeEnvironment(box, server), NETWORK: server.url("/weeklynet") }),
  },
  nodeCase("the import", "snapshot", prepared),
  nodeCase("an interrupted import", "snapshot", { ...prepared, "node.importing/store/part": "x" }),
  nodeCase("snapshots are disabled", "snapshot", prepared, { SNAPSHOT_ENABLED: "false" }),
  nodeCase("data and the remains of an import", "snapshot", {
    ...nodeData,
    snapshot: "x",
    "node.importing/config.json": "{}",
  }),
  nodeCase("old storage", "storage-upgrade", { ...nodeData, "node/version.json": '{ "version": "3.1" }' }),
];

/** The init containers' scripts of a baking node, in order. */
export const bootScripts = ["wallet.sh", "node-config.sh", "snapshot.sh", "storage-upgrade.sh"];

function wholeBootCase(name: string, disk: Record<string, string>): ScriptCase {
  return {
    name: `whole boot: ${name}`,
    scripts: bootScripts,
    disk,
    mounted: { ...mountedConfig, ...mountedWallet(wallet({ consensus: first })) },
    environment: (box, server) => ({ ...walletEnvironment(box), ...nodeEnvironment(box, server) }),
  };
}

/** All cases: the wallet, the node's data, and complete boots. */
export const scriptCases: readonly ScriptCase[] = [
  ...walletCases,
  ...nodeCases,
  wholeBootCase("empty disk", {}),
  wholeBootCase("data in place", { ...onDisk(wallet({ consensus: first })), ...nodeData }),
];

/** Serves what the cases download. */
export function serveScriptCases(server: BadServer): void {
  server.paths.set("/rolling", { body: standInSnapshot(), etag: '"1"' });
  server.paths.set("/rpc/chains/main/blocks/9000000/hash", { body: `"${snapshotBlock}"\n` });
  server.paths.set("/weeklynet", { body: definition });
}
