import { execFileSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { checkCommand } from "../../../lib/tezos/octez-command-line";
import { BadServer, type Behaviour } from "../../../laboratory/stand-ins/bad-server";
import { describeReal } from "../../support/real";
import { snapshotBlock as block, standInSnapshot as snapshot } from "../../../laboratory/stand-ins/snapshot";
import { ScriptSandbox, shellPrograms, shells, type Shell } from "../../../laboratory/kill/script-sandbox";

const identity = '{"peer_id":"idme","public_key":"00","secret_key":"01"}';

describeReal("snapshot.sh", { programs: shellPrograms }, () => {
  let box: ScriptSandbox;
  let server: BadServer;
  beforeEach(async () => {
    box = new ScriptSandbox();
    server = await BadServer.start();
    box.write("data/node.importing/config.json", "{}");
    box.write("data/node.importing/identity.json", identity);
    serve({ body: snapshot() });
    server.paths.set("/rpc/chains/main/blocks/9000000/hash", { body: `"${block}"\n` });
  });
  afterEach(async () => {
    await server.stop();
    for (const command of box.commands()) expect(checkCommand(command)).toEqual([]);
    box.remove();
  });

  const serve = (behaviour: Behaviour) => server.paths.set("/rolling", behaviour);
  const run = (environment: Record<string, string> = {}, shell?: Shell, kill?: number) =>
    box.run(
      "snapshot.sh",
      {
        NETWORK: "mainnet",
        CHAIN_NAME: "TEZOS_MAINNET",
        HISTORY_MODE: "rolling",
        SNAPSHOT_ENABLED: "true",
        SNAPSHOT_URL: server.url("/rolling"),
        SNAPSHOT_VERIFY_URL: server.url("/rpc"),
        STALL_SECONDS: "2",
        PROGRESS_SECONDS: "1",
        ...environment,
      },
      shell,
      kill,
    );
  const expectImported = () => {
    expect(readdirSync(box.data)).toEqual(["node"]);
    expect(readdirSync(box.path("data/node")).sort()).toEqual([
      "config.json",
      "context",
      "identity.json",
      "store",
      "version.json",
    ]);
    expect(box.read("data/node/store/head")).toBe(`${block}\n`);
    expect(box.read("data/node/identity.json")).toBe(identity);
  };
  /** One line says what is wrong, and nothing counts as done. */
  const expectFailure = async (message: RegExp, environment?: Record<string, string>) => {
    const { status, output } = await run(environment);
    expect(status).toBe(1);
    expect(output.split("\n").filter((line) => line.includes("ERROR"))).toEqual([expect.stringMatching(message)]);
    expect(output.trimEnd().split("\n").at(-1)).toMatch(/^snapshot: ERROR: /);
    expect(box.exists("data/node")).toBe(false);
    expect(box.read("data/node.importing/identity.json")).toBe(identity);
  };

  describe.each(shells)("in $name", (shell) => {
    test("gets, checks and imports a snapshot, once", async () => {
      const { status, output } = await run({}, shell);
      expect({ status, output }).toEqual({
        status: 0,
        output: expect.stringContaining("snapshot: the node's data is in place\n"),
      });
      expectImported();
      const requests = server.requests.length;
      expect(await run({}, shell)).toEqual({ status: 0, output: "snapshot: the node has data: nothing to import\n" });
      expect(server.requests).toHaveLength(requests);
    });

    test("goes on with what was cut off", async () => {
      serve({ body: snapshot(), etag: '"1"', cutAfter: 131072 });
      const { status, output } = await run({}, shell);
      expect([status, output]).toEqual([
        1,
        expect.stringMatching(/ERROR: the download .* at 0\.00 GB.* the next start goes on from there\n$/),
      ]);
      const have = statSync(box.path("data/snapshot")).size;
      expect(have).toBeGreaterThan(0);
      serve({ body: snapshot(), etag: '"1"' });
      expect((await run({}, shell)).output).toContain("going on with the snapshot");
      expect(server.requests).toContain(`GET /rolling bytes=${have}-`);
      expectImported();
    });
  });

  test("shows its progress", async () => {
    serve({ body: snapshot({}, 2_000_000), pauseMilliseconds: 80 });
    const { output } = await run();
    expect(output).toMatch(/^snapshot: 0\.00 GB of 0\.00 GB, \d+\.\d %, \d+\.\d MB\/s$/m);
    expectImported();
  });

  test("follows a redirection", async () => {
    server.paths.set("/real", { body: snapshot() });
    serve({ body: "", redirectTo: "/real" });
    expect((await run()).status).toBe(0);
    expectImported();
  });

  test("begins again when another snapshot is there by now", async () => {
    serve({ body: snapshot({ comment: "old" }), etag: '"1"', cutAfter: 131072 });
    await run();
    serve({ body: snapshot(), etag: '"2"' });
    expect((await run()).output).not.toContain("going on");
    expectImported();
  });

  test("takes the whole from a server that can't send a part", async () => {
    serve({ body: snapshot(), etag: '"1"', cutAfter: 131072 });
    await run();
    serve({ body: snapshot(), etag: '"1"', noRanges: true });
    expect((await run()).status).toBe(0);
    expectImported();
  });

  test("takes a snapshot of unknown length", async () => {
    serve({ body: snapshot(), chunked: true });
    expect((await run()).status).toBe(0);
    expectImported();
  });

  test("a missing snapshot", () =>
    expectFailure(/no snapshot at .*404 Not Found/, { SNAPSHOT_URL: server.url("/missing") }));
  test("a server that is gone", () =>
    expectFailure(/no snapshot at http:\/\/127\.0\.0\.1:9\/x: .*refused/, { SNAPSHOT_URL: "http://127.0.0.1:9/x" }));
  test("a server that falls silent", async () => {
    serve({ body: snapshot(), silentAfter: 65536 });
    await expectFailure(/nothing has come from .* for 2 s: the next start goes on/);
    expect(statSync(box.path("data/snapshot")).size).toBe(65536);
  });
  test("a server that says less than it sends", async () => {
    serve({ body: snapshot(), claimedLength: 1000 });
    await expectFailure(/longer than the server said/);
    expect(box.exists("data/snapshot")).toBe(false);
  });
  test("a server that says more than it sends", async () => {
    serve({ body: snapshot(), claimedLength: 400_000 });
    await expectFailure(/the download ended at/);
  });
  test("too little space, found before the download", async () => {
    serve({ body: "", claimedLength: 1e15 });
    await expectFailure(/needs 3000000\.00 GB of free space, .* has [\d.]+ GB: enlarge diskGiB/);
    expect(server.requests).toEqual(["GET /rolling"]);
  });
  test("garbage", async () => {
    serve({ body: "<html>" });
    await expectFailure(/is no snapshot \(octez-node: Failed to read snapshot info\): it was thrown away/);
    expect(box.exists("data/snapshot")).toBe(false);
  });
  test.each([
    [{ block_hash: undefined }, /doesn't say of which block it is: it was thrown away/],
    [{ level: undefined }, /doesn't say of which block it is: it was thrown away/],
    [{ timestamp: "" }, /is of , which is no time/],
    [{ timestamp: "yesterday" }, /is of yesterday, which is no time/],
  ])("a header with %j", async (change, message) => {
    serve({ body: snapshot(change) });
    // An RPC that answers nothing to a question about nothing must not make them equal.
    server.paths.set("/rpc/chains/main/blocks//hash", { body: "" });
    await expectFailure(message);
  });
  test("a redirection that never ends", async () => {
    serve({ body: "", redirectTo: "/rolling" });
    await expectFailure(/no snapshot at .*too many redirections/);
  });
  test("a server that is gone while it goes on", async () => {
    serve({ body: snapshot(), etag: '"1"', cutAfter: 131072 });
    await run();
    const have = statSync(box.path("data/snapshot")).size;
    server.paths.delete("/rolling");
    await expectFailure(/no snapshot at .*404 Not Found/);
    expect(statSync(box.path("data/snapshot")).size).toBe(have);
    serve({ body: snapshot(), etag: '"1"' });
    expect((await run()).output).toContain("going on with the snapshot");
    expectImported();
  });
  test("another chain", async () => {
    serve({ body: snapshot({ chain_name: "TEZOS_GHOSTNET" }) });
    await expectFailure(/of the chain TEZOS_GHOSTNET, but mainnet is TEZOS_MAINNET/);
  });
  test("another history mode", async () => {
    serve({ body: snapshot({ mode: { full: { additional_cycles: 1 } } }) });
    await expectFailure(/in full mode, but tezos\.historyMode is rolling/);
  });
  test("an archive", () => expectFailure(/no snapshot makes an archive/, { HISTORY_MODE: "archive" }));
  test("another block than the configuration's", () =>
    expectFailure(/is of block BLbc\w+, but tezos\.snapshot\.blockHash is BLother/, {
      SNAPSHOT_BLOCK_HASH: "BLother",
    }));
  test("another block than the other source's", async () => {
    server.paths.set("/rpc/chains/main/blocks/9000000/hash", { body: '"BLother"' });
    await expectFailure(/has block BLbc\w+ at level 9000000, but .* says BLother: it was thrown away/);
    expect(box.exists("data/snapshot")).toBe(false);
  });
  test("no other source: the file stays for the next start", async () => {
    server.paths.set("/rpc/chains/main/blocks/9000000/hash", { body: "", status: 503 });
    await expectFailure(/can't be checked at .*503 Service Unavailable.*: set tezos\.snapshot\.verifyUrl/);
    expect(box.exists("data/snapshot")).toBe(true);
  });
  test("too old, unless its hash is configured", async () => {
    serve({ body: snapshot({ timestamp: "2026-01-01T00:00:00Z" }) });
    await expectFailure(/older than 3 days/);
    expect((await run({ SNAPSHOT_BLOCK_HASH: block, SNAPSHOT_VERIFY_URL: "" })).status).toBe(0);
    expectImported();
  });
  test("an import that fails leaves no trace", async () => {
    await expectFailure(/could not import the snapshot \(status 1, see above\)/, { STAND_IN_FAIL: "snapshot import" });
    expect(readdirSync(box.path("data/node.importing")).sort()).toEqual(["config.json", "identity.json"]);
    expect(box.exists("data/snapshot")).toBe(false);
  });
  test("without node-config.sh before it", async () => {
    box.remove();
    box = new ScriptSandbox();
    expect((await run()).output).toMatch(/ERROR: .*config\.json is missing: node-config has to run before/);
  });

  test("the chain's name comes from the network's own definition, if that is known by URL", async () => {
    box.write("data/network.json", '{"chain_name": "TEZOS_WEEKLYNET"}');
    await expectFailure(/but https:\/\/x is TEZOS_WEEKLYNET/, { CHAIN_NAME: "", NETWORK: "https://x" });
  });

  test("no snapshot wanted: the folder is the node's at once, whatever was begun", async () => {
    box.write("data/node.importing/store/part", "x");
    expect((await run({ SNAPSHOT_ENABLED: "false" })).status).toBe(0);
    expect(readdirSync(box.path("data/node")).sort()).toEqual(["config.json", "identity.json"]);
    expect(server.requests).toEqual([]);
  });

  describeReal("on a small file system", { root: true, linux: true, programs: ["mount", "umount"] }, () => {
    afterEach(() => void execFileSync("umount", ["-l", box.data]));

    test("a disk that gets full while it downloads is one clear error, and the disk is as good as before", async () => {
      execFileSync("mount", ["-t", "tmpfs", "-o", "uid=1000,gid=1000,size=1m", "tmpfs", box.data]);
      box.write("data/node.importing/config.json", "{}");
      box.write("data/node.importing/identity.json", identity);
      // Of unknown length: nothing could be checked before.
      serve({ body: snapshot({}, 2_000_000), chunked: true });
      await expectFailure(/the download from .* failed at 0\.00 GB: .*No space left on device/);
      serve({ body: snapshot() });
      expect((await run()).status).toBe(0);
      expectImported();
    });
  });

  test("killed anywhere, never counts a part as the whole", async () => {
    let killed = 0;
    for (let round = 0; round < 25; round++) {
      serve({ body: snapshot(), etag: '"1"', pauseMilliseconds: 20 });
      const { status, output } = await run(
        { STAND_IN_PAUSE: "0.05" },
        shells[round % shells.length],
        Math.random() * 500,
      );
      if (status === null) killed++;
      else expect(output).toContain("data is in place");
      if (box.exists("data/node")) {
        await run();
        expectImported();
        // From the beginning again.
        box.write("data/node.importing/config.json", "{}");
        box.write("data/node.importing/identity.json", identity);
        box.removePath("data/node");
      }
    }
    expect(killed).toBeGreaterThan(5);
    expect((await run()).status).toBe(0);
    expectImported();
  }, 60_000);
});
