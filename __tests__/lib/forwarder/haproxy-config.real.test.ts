import { setTimeout as pause } from "node:timers/promises";
import { keyHash } from "../../../lib/config/facts/keys";
import type { ConfigurationInput } from "../../../lib/config/schema/configuration";
import { pathTimeoutSeconds, stageTimeouts } from "../../../lib/config/facts/signer-path";
import { exampleConfiguration } from "../../../laboratory/examples";
import { describeReal } from "../../support/real";
import { type Outcome, ProxyChain } from "../../../laboratory/forwarder/proxy-chain";

/** Two signers with two uplinks each, two forwarders; every check is prompt, so that a test does not wait for one. */
const unmetered = (input: ConfigurationInput) => {
  for (const uplink of input.signers.flatMap(({ uplinks }) => uplinks)) uplink.metered = false;
};
const configuration = exampleConfiguration(unmetered);
const pathSeconds = pathTimeoutSeconds(configuration.signers[0]!);
const { signerSeconds } = stageTimeouts(configuration, configuration.bakers[0]!);
/** What this machine may add while it is busy with other tests. */
const margin = 0.3;

const slowest = (outcomes: Outcome[]) => Math.max(...outcomes.map(({ seconds }) => seconds));
const signedBy = (outcomes: Outcome[]) => [...new Set(outcomes.map(({ status, body }) => `${status} ${body}`))].sort();

describeReal("the signer path by the real HAProxy", { programs: ["haproxy"], linux: true }, () => {
  let chain: ProxyChain;
  const pi = (number: 1 | 2) => chain.signers[`pi-${number}`]!;
  const tunnels = (name: string) => chain.tunnels[name]!;

  beforeEach(async () => {
    chain = new ProxyChain(configuration);
    await chain.start();
    // Each proxy has made its first checks.
    await pause(1_200);
  });
  afterEach(() => chain.stop());

  test("asks the first signer, over its first uplink", async () => {
    expect(signedBy(await chain.load(0.5, 0.1))).toEqual(["200 pi-1 eth0"]);
    expect(pi(2).asked).toEqual([]);
    expect(chain.logged).toContain("signer-pi-1/eth0");
    // A caller's authentication is nobody else's to read.
    expect(chain.logged).not.toContain("authentication");
  });

  test("an uplink that swallows all packets costs one time-out, and never the signer", async () => {
    tunnels("pi-1/eth0").forEach((tunnel) => (tunnel.cut = true));
    const outcomes = await chain.load(6, 0.2);
    expect(signedBy(outcomes)).toEqual(["200 pi-1 wwan0"]);
    expect(slowest(outcomes)).toBeLessThan(pathSeconds + margin);
    expect(pi(2).asked).toEqual([]);
    // Once the checks have noticed, it costs nothing.
    expect(slowest(outcomes.slice(-5))).toBeLessThan(margin);
  });

  test("a body in chunks is sent again as well", async () => {
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
    "a signer that takes requests and will %s is followed by the next one",
    async (behaviour) => {
      pi(1).behaviour = behaviour;
      const outcomes = await chain.load(2, 0.2);
      expect(signedBy(outcomes)).toEqual(["200 pi-2 eth0"]);
      expect(slowest(outcomes)).toBeLessThan(2 * pathSeconds + margin);
    },
  );

  test("a signer whose health endpoint complains is asked after the other", async () => {
    pi(1).healthy = false;
    await pause(3_000);
    pi(1).asked.length = 0;
    expect(signedBy(await chain.load(1, 0.2))).toEqual(["200 pi-2 eth0"]);
    expect(pi(1).asked).toEqual([]);
    // It is still the last resort.
    pi(2).behaviour = "hang";
    expect(await chain.sign('"03"')).toMatchObject({ status: 200, body: "pi-1 eth0" });
  });

  test("a signer that returns stays second for ten seconds", async () => {
    pi(1).healthy = false;
    await pause(3_000);
    pi(1).healthy = true;
    expect(signedBy(await chain.load(7, 0.5))).toEqual(["200 pi-2 eth0"]);
    await pause(5_000);
    expect(await chain.sign('"03"')).toMatchObject({ body: "pi-1 eth0" });
  });

  test("a refusal is passed on, and nobody else is asked", async () => {
    for (const status of [500, 409, 403, 404]) {
      pi(1).behaviour = status;
      expect(await chain.sign(`"03${status}"`)).toMatchObject({ status, body: "refused by pi-1" });
    }
    expect([pi(1).asked.length, pi(2).asked.length]).toEqual([4, 0]);
  });

  test("a signer's own 502, 503 or 504 is an answer, and not taken for a stage's", async () => {
    for (const status of [502, 503, 504]) {
      pi(1).behaviour = status;
      expect(await chain.sign(`"03${status}"`)).toMatchObject({ status: 500, body: "refused by pi-1" });
    }
    expect([pi(1).asked.length, pi(2).asked.length]).toEqual([3, 0]);
  });

  test("an answer that breaks off is not asked for again", async () => {
    pi(1).behaviour = "break-off";
    expect((await chain.sign('"03"')).body).toContain("broken off");
    expect([pi(1).asked.length, pi(2).asked.length]).toEqual([1, 0]);
  });

  test("with every signer away it says so at once, and signs as soon as one is back", async () => {
    const all = Object.values(chain.tunnels).flat();
    await Promise.all(all.map((tunnel) => tunnel.close()));
    await pause(3_000);
    const away = await chain.sign('"03"');
    expect(away.status).toBe(503);
    expect(away.seconds).toBeLessThan(margin);
    await Promise.all(tunnels("pi-2/wwan0").map((tunnel) => tunnel.open()));
    expect(await chain.sign('"03"')).toMatchObject({ status: 200, body: "pi-2 wwan0" });
  });

  test("the baker's question who may ask needs no signer", async () => {
    expect(await chain.authorizedKeys()).toEqual({
      authorized_keys: [keyHash(configuration.bakers[0]!.authenticationPublicKey!)],
    });
    expect([...pi(1).asked, ...pi(2).asked]).toEqual([]);
  });

  test("a lost forwarder costs no request", async () => {
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

  test("a signer that complains is out before its metered uplink is asked, and stays so for ten seconds", async () => {
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

describeReal("the signer path of signers that speak TCP", { programs: ["haproxy"], linux: true }, () => {
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

  test("carries the bytes, by the first signer and its first uplink that stands", async () => {
    expect((await chain.signTcp("bytes")).body).toBe("pi-1 eth0");
    await Promise.all(chain.tunnels["pi-1/eth0"]!.map((tunnel) => tunnel.close()));
    expect((await chain.signTcp("bytes")).body).toBe("pi-1 wwan0");
  });

  test("an uplink that swallows packets loses requests until the checks notice, and no longer", async () => {
    chain.tunnels["pi-1/eth0"]!.forEach((tunnel) => (tunnel.cut = true));
    const lost = await chain.signTcp("bytes");
    expect(lost.body).toBe("");
    expect(lost.seconds).toBeLessThan(pathSeconds + margin);
    await pause(4_500);
    expect((await chain.signTcp("bytes")).body).toBe("pi-1 wwan0");
  });
});
