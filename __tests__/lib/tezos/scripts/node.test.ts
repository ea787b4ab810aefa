import { connect, createServer, type Server } from "node:net";
import { chmodSync, readdirSync, statSync } from "node:fs";
import { checkCommand } from "../../../../lib/tezos/octez-command-line";
import { BadServer } from "../../../../laboratory/stand-ins/bad-server";
import { describeReal } from "../../../support/real";
import { ScriptSandbox, shellPrograms, shells, type Shell } from "../../../../laboratory/kill/script-sandbox";

const definition = JSON.stringify({
  chain_name: "TEZOS_WEEKLYNET",
  genesis: { timestamp: "2026-01-01T00:00:00Z", block: "BLgenesis", protocol: "Pgenesis" },
  default_bootstrap_peers: [],
});
const template = JSON.stringify({ "data-dir": "/data/node", shell: { history_mode: "rolling" } }, null, 2);

describeReal("scripts of the node", { programs: shellPrograms }, () => {
  let box: ScriptSandbox;
  let server: BadServer;
  const opened: { close?(): void; destroy?(): void }[] = [];
  beforeEach(async () => {
    box = new ScriptSandbox();
    server = await BadServer.start();
  });
  afterEach(async () => {
    await server.stop();
    for (const one of opened.splice(0)) (one.destroy ?? one.close)?.call(one);
    for (const command of box.commands()) expect(checkCommand(command)).toEqual([]);
    box.remove();
  });

  describe.each(shells)("in $name", (shell) => {
    test("node-config.sh: writes configuration and identity once", async () => {
      const { status, output } = await configure({}, shell);
      expect(status).toBe(0);
      expect(output).toContain("wrote the configuration for mainnet to");
      const folder = box.path("data/node.importing");
      expect(readdirSync(folder).sort()).toEqual(["config.json", "identity.json"]);
      const inodes = () => ["config.json", "identity.json"].map((name) => statSync(`${folder}/${name}`).ino);
      const before = inodes();
      expect(await configure({}, shell)).toEqual({
        status: 0,
        output: "node-config: the configuration is up to date\n",
      });
      expect(inodes()).toEqual(before);
      expect(readdirSync(box.data).sort()).toEqual(["network", "node.importing"]);
    });

    test("node-config.sh: downloads a definition once", async () => {
      server.paths.set("/weeklynet", { body: definition });
      const environment = { NETWORK: server.url("/weeklynet"), CONFIG_FILE: configFile(template) };
      expect((await configure(environment, shell)).status).toBe(0);
      expect(JSON.parse(box.read("data/node.importing/config.json"))).toEqual({
        ...JSON.parse(template),
        network: JSON.parse(definition),
      });
      expect(await configure(environment, shell)).toEqual({
        status: 0,
        output: "node-config: the configuration is up to date\n",
      });
      expect(server.requests).toEqual(["GET /weeklynet"]);
    });

    test("storage-upgrade.sh: upgrades if the version requires it, also after an interruption", async () => {
      expect(await box.run("storage-upgrade.sh", {}, shell)).toEqual({
        status: 0,
        output: "storage-upgrade: the node has no data yet: nothing to upgrade\n",
      });
      box.write("data/node/store/head", "x");
      box.write("data/node/version.json", '{ "version": "3.1" }');
      const failed = await box.run("storage-upgrade.sh", { STAND_IN_FAIL: "upgrade storage" }, shell);
      expect([failed.status, failed.output]).toEqual([
        1,
        expect.stringMatching(/ERROR: octez-node could not upgrade the storage [^\n]*\n$/),
      ]);
      expect((await box.run("storage-upgrade.sh", { STAND_IN_HANG: "upgrade storage" }, shell, 200)).status).toBeNull();
      expect((await box.run("storage-upgrade.sh", {}, shell)).output).toContain("upgraded the storage");
      expect(box.read("data/node/version.json")).toContain("3.3");
      expect(await box.run("storage-upgrade.sh", {}, shell)).toEqual({
        status: 0,
        output: "storage-upgrade: the storage is up to date\n",
      });
    });
  });

  test("storage-upgrade.sh: a damaged version file is a single clear error", async () => {
    box.write("data/node/store/head", "x");
    box.write("data/node/version.json", "");
    expect((await box.run("storage-upgrade.sh", {})).output).toMatch(
      /^storage-upgrade: ERROR: octez-node can't read the version of the storage \(.*version\.json.*\): [^\n]*\n$/,
    );
  });

  test("node-config.sh: with data, writes the configuration into the data's folder", async () => {
    box.write("data/node/store/head", "x");
    box.write("data/node/config.json", "{}");
    box.write("data/node/identity.json", '{"peer_id":"a","public_key":"b","secret_key":"c"}');
    expect((await configure()).output).toContain("to " + box.path("data/node/config.json"));
    expect(box.read("data/node/config.json")).toBe(template);
    expect(box.read("data/node/identity.json")).toContain('"a"');
    expect(box.exists("data/node.importing")).toBe(false);
  });

  test("node-config.sh: replaces an invalid identity, and keeps a copy", async () => {
    box.write("data/node.importing/identity.json", '{"peer_id":');
    expect((await configure()).output).toContain("WARNING: identity.json was not valid");
    expect(JSON.parse(box.read("data/node.importing/identity.json"))).toHaveProperty("peer_id");
    expect(box.read("data/node.importing/identity.json.kept-1")).toBe('{"peer_id":');
  });

  test("node-config.sh: if the program that reads the identity is killed, the identity stays", async () => {
    await configure();
    const identity = box.read("data/node.importing/identity.json");
    box.removePath("bin/awk");
    box.write("bin/awk", "#!/bin/sh\nkill -9 $$\n");
    chmodSync(box.path("bin/awk"), 0o755);
    const { status, output } = await configure();
    expect([status, output]).toEqual([
      1,
      expect.stringMatching(/ERROR: reading .*identity\.json was interrupted \(status 137\)/),
    ]);
    expect(box.read("data/node.importing/identity.json")).toBe(identity);
  });

  test("node-config.sh: generates an identity again after an interruption", async () => {
    expect((await configure({ STAND_IN_HANG: "identity generate" }, undefined, 300)).status).toBeNull();
    expect(box.exists("data/node.importing/identity.json")).toBe(false);
    expect((await configure()).status).toBe(0);
    expect(JSON.parse(box.read("data/node.importing/identity.json"))).toHaveProperty("secret_key");
  });

  test("node-config.sh: refuses a disk with data of another network, unless the import is unfinished", async () => {
    await configure();
    box.write("data/snapshot", "x");
    expect((await configure({ NETWORK: "ghostnet" })).output).toContain("wrote the configuration for ghostnet");
    expect(box.exists("data/snapshot")).toBe(false);
    box.write("data/node/store/head", "x");
    expect(await configure({ NETWORK: "mainnet" })).toEqual({
      status: 1,
      output: expect.stringMatching(
        /^node-config: ERROR: .*node contains data of ghostnet, but the configuration is for mainnet: [^\n]*\n$/,
      ),
    });
  });

  test.each([
    ["/missing", /can't download the network's definition .*404 Not Found\n$/],
    ["/html", /is not the definition of a network/],
    ["/half", /is not the definition of a network/],
  ])("node-config.sh: a definition at %s is a single clear error, and is not kept", async (path, message) => {
    server.paths.set("/html", { body: "<html>" });
    server.paths.set("/half", { body: definition.slice(0, -1) });
    const { status, output } = await configure({ NETWORK: server.url(path) });
    expect([status, output]).toEqual([1, expect.stringMatching(message)]);
    expect(output.match(/\n/g)).toHaveLength(1);
    expect(readdirSync(box.data).sort()).toEqual(["network", "node.importing"]);
  });

  test("node-ready.sh and node-alive.sh", async () => {
    const probe = (script: string, path = "") => box.run(script, { NODE_RPC: server.url(path) });
    server.paths.set("/version", { body: "{}" });
    server.paths.set("/chains/main/is_bootstrapped", {
      body: '{\n  "bootstrapped": true,\n  "sync_state": "synced" }',
    });
    expect(await probe("node-ready.sh")).toEqual({ status: 0, output: "" });
    expect(await probe("node-alive.sh")).toEqual({ status: 0, output: "" });
    server.paths.set("/chains/main/is_bootstrapped", { body: '{"bootstrapped":true,"sync_state":"stuck"}' });
    expect(await probe("node-ready.sh")).toEqual({
      status: 1,
      output: expect.stringContaining("is not in sync with the chain"),
    });
    expect((await probe("node-alive.sh")).status).toBe(0);
    expect((await probe("node-alive.sh", "/nowhere")).status).toBe(1);
    expect((await probe("node-ready.sh", "/nowhere")).output).toContain("octez-node does not respond");
  });

  test("stop-after-clients.sh waits for the clients of its port, but not forever", async () => {
    const listener = await listen();
    opened.push(listener);
    const port = String((listener.address() as { port: number }).port);
    const stop = (seconds: string) =>
      box.run("stop-after-clients.sh", { CLIENTS_PORT: port, CLIENTS_SECONDS: seconds });
    expect(await stop("5")).toEqual({ status: 0, output: "" });

    const client = connect(Number(port), "127.0.0.1");
    opened.push(client);
    await new Promise((resolve) => client.on("connect", resolve));
    expect((await stop("1")).output).toContain(`clients are still connected to port ${port} after 1 s`);
    const waiting = stop("20");
    const begin = Date.now();
    setTimeout(() => client.destroy(), 500);
    expect(await waiting).toEqual({ status: 0, output: "" });
    expect(Date.now() - begin).toBeGreaterThan(400);
  });

  const configFile = (text: string) => {
    box.write("config/config.json", text);
    return box.path("config/config.json");
  };
  const configure = (environment: Record<string, string> = {}, shell?: Shell, kill?: number) =>
    box.run("node-config.sh", { NETWORK: "mainnet", CONFIG_FILE: configFile(template), ...environment }, shell, kill);
});

const listen = (): Promise<Server> =>
  new Promise((resolve) => {
    const server = createServer((socket) => socket.on("error", () => {}).resume());
    server.listen(0, "127.0.0.1", () => resolve(server));
  });
