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

const script = join(packageRoot, "lib/forwarder/scripts/hand-over.sh");

/** The script as a proxy's container runs it: by busybox, with nothing else on its path. */
class HandOver {
  readonly ended: Promise<number>;
  hasEnded = false;
  private readonly process: ChildProcess;
  private readonly log: string;

  constructor(path: string, number: number, environment: Record<string, string | number>) {
    this.log = join(path, `log-${number}`);
    writeFileSync(this.log, "");
    const variables = Object.entries({ PATH: path, LEAVE_SECONDS: 0, LOG: this.log, ...environment });
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

  get said(): string {
    return readFileSync(this.log, "utf8");
  }

  async stop(): Promise<void> {
    this.process.kill("SIGKILL");
    await this.ended;
  }
}

describeReal("handing over", { programs: ["busybox", "haproxy"], linux: true }, () => {
  const path = mkdtempSync(join(tmpdir(), "hand-over-"));
  const scripts: HandOver[] = [];
  const handOver = (environment: Record<string, string | number>) => {
    const started = new HandOver(path, scripts.length, environment);
    scripts.push(started);
    return started;
  };
  beforeAll(() => {
    mkdirSync(path, { recursive: true });
    const busybox = findProgram("busybox")!;
    for (const applet of execFileSync(busybox, ["--list"], { encoding: "utf8" }).split("\n").filter(Boolean)) {
      symlinkSync(busybox, join(path, applet));
    }
  });
  afterEach(() => Promise.all(scripts.splice(0).map((one) => one.stop())));
  afterAll(() => rmSync(path, { recursive: true }));

  describe("by what the forwarders say", () => {
    const servers: Server[] = [];
    afterEach(() => servers.splice(0).forEach((server) => server.close()));

    /** A forwarder's status that says this for ever; undefined: nobody is there. */
    async function saying(text: string | undefined): Promise<string> {
      if (text === undefined) return "127.0.0.1:1";
      const server = createServer((request, response) => response.end(request.url === "/bakers" ? text : ""));
      servers.push(server);
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      return `127.0.0.1:${(server.address() as AddressInfo).port}`;
    }

    const serves = "hodl 2 0\n";
    test.each<[outcome: string, why: string, self: string | undefined, others: (string | undefined)[]]>([
      ["can serve no baker", "no signer reaches it", "hodl 0 0\n", [serves]],
      ["can serve no baker", "its proxy is gone", undefined, [serves]],
      ["the others serve: hodl", "the other reaches the same signer", serves, [serves]],
      ["the others serve: hodl", "the other reaches another signer of the baker's", serves, ["hodl 0 1\n"]],
      [
        "the others serve: hodl",
        "the other has a baker of which it reaches no signer, no more than we",
        "hodl 1\nb 0\n",
        ["hodl 1\nb 0\n"],
      ],
      ["the others serve: hodl", "a baker was taken out of the configuration", "hodl 1\nold 1\n", ["hodl 1\n"]],
      ["the others can't serve: hodl", "no signer reaches the other", serves, ["hodl 0 0\n"]],
      ["the others can't serve: hodl", "the other is about to leave, or starts", serves, [""]],
      ["the others can't serve: hodl", "the other is away", serves, [undefined]],
      ["the others can't serve: hodl b", "the other serves one baker of two", "hodl 1\nb 1\n", ["hodl 1\nb 0\n"]],
      ["the others can't serve: hodl", "one of the others does not", serves, [serves, "hodl 0\n"]],
      ["the others can't serve: hod", "a baker whose name is a part of another's", "hod 1\n", ["hodl 1\nhod 0\n"]],
    ])("%s: %s", async (outcome, _why, self, others) => {
      const addresses = await Promise.all(others.map(saying));
      const run = handOver({
        SELF: await saying(self),
        OTHERS: addresses.join(" "),
        STEADY_SECONDS: 1,
        AT_MOST_SECONDS: outcome.includes("can't") ? 3 : 20,
      });
      const seconds = await run.ended;
      expect(run.said).toContain(outcome);
      expect(run.said.trim().split("\n")).toHaveLength(1);
      const patience = outcome.includes("no baker") ? [3.9, 20] : outcome.includes("can't") ? [2, 12] : [0, 15];
      expect(seconds).toBeGreaterThanOrEqual(patience[0]!);
      expect(seconds).toBeLessThan(patience[1]!);
    });
  });

  test("a proxy that has just started soon says that it reaches nobody, also where checks are seldom", async () => {
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

  describe("between two real proxies, under load", () => {
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
    const leaving = (forwarder: 1 | 2, steadySeconds: number) =>
      handOver({
        SELF: status(forwarder),
        OTHERS: status(3 - forwarder),
        STEADY_SECONDS: steadySeconds,
        AT_MOST_SECONDS: 60,
        LEAVE_SECONDS: 1,
      });

    test("told to end at once, one goes, and the other one waits for it: no request is lost", async () => {
      const load = chain.load(32, 0.1);
      const [first, second] = [leaving(1, 3), leaving(2, 6)];
      await first.ended;
      expect(first.said).toContain("leaves; the others serve: baker");
      await Promise.all(chain.tunnelsTo(1).map((tunnel) => tunnel.close()));
      await chain.kill("forwarder-1");
      await pause(3_000);
      // It comes back, first without a tunnel.
      await chain.startForwarder(1);
      await pause(4_000);
      expect(second.hasEnded).toBe(false);
      await Promise.all(chain.tunnelsTo(1).map((tunnel) => tunnel.open()));
      // Ten seconds until a path counts as healthy, six until that is believed.
      expect(await second.ended).toBeGreaterThan(3 + 3 + 4 + 10);
      await chain.kill("forwarder-2");
      const outcomes = await load;
      expect(outcomes.filter(({ status }) => status !== 200)).toEqual([]);
      expect(outcomes.length).toBeGreaterThan(250);
    }, 90_000);

    test("of two that look at the same moment, never both go", async () => {
      for (let round = 0; round < 6; round++) {
        const both = [leaving(1, 1), leaving(2, 1)];
        await pause(3_500);
        expect(both.filter(({ said }) => said.includes("leaves")).length).toBeLessThan(2);
        await Promise.all(both.map((one) => one.stop()));
        for (const forwarder of [1, 2]) await chain.get(forwarder, "/stay");
      }
    }, 60_000);
  });
});
