import { setTimeout as pause } from "node:timers/promises";
import { systemdContainerNeeds } from "../../laboratory/home/systemd-image";
import { describeReal } from "../support/real";
import { key } from "./signer-doctor/fault";
import { InstalledSigner } from "./signer-doctor/installed-signer";
import { signerFaults } from "./signer-doctor/signer-faults";
import { systemFaults } from "./signer-doctor/system-faults";
import { tunnelFaults } from "./signer-doctor/tunnel-faults";
import { uplinkFaults } from "./signer-doctor/uplink-faults";

interface Link {
  readonly link: string;
  readonly state: "ok" | "warning" | "fault";
  readonly finding: string;
  readonly do?: string;
}

describeReal("signer-doctor", systemdContainerNeeds, () => {
  let signer: InstalledSigner;

  function doctor(): { status: number | null; works: boolean; links: Link[] } {
    const { status, output } = signer.pi.try("signer-doctor", "--json");
    return { status, ...(JSON.parse(output) as { works: boolean; links: Link[] }) };
  }
  const notOk = (links: readonly Link[]) => links.filter(({ state }) => state !== "ok");

  async function untilEverythingIsOk() {
    for (const until = Date.now() + 90_000; ;) {
      const { links } = doctor();
      if (notOk(links).length === 0) return;
      if (Date.now() > until) expect(notOk(links)).toEqual([]);
      await pause(500);
    }
  }

  beforeAll(async () => {
    signer = await InstalledSigner.start();
    await untilEverythingIsOk();
  }, 600_000);
  afterAll(() => signer?.end());

  test("reports that each link is ok, in words and as JSON", () => {
    const { status, works, links } = doctor();
    expect([status, works]).toEqual([0, true]);
    expect(links.map(({ link }) => link)).toEqual([
      ...["eth0", "wwan0"].flatMap((uplink) => [`uplink ${uplink}`, `names over ${uplink}`]),
      ...[1, 2].flatMap((number) => ["eth0", "wwan0"].map((uplink) => `forwarder ${number} over ${uplink}`)),
      ...["1-eth0", "1-wwan0", "2-eth0", "2-wwan0"].map((instance) => `tunnel ${instance}`),
      ...["signer", `key ${key}`, "signatures", "health endpoint", "firewall", "clock"],
      ...["disk under /", "disk under /var/lib/octez-signer", "watermarks"],
    ]);
    const { output } = signer.pi.try("signer-doctor");
    expect(output).toContain("ok       uplink eth0: has the address 192.168.100.50 and its own route\n");
    expect(output).toMatch(/^ok {7}tunnel 1-eth0: is up over eth0; \d+ ms to the forwarder and back$/m);
    expect(output).toContain("203.0.113.12:58255 has the pinned host key, and accepts this Raspberry Pi's key");
  });

  test("leaves no compiled Python behind", () => {
    expect(signer.pi.sh("find / -xdev -path '*tezos*' -name '__pycache__'")).toBe("");
  });

  describe.each([
    ["uplinks", uplinkFaults],
    ["forwarders and tunnels", tunnelFaults],
    ["signer", signerFaults],
    ["system", systemFaults],
  ])("%s", (_, faults) => {
    test.each(faults)(
      "$title",
      async ({ break: broken, repair, outside, found, status = 1 }) => {
        try {
          if (outside) signer.home.container.run("bash", "-c", outside.break);
          if (broken) signer.pi.run("bash", "-c", broken);
          const seen = doctor();
          const reported = notOk(seen.links);
          // Tunnels and names over a broken link may be reported as well, or may not be affected yet.
          const causes = reported.filter(({ link }) => !/^(tunnel|names)/.test(link) || link in found);
          expect(Object.fromEntries(causes.map(({ link, finding }) => [link, finding]))).toEqual(
            Object.fromEntries(
              Object.entries(found).map(([link, words]) => [link, expect.stringMatching(words) as string]),
            ),
          );
          for (const each of reported) expect(each.do).toMatch(/\w/);
          expect([seen.status, seen.works]).toEqual(
            causes.length === reported.length ? [status, status === 0] : [1, false],
          );
        } finally {
          if (outside) signer.home.container.run("bash", "-c", outside.repair);
          if (repair) signer.pi.run("bash", "-c", repair);
        }
        await untilEverythingIsOk();
      },
      150_000,
    );
  });

  test("prints its usage, and reports that it needs root and an installation", () => {
    const { pi } = signer;
    expect(pi.run("signer-doctor", "--help")).toContain("exit status:");
    expect(pi.try("setpriv", "--reuid=1", "--clear-groups", "signer-doctor")).toEqual({
      status: 2,
      output: "signer-doctor: run it as root: sudo signer-doctor\n",
    });
    pi.sh("mv /etc/tezos-signer/health.env /root/");
    expect(pi.try("signer-doctor").status).toBe(2);
    pi.sh("mv /root/health.env /etc/tezos-signer/");
  });
});
