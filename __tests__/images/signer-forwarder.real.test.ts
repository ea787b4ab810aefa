import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chownSync, chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { authorizedKeys, hostKeyFile, hostKeyFolder, sshdConfig, sshdFolder } from "../../lib/forwarder/sshd-config";
import { buildForwarderImage } from "../../laboratory/cluster/forwarder-image";
import { freePort, imageSshd, inImage, type RunningSshd } from "../../laboratory/forwarder/sshd";
import { exampleConfiguration } from "../../laboratory/examples";
import { describeReal } from "../support/real";

const podman = (...parameters: string[]) => execFileSync("podman", parameters, { encoding: "utf8" }).trim();

describeReal("the forwarder's image", imageSshd.needs, () => {
  beforeAll(() => imageSshd.prepare(), 300_000);

  test("two builds produce the same image, byte for byte", async () => {
    const names = ["a", "b"].map((name) => `localhost/signer-forwarder-twice:${name}`);
    try {
      // BuildKit takes the timestamp from SOURCE_DATE_EPOCH itself; podman does not.
      for (const name of names) await buildForwarderImage(name, () => {}, ["--no-cache", "--timestamp", "1789689600"]);
      const [a, b] = names.map((name) => podman("image", "inspect", "--format", "{{.Id}} {{.RootFS.Layers}}", name));
      expect(a).toBe(b);
    } finally {
      for (const name of names) podman("rmi", "--force", name);
    }
  }, 600_000);

  describe("contains", () => {
    let files: string[];
    beforeAll(() => {
      const folder = mkdtempSync(join(tmpdir(), "forwarder-image-"));
      const [container] = podman("create", imageSshd.image).split("\n");
      try {
        podman("export", "--output", join(folder, "files.tar"), container!);
        // Mode, owner, size, day, time, path.
        files = execFileSync("tar", ["--full-time", "-tvf", join(folder, "files.tar")], { encoding: "utf8" })
          .trim()
          .split("\n");
      } finally {
        podman("rm", container!);
        rmSync(folder, { recursive: true });
      }
    });
    const column = (index: number) => files.map((line) => line.split(/\s+/)[index]!);

    test("OpenSSH 9.8 or newer", () => {
      const [, major, minor] = /OpenSSH_(\d+)\.(\d+)/.exec(inImage("/usr/sbin/sshd", "-V").stderr)!;
      expect(Number(major) * 100 + Number(minor)).toBeGreaterThanOrEqual(908);
    });

    test("sshd, a few applets of busybox, and no other program", () => {
      const programs = files.filter((line) => /^-..x/.test(line)).map((line) => line.split(/\s+/)[5]);
      expect(programs.filter((path) => !path!.includes(".so"))).toEqual([
        "usr/bin/busybox",
        "usr/lib/openssh/sshd-auth",
        "usr/lib/openssh/sshd-session",
        "usr/sbin/sshd",
      ]);
      const links = files.filter((line) => line.startsWith("l") && line.includes("busybox"));
      expect(links.map((line) => line.split(/\s+/)[5]!.split("/").at(-1))).toEqual([
        "env",
        "sh",
        "sleep",
        "timeout",
        "wget",
        "nologin",
      ]);
    });

    test("no file that others can write, no setuid program, and files of root only", () => {
      expect(files.length).toBeGreaterThan(40);
      expect(files.filter((line) => !line.startsWith("l") && /^.{5}w|^.{8}w|^.{3}s|^.{6}s/.test(line))).toEqual([]);
      expect(new Set(column(1))).toEqual(new Set(["0/0"]));
    });

    test("a single user, who can't log in, and no key", () => {
      expect(inImage("/usr/bin/busybox", "cat", "/etc/passwd").stdout).toBe(
        "signer:x:1000:1000::/nonexistent:/usr/sbin/nologin\n",
      );
      expect(inImage("/usr/sbin/nologin").status).not.toBe(0);
      expect(column(5).filter((path) => path.startsWith("etc/ssh/"))).toEqual(["etc/ssh/"]);
    });

    test("less than 25 MB", () => {
      expect(Number(podman("image", "inspect", "--format", "{{.Size}}", imageSshd.image))).toBeLessThan(25e6);
    });

    test("the packages that its files come from, for scanners", () => {
      const packages = column(5).flatMap((path) => /^var\/lib\/dpkg\/status\.d\/(.+)$/.exec(path)?.[1] ?? []);
      expect(packages).toEqual(expect.arrayContaining(["busybox", "libc6", "libssl3t64", "openssh-server", "zlib1g"]));
      expect(inImage("/usr/bin/busybox", "cat", "/var/lib/dpkg/status.d/openssh-server").stdout).toMatch(
        /^Version: 1:1\d\./m,
      );
      expect(inImage("/usr/bin/busybox", "cat", "/etc/os-release").stdout).toContain('VERSION_ID="13"');
    });
  });
});

/** Two signers at one site, with the same source address. */
describeReal("a signer with a wrong key", imageSshd.needs, () => {
  const folders: string[] = [];
  const sshds: RunningSshd[] = [];
  const clients: ChildProcess[] = [];
  const ports: number[] = [];
  const signers = exampleConfiguration().signers;

  beforeAll(async () => {
    await imageSshd.prepare();
    for (const [index, signer] of signers.entries()) {
      const folder = mkdtempSync(join(tmpdir(), "sshd-"));
      folders.push(folder);
      chmodSync(folder, 0o755);
      mkdirSync(join(folder, "sockets"));
      chownSync(join(folder, "sockets"), 1000, 1000);
      for (const key of [hostKeyFile, "signer", "stranger"]) {
        execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(folder, key)]);
      }
      chmodSync(join(folder, hostKeyFile), 0o644);
      ports.push(await freePort());
      const deployed = {
        ...signer,
        sshPublicKey: readFileSync(join(folder, "signer.pub"), "utf8"),
        sshPort: ports[index]!,
      };
      const text = sshdConfig(deployed, ["0.0.0.0/0"])
        .replaceAll(hostKeyFolder, folder)
        .replaceAll(sshdFolder, folder)
        .replace("AddressFamily inet", "ListenAddress 127.0.0.1");
      writeFileSync(join(folder, "sshd_config"), text);
      writeFileSync(join(folder, "authorized_keys"), authorizedKeys(deployed));
      sshds.push(imageSshd.start(folder));
    }
    for (const sshd of sshds) while (!sshd.log().includes("Server listening")) await pause(100);
  }, 300_000);
  afterAll(() => {
    for (const client of clients) client.kill("SIGKILL");
    for (const sshd of sshds) sshd.stop();
    for (const folder of folders) rmSync(folder, { recursive: true });
  });

  /** Connects to a signer's sshd. @returns "connected" once the key is accepted, or else the client's error output */
  async function dial(signer: number, key: "signer" | "stranger"): Promise<string> {
    const options = [
      "BatchMode=yes",
      "IdentitiesOnly=yes",
      "ExitOnForwardFailure=yes",
      "StrictHostKeyChecking=no",
      "UserKnownHostsFile=/dev/null",
      "LogLevel=ERROR",
    ];
    const client = spawn("ssh", [
      ...["-F", "none", "-N", "-p", String(ports[signer]), "-l", imageSshd.user, "-i", join(folders[signer]!, key)],
      ...options.flatMap((option) => ["-o", option]),
      ...["-R", `${folders[signer]}/sockets/x.sock:127.0.0.1:1`, "127.0.0.1"],
    ]);
    clients.push(client);
    let said = "";
    client.stderr.on("data", (text) => (said += text));
    const ended = new Promise<string>((resolve) => client.on("close", () => resolve(said)));
    const acceptedBefore = sshds[signer]!.log().split("Accepted publickey").length;
    for (let tries = 0; tries < 50; tries++) {
      const outcome = await Promise.race([ended, pause(100)]);
      if (typeof outcome === "string") return outcome;
      if (sshds[signer]!.log().split("Accepted publickey").length > acceptedBefore) {
        client.kill();
        await ended;
        return "connected";
      }
    }
    return said;
  }

  test("is locked out for a while, and back within half a minute of the fix; the other signer is not affected", async () => {
    expect(await dial(0, "stranger")).toContain("Permission denied (publickey)");
    // Faster than penalties expire: then sshd drops it before authentication.
    for (
      let tries = 0, outcomes = [""];
      outcomes.every((said) => said.includes("Permission denied") || said === "");
      tries++
    ) {
      expect(tries).toBeLessThan(10);
      outcomes = await Promise.all(Array.from({ length: 5 }, () => dial(0, "stranger")));
      expect(await dial(1, "signer")).toBe("connected");
    }
    expect(sshds[0]!.log()).toContain("penalty");
    expect(sshds[1]!.log()).not.toContain("penalty");
    // Its key is fixed.
    const fixed = performance.now();
    while ((await dial(0, "signer")) !== "connected") {
      expect(performance.now() - fixed).toBeLessThan(31_000);
      await pause(1_000);
    }
  }, 120_000);
});
