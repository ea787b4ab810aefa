import { setTimeout as pause } from "node:timers/promises";
import { keyHash } from "../../../lib/config/facts/keys";
import type { ConfigurationInput } from "../../../lib/config/schema/configuration";
import { pathTimeoutSeconds, stageTimeouts } from "../../../lib/config/facts/signer-path";
import { exampleConfiguration } from "../../../laboratory/examples";
import { describeReal } from "../../support/real";
import { type Outcome, ProxyChain } from "../../../laboratory/forwarder/proxy-chain";

/** Two signers with two uplinks each, two forwarders; all checks run at the short interval, so that no test waits for a slow one. */
const unmetered = (input: ConfigurationInput) => {
  for (const uplink of input.signers.flatMap(({ uplinks }) => uplinks)) uplink.metered = false;
};
const configuration = exampleConfiguration(unmetered);
const pathSeconds = pathTimeoutSeconds(configuration.signers[0]!);
const { signerSeconds } = stageTimeouts(configuration, configuration.bakers[0]!);
/** What a busy host may add. */
const margin = 0.3;

const slowest = (outcomes: Outcome[]) => Math.max(...outcomes.map(({ seconds }) => seconds));
const signedBy = (outcomes: Outcome[]) => [...new Set(outcomes.map(({ status, body }) => `${status} ${body}`))].sort();

describeReal("the signer path with the real HAProxy", { programs: ["haproxy"], linux: true }, () => {
  let chain: ProxyChain;
  const pi = (number: 1 | 2) => chain.signers[`pi-${number}`]!;
  const tunnels = (name: string) => chain.tunnels[name]!;

  beforeEach(async () => {
    chain = new ProxyChain(configuration);
    await chain.start();
    // Each proxy has run its first checks.
    await pause(1_200);
  });
  afterEach(() => chain.stop());

  test("requests go to the first signer, over its first uplink", async () => {
    expect(signedBy(await chain.load(0.5, 0.1))).toEqual(["200 pi-1 eth0"]);
    expect(pi(2).asked).toEqual([]);
    expect(chain.logged).toContain("signer-pi-1/eth0");
    // The client's authentication must not be logged.
    expect(chain.logged).not.toContain("authentication");
  });

  test("an uplink that drops all packets costs one time-out, and never demotes its signer", async () => {
    tunnels("pi-1/eth0").forEach((tunnel) => (tunnel.cut = true));
    const outcomes = await chain.load(6, 0.2);
    expect(signedBy(outcomes)).toEqual(["200 pi-1 wwan0"]);
    expect(slowest(outcomes)).toBeLessThan(pathSeconds + margin);
    expect(pi(2).asked).toEqual([]);
    // Once the checks have failed, it costs nothing.
    expect(slowest(outcomes.slice(-5))).toBeLessThan(margin);
  });

  test("a request with a chunked body is retried too", async () => {
    tunnels("pi-1/eth0").forEach((tunnel) => (tunnel.cut = true));
    expect(await chain.sign('"03abcdef"', { chunked: true })).toMatchObject({ status: 200, body: "pi-1 wwan0" });
    expect(pi(1).asked).toEqual(['"03abcdef"']);
  });

  test("a tunnel whose ssh has ended costs nothing", async () => {
    await Promise.all(tunnels("pi-1/eth0").map((tunnel) => tunnel.close()));
    const outcomes = await chain.load(1, 0.1);
    expect(signedBy(outcomes)).toEqual(["200 pi-1 wwan0"]);
    expect(slowest(outcomes)).toBeLessThan(margin);
  });

  test.each(["hang", "close"] as const)(
    "a signer that accepts requests and then will %s fails over to the next one",
    async (behaviour) => {
      pi(1).behaviour = behaviour;
      const outcomes = await chain.load(2, 0.2);
      expect(signedBy(outcomes)).toEqual(["200 pi-2 eth0"]);
      expect(slowest(outcomes)).toBeLessThan(2 * pathSeconds + margin);
    },
  );

  test("a signer that reports to be unhealthy is tried last", async () => {
    pi(1).healthy = false;
    await pause(3_000);
    pi(1).asked.length = 0;
    expect(signedBy(await chain.load(1, 0.2))).toEqual(["200 pi-2 eth0"]);
    expect(pi(1).asked).toEqual([]);
    // It remains the last resort.
    pi(2).behaviour = "hang";
    expect(await chain.sign('"03"')).toMatchObject({ status: 200, body: "pi-1 eth0" });
  });

  test("a signer that recovers stays in second place for ten seconds", async () => {
    pi(1).healthy = false;
    await pause(3_000);
    pi(1).healthy = true;
    expect(signedBy(await chain.load(7, 0.5))).toEqual(["200 pi-2 eth0"]);
    await pause(5_000);
    expect(await chain.sign('"03"')).toMatchObject({ body: "pi-1 eth0" });
  });

  test("a refusal is passed on, and no other signer is asked", async () => {
    for (const status of [500, 409, 403, 404]) {
      pi(1).behaviour = status;
      expect(await chain.sign(`"03${status}"`)).toMatchObject({ status, body: "refused by pi-1" });
    }
    expect([pi(1).asked.length, pi(2).asked.length]).toEqual([4, 0]);
  });

  test("a 502, 503 or 504 from a signer is an answer, and isn't mistaken for one from a stage", async () => {
    for (const status of [502, 503, 504]) {
      pi(1).behaviour = status;
      expect(await chain.sign(`"03${status}"`)).toMatchObject({ status: 500, body: "refused by pi-1" });
    }
    expect([pi(1).asked.length, pi(2).asked.length]).toEqual([3, 0]);
  });

  test("an incomplete answer isn't retried", async () => {
    pi(1).behaviour = "truncate";
    expect((await chain.sign('"03"')).body).toContain("truncated");
    expect([pi(1).asked.length, pi(2).asked.length]).toEqual([1, 0]);
  });

  test("with every signer down it answers 503 at once, and signs as soon as one is back", async () => {
    const all = Object.values(chain.tunnels).flat();
    await Promise.all(all.map((tunnel) => tunnel.close()));
    await pause(3_000);
    const down = await chain.sign('"03"');
    expect(down.status).toBe(503);
    expect(down.seconds).toBeLessThan(margin);
    await Promise.all(tunnels("pi-2/wwan0").map((tunnel) => tunnel.open()));
    expect(await chain.sign('"03"')).toMatchObject({ status: 200, body: "pi-2 wwan0" });
  });

  test("the request for the authorized keys needs no signer", async () => {
    expect(await chain.authorizedKeys()).toEqual({
      authorized_keys: [keyHash(configuration.bakers[0]!.authenticationPublicKey!)],
    });
    expect([...pi(1).asked, ...pi(2).asked]).toEqual([]);
  });

  test("the loss of a forwarder costs no request", async () => {
    const load = chain.load(3, 0.1);
    await pause(500);
    await chain.kill("forwarder-1");
    const outcomes = await load;
    expect(signedBy(outcomes)).toEqual(["200 pi-1 eth0"]);
    expect(slowest(outcomes)).toBeLessThan(2 * signerSeconds + margin);
  });
});

describeReal("the signer path with metered uplinks", { programs: ["haproxy"], linux: true }, () => {
  let chain: ProxyChain;
  beforeEach(async () => {
    chain = new ProxyChain(exampleConfiguration());
    await chain.start();
    await pause(1_500);
  });
  afterEach(() => chain.stop());

  test("an unhealthy signer is demoted before its metered uplink is checked, and stays so for ten seconds", async () => {
    const signer = chain.signers["pi-1"]!;
    expect(await chain.sign('"03"')).toMatchObject({ body: "pi-1 eth0" });
    signer.healthy = false;
    await pause(3_000);
    signer.healthy = true;
    expect(signedBy(await chain.load(7, 0.5))).toEqual(["200 pi-2 eth0"]);
    await pause(5_000);
    expect(await chain.sign('"03"')).toMatchObject({ body: "pi-1 eth0" });
  });
});

describeReal("the signer path with TCP signers", { programs: ["haproxy"], linux: true }, () => {
  let chain: ProxyChain;
  beforeEach(async () => {
    chain = new ProxyChain(
      exampleConfiguration((input) => {
        unmetered(input);
        for (const signer of input.signers) Object.assign(signer, { protocol: "tcp", software: "own" });
      }),
    );
    await chain.start();
    await pause(1_200);
  });
  afterEach(() => chain.stop());

  test("passes the bytes to the first signer, over its first uplink that is up", async () => {
    expect((await chain.signTcp("bytes")).body).toBe("pi-1 eth0");
    await Promise.all(chain.tunnels["pi-1/eth0"]!.map((tunnel) => tunnel.close()));
    expect((await chain.signTcp("bytes")).body).toBe("pi-1 wwan0");
  });

  test("an uplink that drops packets loses requests only until the checks fail", async () => {
    chain.tunnels["pi-1/eth0"]!.forEach((tunnel) => (tunnel.cut = true));
    const lost = await chain.signTcp("bytes");
    expect(lost.body).toBe("");
    expect(lost.seconds).toBeLessThan(pathSeconds + margin);
    await pause(4_500);
    expect((await chain.signTcp("bytes")).body).toBe("pi-1 wwan0");
  });
});
