import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { ConfigurationInput } from "../../../lib/config/schema/configuration";
import { proxyMetricsPort } from "../../../lib/config/facts/signer-path";
import { exampleConfiguration } from "../../../laboratory/examples";
import { findProgram } from "../../../laboratory/needs";
import { describeReal } from "../../support/real";
import { address, ProxyChain } from "../../../laboratory/forwarder/proxy-chain";
import { packageRoot } from "../../../lib/package-root";

const script = join(packageRoot, "lib/forwarder/scripts/drain-forwarder.sh");

/** The hook as the proxy's container runs it: by busybox, with nothing else on its PATH. */
class DrainHook {
  readonly ended: Promise<number>;
  hasEnded = false;
  private readonly process: ChildProcess;
  private readonly log: string;

  constructor(path: string, number: number, environment: Record<string, string | number>) {
    this.log = join(path, `log-${number}`);
    writeFileSync(this.log, "");
    const variables = Object.entries({ PATH: path, DRAIN_SECONDS: 0, LOG: this.log, ...environment });
    this.process = spawn(join(path, "sh"), [script], {
      env: Object.fromEntries(variables.map(([name, value]) => [name, String(value)])),
      stdio: "ignore",
    });
    const begin = performance.now();
    this.ended = new Promise((resolve) =>
      this.process.on("close", () => {
        this.hasEnded = true;
        resolve((performance.now() - begin) / 1000);
      }),
    );
  }

  get logged(): string {
    return readFileSync(this.log, "utf8");
  }

  async stop(): Promise<void> {
    this.process.kill("SIGKILL");
    await this.ended;
  }
}

describeReal("the preStop hook of a forwarder", { programs: ["busybox", "haproxy"], linux: true }, () => {
  const path = mkdtempSync(join(tmpdir(), "drain-forwarder-"));
  const hooks: DrainHook[] = [];
  const startHook = (environment: Record<string, string | number>) => {
    const started = new DrainHook(path, hooks.length, environment);
    hooks.push(started);
    return started;
  };
  beforeAll(() => {
    mkdirSync(path, { recursive: true });
    const busybox = findProgram("busybox")!;
    for (const applet of execFileSync(busybox, ["--list"], { encoding: "utf8" }).split("\n").filter(Boolean)) {
      symlinkSync(busybox, join(path, applet));
    }
  });
  afterEach(() => Promise.all(hooks.splice(0).map((hook) => hook.stop())));
  afterAll(() => rmSync(path, { recursive: true }));

  describe("decides by the status of the forwarders", () => {
    const servers: Server[] = [];
    afterEach(() => servers.splice(0).forEach((server) => server.close()));

    /** Serves a forwarder's constant status, and returns its address; undefined: nothing listens there. */
    async function serveStatus(text: string | undefined): Promise<string> {
      if (text === undefined) return "127.0.0.1:1";
      const server = createServer((request, response) => response.end(request.url === "/bakers" ? text : ""));
      servers.push(server);
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      return `127.0.0.1:${(server.address() as AddressInfo).port}`;
    }

    const healthy = "hodl 2 0\n";
    test.each<[outcome: string, why: string, self: string | undefined, others: (string | undefined)[]]>([
      ["serves no baker", "it reaches no signer", "hodl 0 0\n", [healthy]],
      ["serves no baker", "its proxy is down", undefined, [healthy]],
      ["the others serve: hodl", "the other reaches the same signer", healthy, [healthy]],
      ["the others serve: hodl", "the other reaches another signer of the baker's", healthy, ["hodl 0 1\n"]],
      ["the others serve: hodl", "neither reaches a signer of one baker", "hodl 1\nb 0\n", ["hodl 1\nb 0\n"]],
      ["the others serve: hodl", "a baker was removed from the configuration", "hodl 1\nold 1\n", ["hodl 1\n"]],
      ["the others can't serve: hodl", "the other reaches no signer", healthy, ["hodl 0 0\n"]],
      ["the others can't serve: hodl", "the other is draining or starting", healthy, [""]],
      ["the others can't serve: hodl", "the other is down", healthy, [undefined]],
      ["the others can't serve: hodl b", "the other serves one baker of two", "hodl 1\nb 1\n", ["hodl 1\nb 0\n"]],
      ["the others can't serve: hodl", "one of the others doesn't serve it", healthy, [healthy, "hodl 0\n"]],
      ["the others can't serve: hod", "a baker whose name is part of another's", "hod 1\n", ["hodl 1\nhod 0\n"]],
    ])("%s: %s", async (outcome, _why, self, others) => {
      const addresses = await Promise.all(others.map(serveStatus));
      const run = startHook({
        SELF: await serveStatus(self),
        OTHERS: addresses.join(" "),
        MIN_READY_SECONDS: 1,
        TIMEOUT_SECONDS: outcome.includes("can't") ? 3 : 20,
      });
      const seconds = await run.ended;
      expect(run.logged).toContain(outcome);
      expect(run.logged.trim().split("\n")).toHaveLength(1);
      const bounds = outcome.includes("no baker") ? [3.9, 20] : outcome.includes("can't") ? [2, 12] : [0, 15];
      expect(seconds).toBeGreaterThanOrEqual(bounds[0]!);
      expect(seconds).toBeLessThan(bounds[1]!);
    });
  });

  test("a proxy that has just started soon reports that it reaches no signer, even if checks are infrequent", async () => {
    const metered = (input: ConfigurationInput) => {
      for (const uplink of input.signers.flatMap(({ uplinks }) => uplinks)) uplink.metered = true;
    };
    const fresh = new ProxyChain(exampleConfiguration(metered));
    try {
      await fresh.startForwarder(1);
      await pause(2_000);
      expect(await fresh.get(1, "/bakers")).toBe("baker 0 0\n");
    } finally {
      await fresh.stop();
    }
  });

  describe("between two real proxies under load", () => {
    const unmetered = (input: ConfigurationInput) => {
      for (const uplink of input.signers.flatMap(({ uplinks }) => uplinks)) uplink.metered = false;
    };
    let chain: ProxyChain;
    beforeEach(async () => {
      chain = new ProxyChain(exampleConfiguration(unmetered));
      await chain.start();
      await pause(1_200);
    });
    afterEach(() => chain.stop());

    const status = (forwarder: number) => `${address(forwarder)}:${proxyMetricsPort}`;
    const drain = (forwarder: 1 | 2, minReadySeconds: number) =>
      startHook({
        SELF: status(forwarder),
        OTHERS: status(3 - forwarder),
        MIN_READY_SECONDS: minReadySeconds,
        TIMEOUT_SECONDS: 60,
        DRAIN_SECONDS: 1,
      });

    test("when both are stopped at once, the second waits until the first is back: no request is lost", async () => {
      const load = chain.load(32, 0.1);
      const [first, second] = [drain(1, 3), drain(2, 6)];
      await first.ended;
      expect(first.logged).toContain("stopping; the others serve: baker");
      await Promise.all(chain.tunnelsTo(1).map((tunnel) => tunnel.close()));
      await chain.kill("forwarder-1");
      await pause(3_000);
      // It restarts, at first without a tunnel.
      await chain.startForwarder(1);
      await pause(4_000);
      expect(second.hasEnded).toBe(false);
      await Promise.all(chain.tunnelsTo(1).map((tunnel) => tunnel.open()));
      // Ten seconds until a path counts as healthy, then six of MIN_READY_SECONDS.
      expect(await second.ended).toBeGreaterThan(3 + 3 + 4 + 10);
      await chain.kill("forwarder-2");
      const outcomes = await load;
      expect(outcomes.filter(({ status }) => status !== 200)).toEqual([]);
      expect(outcomes.length).toBeGreaterThan(250);
    }, 90_000);

    test("if two check at the same moment, at most one stops", async () => {
      for (let round = 0; round < 6; round++) {
        const both = [drain(1, 1), drain(2, 1)];
        await pause(3_500);
        expect(both.filter(({ logged }) => logged.includes("stopping")).length).toBeLessThan(2);
        await Promise.all(both.map((hook) => hook.stop()));
        for (const forwarder of [1, 2]) await chain.get(forwarder, "/undrain");
      }
    }, 60_000);
  });
});
