import { spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { writeBundles } from "../../raspberry-pi/bundle";
import { systemdImage, systemdContainerNeeds } from "../../laboratory/home/systemd-image";
import { SystemdContainer } from "../../laboratory/home/systemd-container";
import { exampleConfiguration } from "../../laboratory/examples";
import { describeReal } from "../support/real";

/** The programs by which install.sh and uninstall.sh change a system. Tests kill the scripts at a call of one of these. */
const changing = [
  "install",
  "mv",
  "rm",
  "sync",
  "systemctl",
  "useradd",
  "ssh-keygen",
  "chattr",
  "chown",
  "nft",
  "udevadm",
];

describeReal("install.sh on a Debian with systemd", systemdContainerNeeds, () => {
  let work: string;
  let pi: SystemdContainer;
  type Change = Parameters<typeof exampleConfiguration>[0];
  const synth = (change?: Change) => writeBundles(exampleConfiguration(change), join(work, "bundles"));
  const inside = (...argv: string[]) => pi.run(...argv);
  const sh = (line: string) => pi.sh(line);
  const install = (...args: string[]) => inside("/work/bundles/pi-1/install.sh", ...args);
  const changes = (output: string) => output.split("\n").filter((line) => /^(changed|restarting)/.test(line));
  /** The active units, once systemd has finished its jobs: install.sh does not wait for what it starts. */
  const units = () => {
    sh("while systemctl list-jobs --no-legend | grep -q .; do sleep 0.1; done");
    return sh("systemctl list-units --plain --no-legend --state=active 'tezos-*' 'octez-*' | cut -d ' ' -f 1")
      .trim()
      .split("\n");
  };
  /** All installed files and their times, which a second run must not change. */
  const fingerprint = () =>
    sh(
      "find /etc/tezos-signer /usr/local /etc/systemd/system /etc/sysctl.d /var/lib/octez-signer -type f -printf '%p %C@ %m %u\\n' | sort",
    );
  /** Everything on its disk except for what systemd and its services write; with checksums where we might write. */
  const elsewhere = ["proc", "sys", "run", "tmp", "dev", "work", "root", "var/log", "var/cache", "var/lib/systemd"];
  const tree = () =>
    sh(
      `cd /; find . -xdev \\( ${elsewhere.map((path) => `-path ./${path}`).join(" -o ")} \\) -prune -o -printf '/%P %m %u %g %l\\n' | sort;` +
        "find etc usr/local var/lib/octez-signer -type f -exec sha256sum {} + 2>/dev/null | sed -E 's|(.*)  (.*)|/\\2 \\1|' | sort",
    )
      .trim()
      .split("\n");
  /** The paths that differ between two trees. */
  const difference = (before: string[], after: string[]) => {
    const [had, has] = [new Set(before), new Set(after)];
    return [...before.filter((line) => !has.has(line)), ...after.filter((line) => !had.has(line))]
      .map((line) => line.split(" ")[0]!)
      .filter((path, index, all) => all.indexOf(path) === index)
      .sort();
  };
  let atFirst: string[];

  beforeAll(async () => {
    const image = await systemdImage();
    work = mkdtempSync(join(tmpdir(), "raspberry-pi-"));
    pi = new SystemdContainer({ name: `raspberry-pi-${process.pid}`, image, folders: { "/work": work } });
    await pi.boot();
    atFirst = tree();
  }, 600_000);
  afterAll(() => {
    pi?.end();
    rmSync(work, { recursive: true, force: true });
  });

  let publicKey: string;

  test("before the first deployment: generates the key pair, prints its public half and what is missing", () => {
    synth((input) => {
      delete input.forwarders!.addresses;
      delete input.forwarders!.hostPublicKey;
    });
    const output = install();
    publicKey = /^ {2}(ssh-ed25519 \S+ signer@pi-1)$/m.exec(output)![1]!;
    expect(output).toContain(
      "No tunnels yet: the configuration has no forwarders.addresses and no forwarders.hostPublicKey.",
    );
    expect(output).toContain("octez-signer is not installed.");
    expect(sh("stat -c '%a %U' /etc/tezos-signer/ssh/id_ed25519").trim()).toBe("600 tezos-tunnel");
    expect(units()).toEqual(["tezos-firewall.service", "tezos-signer-health.service", "tezos-uplinks.service"]);
    expect(sh("nft list table inet tezos_signer")).toContain("policy drop");
  });

  test("once the addresses are configured: adds the tunnels, keeps the key", () => {
    synth();
    const output = install();
    expect(output).toContain(`  ${publicKey}\n`);
    expect(output).not.toContain("No tunnels yet");
    expect(units().filter((unit) => unit.startsWith("tezos-tunnel"))).toEqual([
      "tezos-tunnel@1-eth0.service",
      "tezos-tunnel@1-wwan0.service",
      "tezos-tunnel@2-eth0.service",
      "tezos-tunnel@2-wwan0.service",
    ]);
    // They wait for their uplinks, without delaying the boot.
    expect(sh("systemctl is-system-running").trim()).toBe("running");
  });

  test("a second run changes nothing", () => {
    const before = fingerprint();
    const processes = sh("systemctl show --property=MainPID 'tezos-*'");
    expect(changes(install())).toEqual([]);
    expect(fingerprint()).toBe(before);
    expect(sh("systemctl show --property=MainPID 'tezos-*'")).toBe(processes);
  });

  test("installs octez-signer only with the right checksum, and starts it", () => {
    // A stand-in that keeps running and prints its arguments.
    writeFileSync(
      join(work, "octez-signer"),
      '#!/bin/sh\necho "Octez 25.1 $*"\n[ "$1" = --version ] || exec sleep 1000\n',
    );
    chmodSync(join(work, "octez-signer"), 0o755);
    const sum = sh("sha256sum /work/octez-signer").slice(0, 64);
    expect(() => install("--octez-signer", "/work/octez-signer", "--sha256", "0".repeat(64))).toThrow(
      /the checksum of \/work\/octez-signer is not 0{64}/,
    );
    expect(() => inside("test", "-e", "/usr/local/bin/octez-signer")).toThrow();
    const output = install("--octez-signer", "/work/octez-signer", "--sha256", sum);
    expect(output).toContain("octez-signer has no key yet. It needs: tz1gg5bjopPcr9agjamyu9BbXKLibNc2rbAq");
    for (let tries = 0; tries < 50 && !units().includes("octez-signer.service"); tries++) spawnSync("sleep", ["0.1"]);
    expect(units()).toContain("octez-signer.service");
    // octez-signer does not call fsync, but its watermark is on the disk before it answers.
    const { status, output: lsattr } = pi.try("lsattr", "-d", "/var/lib/octez-signer");
    if (status === 0) expect(lsattr).toMatch(/^\S*S\S*D/);
  });

  test("removes the tunnels of an uplink that is removed, and restarts nothing but tezos-uplinks", () => {
    synth((input) => void input.signers[0]!.uplinks.pop());
    const restarted = changes(install()).filter((line) => line.startsWith("restarting"));
    expect(restarted).toEqual(["restarting tezos-uplinks.service"]);
    expect(units().filter((unit) => unit.startsWith("tezos-tunnel"))).toEqual([
      "tezos-tunnel@1-eth0.service",
      "tezos-tunnel@2-eth0.service",
    ]);
    expect(sh("ls /etc/tezos-signer/tunnels").trim().split("\n")).toEqual(["1-eth0.conf", "2-eth0.conf"]);
  });

  test("restores a changed file, and restarts the service that reads it", () => {
    const modules = "/usr/local/lib/tezos-signer/tezos_signer";
    sh(`echo '# changed' | tee --append ${modules}/settings.py ${modules}/doctor/finding.py`);
    expect(changes(install())).toEqual([
      `changed: ${modules}/doctor/finding.py`,
      `changed: ${modules}/settings.py`,
      "restarting tezos-signer-health.service",
    ]);
  });

  /**
   * Kills a script and everything that it has started, at its n-th call of a program that changes something.
   * @returns whether it got that far
   */
  async function killedAt(script: string, call: number): Promise<boolean> {
    const counted = 'n=$(( $(cat /run/calls) + 1 )); echo $n >/run/calls; [ $n != "$KILLED_AT" ] || kill -9 0';
    const shim = (name: string) =>
      `printf '#!/bin/sh\\n%s\\nexec %s "$@"\\n' '${counted}' $(command -v ${name}) >/run/shims/${name}`;
    sh(
      `rm -rf /run/shims; mkdir /run/shims; ${changing.map(shim).join("; ")}; chmod 755 /run/shims/*; echo 0 >/run/calls`,
    );
    // In its own session, so that the kill affects all of its processes and no others.
    const command = `KILLED_AT=${call} PATH=/run/shims:$PATH setsid --wait /work/bundles/pi-1/${script}`;
    const child = spawn("podman", ["exec", pi.name, "sh", "-c", command], { stdio: "ignore" });
    await new Promise((resolve) => child.once("exit", resolve));
    return Number(sh("cat /run/calls")) === call;
  }

  /** Everything that is installed, without times; and what is running, with which settings. */
  const state = () =>
    sh(
      "cd /; find etc/tezos-signer usr/local etc/systemd etc/sysctl.d etc/udev var/lib/octez-signer \\( -type f -o -type l \\) ! -path etc/tezos-signer/folders -exec sha256sum {} + | sort;" +
        "sort etc/tezos-signer/folders;" +
        "find / -xdev -name '*.tezos-new'; lsattr -d /var/lib/octez-signer; getent passwd tezos-tunnel octez-signer; nft list table inet tezos_signer;" +
        "systemctl list-units --plain --no-legend --state=active 'tezos-*' | cut -d ' ' -f 1;" +
        "tr '\\0' '\\n' </proc/$(systemctl show --property=MainPID --value tezos-signer-health)/environ | grep -E '^(SIGNER_PORT|KEY_HASHES)'",
    );

  test("completes an earlier run that was killed at a random step", async () => {
    const [one, other] = [
      (input: Parameters<NonNullable<Change>>[0]) => void (input.signers[0]!.port = 6801),
      undefined,
    ];
    synth(one);
    install();
    const wanted = state();
    let killed = 0;
    // From another configuration, or from a system on which nothing is installed.
    for (let tries = 0; tries < 8; tries++) {
      if (tries % 4 === 3) inside("/work/bundles/pi-1/uninstall.sh");
      else {
        synth(other);
        install();
      }
      synth(one);
      const call = 1 + Math.floor(Math.random() * (tries % 4 === 3 ? 110 : 30));
      if (await killedAt("install.sh", call)) killed++;
      install();
      await pause(1000);
      expect([call, changes(install())]).toEqual([call, []]);
      expect([call, state()]).toEqual([call, wanted]);
    }
    expect(killed).toBeGreaterThan(2);
  }, 600_000);

  /** What uninstall.sh keeps. */
  const kept =
    /^\/(etc\/tezos-signer(\/ssh.*)?|var\/lib\/octez-signer(\/secret_keys)?|usr\/local\/bin(\/octez-signer)?|etc\/(passwd|shadow|group|gshadow|subuid|subgid)-?)$/;

  test("uninstall.sh, killed and run again, restores the system, except for what it reports to keep", async () => {
    sh("echo '[]' >/var/lib/octez-signer/secret_keys");
    // As if someone had imported the modules in a way that makes Python write compiled ones.
    sh("python3 -m compileall -q /usr/local/lib/tezos-signer");
    expect(sh("find /usr/local -name __pycache__")).not.toBe("");
    expect(await killedAt("uninstall.sh", 12)).toBe(true);
    const output = inside("/work/bundles/pi-1/uninstall.sh");
    expect(output).toContain("Kept: /etc/tezos-signer/ssh");
    expect(units().filter(Boolean)).toEqual([]);
    expect(difference(atFirst, tree()).filter((path) => !kept.test(path))).toEqual([]);
    expect(sh("cat /etc/tezos-signer/ssh/id_ed25519.pub").trim()).toBe(publicKey);
    expect(sh("ls /var/lib/octez-signer").trim()).toBe("secret_keys");
    expect(sh("nft list tables")).toBe("");
    expect(sh("ip rule | grep -c '^67'; true").trim()).toBe("0");
    expect(inside("/work/bundles/pi-1/uninstall.sh")).toContain("Nothing is installed here.");
  });

  test("after uninstall.sh, keeps the ssh key and the signer's data", () => {
    const output = install();
    expect(output).toContain(`  ${publicKey}\n`);
    expect(sh("cat /var/lib/octez-signer/secret_keys").trim()).toBe("[]");
  });

  test("the watchdog checks that systemd runs, and nothing reboots without a network", async () => {
    const watchdog = "systemctl show --property=RuntimeWatchdogUSec --value";
    expect(sh(watchdog).trim()).toBe("14s");
    // Also after a boot, here without a network: everything runs, and nothing reboots.
    pi.powerOff();
    await pi.boot();
    const before = pi.pid;
    expect(sh(watchdog).trim()).toBe("14s");
    expect(
      sh(
        "grep -rhE '^(FailureAction|SuccessAction|StartLimitAction|RebootArgument|JobTimeoutAction)' /etc/systemd; true",
      ),
    ).toBe("");
    expect(sh("systemctl is-system-running").trim()).toBe("running");
    expect(units().filter((unit) => unit.startsWith("tezos-tunnel"))).toHaveLength(4);
    expect(pi.pid).toBe(before);
  });
});
