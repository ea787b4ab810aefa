import { execFileSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { checkCommand } from "../../../../lib/tezos/octez-command-line";
import { BadServer, type Behaviour } from "../../../../laboratory/stand-ins/bad-server";
import { describeReal } from "../../../support/real";
import { snapshotBlock as block, standInSnapshot as snapshot } from "../../../../laboratory/stand-ins/snapshot";
import { ScriptSandbox, shellPrograms, shells, type Shell } from "../../../../laboratory/kill/script-sandbox";

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
  /** A single line names the problem, and the node has no data. */
  const expectFailure = async (message: RegExp, environment?: Record<string, string>) => {
    const { status, output } = await run(environment);
    expect(status).toBe(1);
    expect(output.split("\n").filter((line) => line.includes("ERROR"))).toEqual([expect.stringMatching(message)]);
    expect(output.trimEnd().split("\n").at(-1)).toMatch(/^snapshot: ERROR: /);
    expect(box.exists("data/node")).toBe(false);
    expect(box.read("data/node.importing/identity.json")).toBe(identity);
  };

  describe.each(shells)("in $name", (shell) => {
    test("downloads, checks and imports a snapshot once", async () => {
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

    test("resumes an interrupted download", async () => {
      serve({ body: snapshot(), etag: '"1"', cutAfter: 131072 });
      const { status, output } = await run({}, shell);
      expect([status, output]).toEqual([
        1,
        expect.stringMatching(/ERROR: the download .* at 0\.00 GB.* the next start resumes it\n$/),
      ]);
      const have = statSync(box.path("data/snapshot")).size;
      expect(have).toBeGreaterThan(0);
      serve({ body: snapshot(), etag: '"1"' });
      expect((await run({}, shell)).output).toContain("resuming the download");
      expect(server.requests).toContain(`GET /rolling bytes=${have}-`);
      expectImported();
    });
  });

  test("logs its progress", async () => {
    serve({ body: snapshot({}, 2_000_000), pauseMilliseconds: 80 });
    const { output } = await run();
    expect(output).toMatch(/^snapshot: 0\.00 GB of 0\.00 GB, \d+\.\d %, \d+\.\d MB\/s$/m);
    expectImported();
  });

  test("follows a redirect", async () => {
    server.paths.set("/real", { body: snapshot() });
    serve({ body: "", redirectTo: "/real" });
    expect((await run()).status).toBe(0);
    expectImported();
  });

  test("starts over if the snapshot has changed since", async () => {
    serve({ body: snapshot({ comment: "old" }), etag: '"1"', cutAfter: 131072 });
    await run();
    serve({ body: snapshot(), etag: '"2"' });
    expect((await run()).output).not.toContain("resuming");
    expectImported();
  });

  test("starts over if the server doesn't support ranges", async () => {
    serve({ body: snapshot(), etag: '"1"', cutAfter: 131072 });
    await run();
    serve({ body: snapshot(), etag: '"1"', noRanges: true });
    expect((await run()).status).toBe(0);
    expectImported();
  });

  test("accepts a snapshot of unknown length", async () => {
    serve({ body: snapshot(), chunked: true });
    expect((await run()).status).toBe(0);
    expectImported();
  });

  test("a missing snapshot", () =>
    expectFailure(/can't find a snapshot at .*404 Not Found/, { SNAPSHOT_URL: server.url("/missing") }));
  test("a server that is down", () =>
    expectFailure(/can't find a snapshot at http:\/\/127\.0\.0\.1:9\/x: .*refused/, {
      SNAPSHOT_URL: "http://127.0.0.1:9/x",
    }));
  test("a server that stops sending", async () => {
    serve({ body: snapshot(), silentAfter: 65536 });
    await expectFailure(/nothing received from .* for 2 s: the next start resumes/);
    expect(statSync(box.path("data/snapshot")).size).toBe(65536);
  });
  test("a server that announces less than it sends", async () => {
    serve({ body: snapshot(), claimedLength: 1000 });
    await expectFailure(/larger than the server announced/);
    expect(box.exists("data/snapshot")).toBe(false);
  });
  test("a server that announces more than it sends", async () => {
    serve({ body: snapshot(), claimedLength: 400_000 });
    await expectFailure(/the download ended at/);
  });
  test("too little space, detected before the download", async () => {
    serve({ body: "", claimedLength: 1e15 });
    await expectFailure(/needs 3000000\.00 GB of free space, .* has [\d.]+ GB: increase diskGiB/);
    expect(server.requests).toEqual(["GET /rolling"]);
  });
  test("garbage", async () => {
    serve({ body: "<html>" });
    await expectFailure(/is not a snapshot \(octez-node: Failed to read snapshot info\): it was deleted/);
    expect(box.exists("data/snapshot")).toBe(false);
  });
  test.each([
    [{ block_hash: undefined }, /has no block hash or level: it was deleted/],
    [{ level: undefined }, /has no block hash or level: it was deleted/],
    [{ timestamp: "" }, /timestamp of the snapshot is not valid: $/],
    [{ timestamp: "yesterday" }, /timestamp of the snapshot is not valid: yesterday$/],
  ])("a header with %j", async (change, message) => {
    serve({ body: snapshot(change) });
    // An empty response to a request without a level must not count as a match.
    server.paths.set("/rpc/chains/main/blocks//hash", { body: "" });
    await expectFailure(message);
  });
  test("an endless redirect", async () => {
    serve({ body: "", redirectTo: "/rolling" });
    await expectFailure(/can't find a snapshot at .*too many redirections/);
  });
  test("a server that goes down during a download", async () => {
    serve({ body: snapshot(), etag: '"1"', cutAfter: 131072 });
    await run();
    const have = statSync(box.path("data/snapshot")).size;
    server.paths.delete("/rolling");
    await expectFailure(/can't find a snapshot at .*404 Not Found/);
    expect(statSync(box.path("data/snapshot")).size).toBe(have);
    serve({ body: snapshot(), etag: '"1"' });
    expect((await run()).output).toContain("resuming the download");
    expectImported();
  });
  test("another chain", async () => {
    serve({ body: snapshot({ chain_name: "TEZOS_GHOSTNET" }) });
    await expectFailure(/of chain TEZOS_GHOSTNET, but mainnet is TEZOS_MAINNET/);
  });
  test("another history mode", async () => {
    serve({ body: snapshot({ mode: { full: { additional_cycles: 1 } } }) });
    await expectFailure(/history mode of the snapshot is full, but tezos\.historyMode is rolling/);
  });
  test("an archive", () => expectFailure(/an archive node can't start from a snapshot/, { HISTORY_MODE: "archive" }));
  test("a block that is not the configured one", () =>
    expectFailure(/is of block BLbc\w+, but tezos\.snapshot\.blockHash is BLother/, {
      SNAPSHOT_BLOCK_HASH: "BLother",
    }));
  test("a block that is not the second source's", async () => {
    server.paths.set("/rpc/chains/main/blocks/9000000/hash", { body: '"BLother"' });
    await expectFailure(/has block BLbc\w+ at level 9000000, but .* has BLother: it was deleted/);
    expect(box.exists("data/snapshot")).toBe(false);
  });
  test("no second source: the file stays for the next start", async () => {
    server.paths.set("/rpc/chains/main/blocks/9000000/hash", { body: "", status: 503 });
    await expectFailure(
      /can't verify the snapshot's block with .*503 Service Unavailable.*: set tezos\.snapshot\.verifyUrl/,
    );
    expect(box.exists("data/snapshot")).toBe(true);
  });
  test("too old, unless its hash is configured", async () => {
    serve({ body: snapshot({ timestamp: "2026-01-01T00:00:00Z" }) });
    await expectFailure(/more than 3 days ago/);
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
    expect((await run()).output).toMatch(/ERROR: .*config\.json is missing: node-config must run first/);
  });

  test("the chain's name comes from the network's definition, if that is given by a URL", async () => {
    box.write("data/network.json", '{"chain_name": "TEZOS_WEEKLYNET"}');
    await expectFailure(/but https:\/\/x is TEZOS_WEEKLYNET/, { CHAIN_NAME: "", NETWORK: "https://x" });
  });

  test("without a snapshot, the folder becomes the node's at once, whatever was left in it", async () => {
    box.write("data/node.importing/store/part", "x");
    expect((await run({ SNAPSHOT_ENABLED: "false" })).status).toBe(0);
    expect(readdirSync(box.path("data/node")).sort()).toEqual(["config.json", "identity.json"]);
    expect(server.requests).toEqual([]);
  });

  describeReal("on a small file system", { root: true, linux: true, programs: ["mount", "umount"] }, () => {
    afterEach(() => void execFileSync("umount", ["-l", box.data]));

    test("a disk that fills up during the download is a single clear error, and does no harm", async () => {
      execFileSync("mount", ["-t", "tmpfs", "-o", "uid=1000,gid=1000,size=1m", "tmpfs", box.data]);
      box.write("data/node.importing/config.json", "{}");
      box.write("data/node.importing/identity.json", identity);
      // Its length is unknown, so nothing can be checked in advance.
      serve({ body: snapshot({}, 2_000_000), chunked: true });
      await expectFailure(/the download of .* failed at 0\.00 GB: .*No space left on device/);
      serve({ body: snapshot() });
      expect((await run()).status).toBe(0);
      expectImported();
    });
  });

  test("killed at any moment, never takes incomplete data for complete", async () => {
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
        // Start over.
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
