import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { signerBundle } from "../../raspberry-pi/bundle";
import { type Suite, systemdImage, systemdContainerNeeds } from "../../laboratory/home/systemd-image";
import { SystemdContainer } from "../../laboratory/home/systemd-container";
import { exampleConfiguration } from "../../laboratory/examples";
import { describeReal } from "../support/real";

/** The suites, and the kernel command line with which systemd 257 also starts on a host with cgroups v1. */
const suites: [Suite, string[]][] = [
  ["bookworm", []],
  ["trixie", ["SYSTEMD_CGROUP_ENABLE_LEGACY_FORCE=1"]],
];

describeReal("user-data, with cloud-init", systemdContainerNeeds, () => {
  const configuration = exampleConfiguration();
  const files = signerBundle(configuration, configuration.signers[0]!);
  let work: string;
  let pi: SystemdContainer;

  beforeAll(() => {
    work = mkdtempSync(join(tmpdir(), "user-data-"));
    mkdirSync(join(work, "seed"));
    writeFileSync(join(work, "seed/user-data"), files.find(({ path }) => path === "user-data")!.text);
    writeFileSync(join(work, "seed/meta-data"), "instance-id: a-new-card\n");
  });
  afterEach(() => pi?.end());
  afterAll(() => rmSync(work, { recursive: true, force: true }));

  /** A stand-in for a Raspberry Pi with a newly written card, before its first boot with cloud-init. */
  async function newCard([suite, commandLine]: [Suite, string[]], change = "true"): Promise<void> {
    pi = new SystemdContainer({
      name: `user-data-${process.pid}`,
      image: await systemdImage(undefined, suite),
      folders: { "/var/lib/cloud/seed/nocloud": join(work, "seed") },
      commandLine,
    });
    await pi.boot();
    // The only locale in this image.
    pi.sh("rm /etc/cloud/cloud-init.disabled; echo 'locale: C.UTF-8' >/etc/cloud/cloud.cfg.d/99-locale.cfg");
    pi.sh(`${change}; sync`);
    pi.powerOff();
  }

  const isSetUp = () => pi.try("test", "-e", "/opt/tezos-signer/installed").status === 0;
  async function untilSetUp(seconds = 150) {
    for (const until = Date.now() + 1000 * seconds; !isSetUp(); await pause(500)) {
      if (Date.now() > until) throw new Error(pi.try("journalctl", "--unit=tezos-signer-setup", "--no-pager").output);
    }
    // cloud-init may still be finishing.
    pi.sh("systemctl is-system-running --wait || true");
  }

  function expectSetUp() {
    for (const { path, mode, text } of files.filter(({ path }) => path.startsWith("files/"))) {
      const place = path.replace(/^files/, "");
      expect([place, pi.run("cat", place) === text]).toEqual([place, true]);
      expect([place, pi.run("stat", "--format=%a", place).trim()]).toEqual([place, mode.toString(8)]);
    }
    const active = pi.sh("systemctl list-units --plain --no-legend --state=active 'tezos-*.service' | cut -d ' ' -f 1");
    expect(active.trim().split("\n")).toEqual([
      "tezos-firewall.service",
      "tezos-signer-health.service",
      "tezos-tunnel@1-eth0.service",
      "tezos-tunnel@1-wwan0.service",
      "tezos-tunnel@2-eth0.service",
      "tezos-tunnel@2-wwan0.service",
      "tezos-uplinks.service",
    ]);
    expect(pi.sh("cat /etc/tezos-signer/ssh/id_ed25519.pub")).toMatch(/^ssh-ed25519 \S+ signer@pi-1\n$/);
    expect(pi.sh("systemctl --failed --no-legend")).toBe("");
  }

  test.each(suites)(
    "%s: the first boot sets everything up, the next one changes nothing",
    async (...suite) => {
      await newCard(suite);
      pi.start();
      await untilSetUp();
      expectSetUp();
      expect(pi.sh("hostname").trim()).toBe("pi-1");
      expect(pi.sh("cloud-init status --wait")).toContain("status: done");
      const key = pi.sh("cat /etc/tezos-signer/ssh/id_ed25519.pub");
      const before = pi.sh("stat --format=%Z /usr/local/lib/tezos-signer/tunnel");
      pi.powerOff();
      await pi.boot();
      expectSetUp();
      expect(pi.sh("cat /etc/tezos-signer/ssh/id_ed25519.pub")).toBe(key);
      expect(pi.sh("stat --format=%Z /usr/local/lib/tezos-signer/tunnel")).toBe(before);
    },
    300_000,
  );

  test("completes the setup after repeated power cuts", async () => {
    await newCard(suites[0]!);
    const cuts = [0.8, 2, 3, 4, 5];
    for (const seconds of cuts) {
      pi.start();
      await pause(1000 * (seconds + Math.random()));
      pi.powerOff();
    }
    pi.start();
    await untilSetUp();
    expectSetUp();
  }, 600_000);

  test("retries until missing packages can be installed", async () => {
    await newCard(suites[0]!, "tar -cf /root/autossh.tar /usr/bin/autossh /usr/lib/autossh; dpkg --remove autossh");
    pi.start();
    for (const until = Date.now() + 150_000; ; await pause(500)) {
      const { output } = pi.try("journalctl", "--unit=tezos-signer-setup", "--no-pager");
      if (output.includes("these packages could not be installed: autossh")) break;
      if (Date.now() > until) throw new Error(output);
    }
    expect(isSetUp()).toBe(false);
    // As if apt-get had installed it.
    pi.sh("tar -C / -xf /root/autossh.tar");
    await untilSetUp();
    expectSetUp();
  }, 600_000);
});
