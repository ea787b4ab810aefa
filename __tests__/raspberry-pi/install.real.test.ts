import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeBundles } from "../../raspberry-pi/bundle";
import { exampleConfiguration } from "../support/configuration";
import { describeReal, findProgram } from "../support/real";

// A machine with systemd that stands in for a Raspberry Pi. Its image is made once and stays with podman.
const image = "localhost/raspberry-pi-stand-in:bookworm";
const packages = "systemd,systemd-sysv,dbus,udev,iproute2,nftables,autossh,openssh-client,python3,procps";
const machine = `raspberry-pi-${process.pid}`;

function run(program: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(findProgram(program)!, args, { encoding: "utf8", maxBuffer: 1 << 26 });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")} ended with ${status}:\n${stdout}${stderr}`);
  return stdout;
}
const inside = (...command: string[]) => run("podman", "exec", machine, ...command);
const sh = (command: string) => inside("sh", "-c", command);

function makeImage() {
  if (spawnSync("podman", ["image", "exists", image]).status === 0) return;
  const root = mkdtempSync(join(tmpdir(), "raspberry-pi-image-"));
  try {
    run("debootstrap", "--variant=minbase", `--include=${packages}`, "bookworm", root);
    const path = "ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    run(
      "sh",
      "-c",
      `tar -C ${root} --exclude=./var/cache/apt/archives/* -c . | podman import --change '${path}' - ${image}`,
    );
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

describeReal(
  "install.sh on a machine with systemd",
  { programs: ["podman", "debootstrap"], root: true, linux: true },
  () => {
    let work: string;
    type Change = Parameters<typeof exampleConfiguration>[0];
    const synth = (change?: Change) => writeBundles(exampleConfiguration(change), join(work, "bundles"));
    const install = (...args: string[]) => inside("/work/bundles/pi-1/install.sh", ...args);
    const changes = (output: string) => output.split("\n").filter((line) => /^(changed|restarting)/.test(line));
    const units = () =>
      sh("systemctl list-units --plain --no-legend --state=active 'tezos-*' 'octez-*' | cut -d ' ' -f 1")
        .trim()
        .split("\n");
    /** All files of ours and their times; what a second run must not touch. */
    const fingerprint = () =>
      sh(
        "find /etc/tezos-signer /usr/local /etc/systemd/system /etc/sysctl.d /var/lib/octez-signer -type f -printf '%p %C@ %m %u\\n' | sort",
      );

    beforeAll(() => {
      work = mkdtempSync(join(tmpdir(), "raspberry-pi-"));
      mkdirSync(join(work, "bundles"));
      makeImage();
      // runc where there is one: crun can't start systemd on a machine with both versions of cgroups.
      const runtime = findProgram("runc") ? ["--runtime", "runc"] : [];
      const limits = ["--ulimit", "nofile=1024:1024", "--ulimit", "nproc=4096:4096"];
      const options = ["--privileged", "--systemd=always", "--network=none", `--volume=${work}:/work:ro`];
      run("podman", ...runtime, "run", "--detach", "--name", machine, ...limits, ...options, image, "/sbin/init");
      for (let tries = 0; ; tries++) {
        const { stdout } = spawnSync("podman", ["exec", machine, "systemctl", "is-system-running"], {
          encoding: "utf8",
        });
        if (/running|degraded/.test(stdout)) break;
        if (tries > 60) throw new Error(`the machine does not come up: ${stdout}`);
        spawnSync("sleep", ["0.5"]);
      }
    }, 240_000);
    afterAll(() => {
      spawnSync("podman", ["rm", "--force", "--time", "0", machine]);
      rmSync(work, { recursive: true, force: true });
    });

    let publicKey: string;

    test("before the first deployment: makes the key pair, prints its public half, and says what is missing", () => {
      synth((input) => {
        delete input.forwarders!.addresses;
        delete input.forwarders!.hostPublicKey;
      });
      const output = install();
      publicKey = /^ {2}(ssh-ed25519 \S+ signer@pi-1)$/m.exec(output)![1]!;
      expect(output).toContain(
        "The tunnels wait: the configuration has no forwarders.addresses forwarders.hostPublicKey yet.",
      );
      expect(output).toContain("octez-signer is not installed.");
      expect(sh("stat -c '%a %U' /etc/tezos-signer/ssh/id_ed25519").trim()).toBe("600 tezos-tunnel");
      expect(units()).toEqual(["tezos-firewall.service", "tezos-signer-health.service", "tezos-uplinks.service"]);
      expect(sh("nft list table inet tezos_signer")).toContain("policy drop");
    });

    test("with the addresses: the tunnels are added, the key stays", () => {
      synth();
      const output = install();
      expect(output).toContain(`  ${publicKey}\n`);
      expect(output).not.toContain("The tunnels wait");
      expect(units().filter((unit) => unit.startsWith("tezos-tunnel"))).toEqual([
        "tezos-tunnel@1-eth0.service",
        "tezos-tunnel@1-wwan0.service",
        "tezos-tunnel@2-eth0.service",
        "tezos-tunnel@2-wwan0.service",
      ]);
      // They wait for their uplinks, and keep nothing else waiting.
      expect(sh("systemctl is-system-running").trim()).toBe("running");
    });

    test("a second run changes nothing", () => {
      const before = fingerprint();
      const processes = sh("systemctl show --property=MainPID 'tezos-*'");
      expect(changes(install())).toEqual([]);
      expect(fingerprint()).toBe(before);
      expect(sh("systemctl show --property=MainPID 'tezos-*'")).toBe(processes);
    });

    test("octez-signer is put in place with the right checksum only, and runs", () => {
      // A stand-in that stays and shows how it was called.
      writeFileSync(
        join(work, "octez-signer"),
        '#!/bin/sh\necho "Octez 25.1 $*"\n[ "$1" = --version ] || exec sleep 1000\n',
      );
      chmodSync(join(work, "octez-signer"), 0o755);
      const sum = sh("sha256sum /work/octez-signer").slice(0, 64);
      expect(() => install("--octez-signer", "/work/octez-signer", "--sha256", "0".repeat(64))).toThrow(
        /has another checksum/,
      );
      expect(() => inside("test", "-e", "/usr/local/bin/octez-signer")).toThrow();
      const output = install("--octez-signer", "/work/octez-signer", "--sha256", sum);
      expect(output).toContain("octez-signer has no key yet. It must hold: tz1gg5bjopPcr9agjamyu9BbXKLibNc2rbAq");
      for (let tries = 0; tries < 50 && !units().includes("octez-signer.service"); tries++) spawnSync("sleep", ["0.1"]);
      expect(units()).toContain("octez-signer.service");
      // Without fsync of its own, its watermarks are on the disk before they are answered.
      const lsattr = spawnSync("podman", ["exec", machine, "lsattr", "-d", "/var/lib/octez-signer"], {
        encoding: "utf8",
      });
      if (lsattr.status === 0) expect(lsattr.stdout).toMatch(/^\S*S\S*D/);
    });

    test("an uplink that is gone takes its tunnels with it, and nothing else is restarted but its routes and rules", () => {
      synth((input) => void input.signers[0]!.uplinks.pop());
      const restarted = changes(install()).filter((line) => line.startsWith("restarting"));
      expect(restarted).toEqual(["restarting tezos-uplinks.service"]);
      expect(units().filter((unit) => unit.startsWith("tezos-tunnel"))).toEqual([
        "tezos-tunnel@1-eth0.service",
        "tezos-tunnel@2-eth0.service",
      ]);
      expect(sh("ls /etc/tezos-signer/tunnels").trim().split("\n")).toEqual(["1-eth0.conf", "2-eth0.conf"]);
    });

    test.each([100, 300, 700])("killed after %d ms, it is completed by the next run", (milliseconds) => {
      synth((input) => void (input.signers[0]!.port = 6800 + milliseconds / 100));
      spawnSync("podman", [
        "exec",
        machine,
        "timeout",
        "--signal=KILL",
        String(milliseconds / 1000),
        "/work/bundles/pi-1/install.sh",
      ]);
      install();
      expect(changes(install())).toEqual([]);
      const port = String(6800 + milliseconds / 100);
      expect(sh("cat /etc/tezos-signer/health.env")).toContain(`SIGNER_PORT="${port}"`);
      const pid = sh("systemctl show --property=MainPID --value tezos-signer-health").trim();
      expect(sh(`tr '\\0' '\\n' </proc/${pid}/environ`)).toContain(`SIGNER_PORT=${port}\n`);
      expect(sh("find / -xdev -name '*.tezos-new'")).toBe("");
    });

    test("uninstall.sh removes all but keys, data and programs", () => {
      sh("echo '[]' >/var/lib/octez-signer/secret_keys");
      inside("/work/bundles/pi-1/uninstall.sh");
      expect(units().filter(Boolean)).toEqual([]);
      expect(sh("find /etc /usr/local -name '*tezos*' | sort").trim().split("\n")).toEqual(["/etc/tezos-signer"]);
      expect(sh("cat /etc/tezos-signer/ssh/id_ed25519.pub").trim()).toBe(publicKey);
      expect(sh("ls /var/lib/octez-signer").trim()).toBe("secret_keys");
      expect(sh("nft list tables")).toBe("");
    });
  },
);
