import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, connect, type AddressInfo, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { sshUser } from "../../../lib/config/facts/signer-path";
import { authorizedKeys, hostKeyFile, hostKeyFolder, sshdConfig, sshdFolder } from "../../../lib/forwarder/sshd-config";
import { exampleConfiguration } from "../../../laboratory/examples";
import { describeReal } from "../../support/real";
import { freePort, imageSshd, hostSshd, type RunningSshd } from "../../../laboratory/forwarder/sshd";

describe.each([hostSshd, imageSshd])("$title", (tested) =>
  describeReal("a tunnel", tested.needs, () => {
    const { user, owner } = tested;
    const folder = mkdtempSync(join(tmpdir(), "sshd-"));
    const sockets = join(folder, "sockets");
    const processes: ChildProcess[] = [];
    let sshd: RunningSshd;
    let port: number;
    let signers: Server[];

    beforeAll(async () => {
      await tested.prepare();
      // Others may enter it, so that an sshd with another user finds the files.
      chmodSync(folder, 0o755);
      mkdirSync(sockets);
      if (owner) chownSync(sockets, owner.uid, owner.gid);
      for (const key of [hostKeyFile, "signer", "stranger"]) {
        execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "somebody", "-f", join(folder, key)]);
      }
      // As Google's CSI driver mounts it: owned by root, and readable for all.
      if (owner) chmodSync(join(folder, hostKeyFile), 0o644);

      signers = await Promise.all(["first", "second"].map(answering));
      port = await freePort();
      const sshPublicKey = readFileSync(join(folder, "signer.pub"), "utf8");
      const signer = { ...exampleConfiguration().signers[0]!, sshPublicKey, sshPort: port };
      const text = sshdConfig(signer, ["0.0.0.0/0"])
        .replaceAll(hostKeyFolder, folder)
        .replaceAll(sshdFolder, folder)
        .replace(`AllowUsers ${sshUser}`, `AllowUsers ${user}`)
        // Not reachable from outside while the test runs.
        .replace("AddressFamily inet", "ListenAddress 127.0.0.1");
      writeFileSync(join(folder, "sshd_config"), tested.adapt(text));
      writeFileSync(join(folder, "authorized_keys"), authorizedKeys(signer));
      sshd = tested.start(folder);
      await until(() => sshd.log().includes("Server listening"));
    });

    afterAll(async () => {
      processes.forEach((process) => process.kill("SIGKILL"));
      sshd?.stop();
      signers?.forEach((server) => server.close());
      await pause(200);
      rmSync(folder, { recursive: true });
    });

    /** Runs ssh as the Raspberry Pi does. */
    function ssh(
      parameters: string[],
      key = "signer",
    ): { process: ChildProcess; ended: Promise<number | null>; output: () => string } {
      const options = {
        BatchMode: "yes",
        IdentitiesOnly: "yes",
        ExitOnForwardFailure: "yes",
        StrictHostKeyChecking: "no",
        UserKnownHostsFile: "/dev/null",
        LogLevel: "INFO",
      };
      const process = spawn("ssh", [
        ...["-F", "none", "-i", join(folder, key), "-p", String(port), "-l", user],
        ...Object.entries(options).flatMap(([name, value]) => ["-o", `${name}=${value}`]),
        ...parameters.slice(0, -1),
        "127.0.0.1",
        ...parameters.slice(-1).filter((command) => command !== ""),
      ]);
      let output = "";
      for (const stream of [process.stdout, process.stderr]) stream.on("data", (text) => (output += text));
      processes.push(process);
      return { process, output: () => output, ended: new Promise((resolve) => process.on("close", resolve)) };
    }
    const socket = join(sockets, "eth0.sock");
    const tunnel = (signer: number, to = socket) =>
      ssh(["-N", "-R", `${to}:127.0.0.1:${(signers[signer]!.address() as AddressInfo).port}`, ""]);

    test("forwards a socket that only sshd's user can connect to", async () => {
      const { process, ended } = tunnel(0);
      await until(async () => (await ask(socket)) === "first");
      expect(statSync(socket).mode & 0o777).toBe(0o600);
      expect(sshd.log()).toContain("Accepted publickey");
      process.kill();
      await ended;
    });

    test("a new session replaces the socket at once, and keeps it when the old session ends", async () => {
      const old = tunnel(0);
      await until(async () => (await ask(socket)) === "first");
      // sshd doesn't notice: the session stays, as after a silent loss of the connection.
      old.process.kill("SIGSTOP");
      const fresh = tunnel(1);
      await until(async () => (await ask(socket)) === "second");
      old.process.kill("SIGKILL");
      await pause(1_000);
      expect(await ask(socket)).toBe("second");
      fresh.process.kill();
      await fresh.ended;
    });

    test.each([
      ["a command", ["id"]],
      ["a command with a terminal", ["-tt", "id"]],
      ["a shell", [""]],
      ["a shell with the client's agent", ["-A", ""]],
      ["a shell with the client's display", ["-Y", ""]],
      ["a TCP port", ["-N", "-R", "18443:127.0.0.1:1", ""]],
      ["a TCP port on all interfaces", ["-N", "-R", "0.0.0.0:18443:127.0.0.1:1", ""]],
      ["a SOCKS proxy", ["-N", "-R", "18443", ""]],
      ["the TCP port in authorized_keys", ["-N", "-R", "1:127.0.0.1:1", ""]],
      ["a socket elsewhere", ["-N", "-R", "/etc/x.sock:127.0.0.1:1", ""]],
      ["a socket outside the folder", ["-N", "-R", `${folder}/x.sock:127.0.0.1:1`, ""]],
      ["a connection to a port of the forwarder", ["-W", `127.0.0.1:1`, ""]],
      ["a connection to the metadata server", ["-W", "169.254.169.254:80", ""]],
      ["files (sftp)", ["-s", "sftp"]],
    ])("a key permits nothing else: not %s", async (_what, parameters) => {
      const { ended, output } = ssh(parameters);
      expect(await ended).not.toBe(0);
      expect(output()).toMatch(/forwarding failed|session request failed|administratively prohibited|open failed/);
      expect(output()).not.toContain("uid=");
    });

    test.each([
      ["TCP", "refused local port forward"],
      ["socket", "refused streamlocal port forward"],
    ])("a key doesn't permit connections from the forwarder: %s", async (kind, refusal) => {
      const forwarded = tunnel(0);
      await until(async () => (await ask(socket)) === "first");
      const local = await freePort();
      const to = kind === "TCP" ? `127.0.0.1:${(signers[0]!.address() as AddressInfo).port}` : socket;
      const { process, ended } = ssh(["-N", "-L", `${local}:${to}`, ""]);
      await until(async () => (await ask(local)) !== undefined);
      expect(await ask(local)).toBe("");
      expect(sshd.log()).toContain(refusal);
      for (const tunnelProcess of [process, forwarded.process]) tunnelProcess.kill();
      await Promise.all([ended, forwarded.ended]);
    });

    test("another key is rejected", async () => {
      const { ended, output } = ssh(["-N", ""], "stranger");
      expect(await ended).toBe(255);
      expect(output()).toContain("Permission denied (publickey)");
    });
  }),
);

/** The answer from a socket or port; "" if it closes without one, undefined if nothing listens. */
function ask(where: string | number): Promise<string | undefined> {
  return new Promise((resolve) => {
    let body = "";
    const socket = typeof where === "string" ? connect(where) : connect(where, "127.0.0.1");
    socket.on("data", (chunk) => (body += chunk.toString()));
    socket.on("error", () => resolve(undefined)).on("close", () => resolve(body));
    socket.setTimeout(500, () => socket.destroy());
  });
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await condition()); tries++) {
    if (tries === 100) throw new Error(`never true: ${condition.toString()}`);
    await pause(100);
  }
}

/** A stand-in for a signer, which answers each connection with its name. */
function answering(name: string): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.on("error", () => undefined).end(name));
    server.listen(0, "127.0.0.1", () => resolve(server));
  });
}
