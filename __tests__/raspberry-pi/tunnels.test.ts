import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, request } from "node:http";
import { createServer as createTcpServer, type AddressInfo } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { socketFolder, sshUser } from "../../lib/config/facts/signer-path";
import { knownHosts, sshPrivateKey } from "../../raspberry-pi/paths";
import { knownHostsText, sshConfig, tunnelsOf } from "../../raspberry-pi/tunnels";
import { exampleConfiguration } from "../../laboratory/examples";
import { findProgram } from "../../laboratory/needs";
import { describeReal } from "../support/real";

const configuration = exampleConfiguration();
const signer = configuration.signers[0]!;
const tunnels = tunnelsOf(configuration, signer);

test("one tunnel for each forwarder and uplink, named after both", () => {
  expect(tunnels.map(({ instance, address, port }) => `${instance} ${address}:${port}`)).toEqual([
    "1-eth0 203.0.113.11:58255",
    "1-wwan0 203.0.113.11:58255",
    "2-eth0 203.0.113.12:58255",
    "2-wwan0 203.0.113.12:58255",
  ]);
});

test("keep-alives are rare on a metered uplink", () => {
  const interval = (index: number) => /ServerAliveInterval (\d+)/.exec(sshConfig(tunnels[index]!, signer))?.[1];
  expect([interval(0), interval(1)]).toEqual(["1", "15"]);
});

test("known_hosts has port 22 without brackets, as ssh expects it", () => {
  expect(knownHostsText(configuration, { ...signer, sshPort: 22 })).toMatch(/^203\.0\.113\.11 ssh-ed25519 \S+\n/);
});

test("known_hosts omits the host key's comment", () => {
  expect(
    knownHostsText(configuration, signer)
      .trim()
      .split("\n")
      .map((line) => line.split(" ").length),
  ).toEqual([3, 3]);
});

describeReal("ssh's configuration, read by ssh", { programs: ["ssh"] }, () => {
  test.each(tunnels.map((tunnel) => [tunnel.instance, tunnel] as const))("%s", (_, tunnel) => {
    const folder = mkdtempSync(join(tmpdir(), "ssh-config-"));
    writeFileSync(join(folder, "config"), sshConfig(tunnel, signer));
    const { stdout, stderr, status } = spawnSync("ssh", ["-G", "-F", join(folder, "config"), "forwarder"], {
      encoding: "utf8",
    });
    rmSync(folder, { recursive: true });
    expect([status, stderr]).toEqual([0, ""]);
    const lines = stdout.split("\n");
    for (const expected of [
      `hostname ${tunnel.address}`,
      `bindinterface ${tunnel.uplink.name}`,
      "stricthostkeychecking true",
      "exitonforwardfailure yes",
      `remoteforward ${socketFolder}/${tunnel.uplink.name}.sock [127.0.0.1]:6732`,
      `remoteforward ${socketFolder}/${tunnel.uplink.name}.health.sock [127.0.0.1]:6733`,
      "hostkeyalgorithms ssh-ed25519",
      "identitiesonly yes",
      "forwardagent no",
      "sessiontype none",
    ]) {
      expect(lines).toContain(expected);
    }
  });
});

// The forwarder's sshd runs as an unprivileged user. The generated configuration is changed only where this host differs:
// in the address, the user `signer`, the interface and the files' paths.
describeReal("a tunnel through a real sshd", { programs: ["ssh", "sshd", "ssh-keygen"], linux: true }, () => {
  let folder: string;
  const stops: (() => unknown)[] = [];
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "tunnel-"))));
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const sockets = () => join(folder, "sockets");

  function start(program: string, args: string[]): ChildProcess {
    const child = spawn(findProgram(program)!, args, { stdio: ["ignore", "ignore", "pipe"] });
    const ended = once(child, "exit");
    stops.push(async () => {
      child.kill("SIGKILL");
      await ended;
    });
    return child;
  }

  function makeKey(name: string): string {
    spawnSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(folder, name)]);
    return readFileSync(join(folder, `${name}.pub`), "utf8").trim();
  }

  async function startServer(): Promise<number> {
    const server = createServer((_, response) => response.end('{"signature":"edsig"}'));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    stops.push(() => new Promise((resolve) => server.close(resolve)));
    return (server.address() as AddressInfo).port;
  }

  async function startForwarder(hostKey: string, authorized: string) {
    const probe = createTcpServer().listen(0, "127.0.0.1");
    await once(probe, "listening");
    const { port } = probe.address() as AddressInfo;
    await new Promise((resolve) => probe.close(resolve));
    spawnSync("mkdir", ["-p", sockets()]);
    if (process.getuid?.() === 0) spawnSync("mkdir", ["-p", "/run/sshd"]);
    writeFileSync(
      join(folder, "authorized_keys"),
      `restrict,port-forwarding,permitlisten="127.0.0.1:1" ${authorized}\n`,
    );
    const config = [
      `Port ${port}`,
      "ListenAddress 127.0.0.1",
      `HostKey ${join(folder, hostKey)}`,
      `AuthorizedKeysFile ${join(folder, "authorized_keys")}`,
      "PidFile none",
      "UsePAM no",
      "StrictModes no",
      "AllowTcpForwarding remote",
      "PermitListen 127.0.0.1:1",
      "PermitOpen none",
      "MaxSessions 0",
      "AllowStreamLocalForwarding remote",
      "StreamLocalBindUnlink yes",
      "PermitRootLogin prohibit-password",
    ];
    writeFileSync(join(folder, "sshd_config"), `${config.join("\n")}\n`);
    const sshd = start("sshd", ["-D", "-e", "-f", join(folder, "sshd_config")]);
    await new Promise<void>((resolve) =>
      sshd.stderr!.on("data", (data: Buffer) => data.includes("listening") && resolve()),
    );
    return port;
  }

  function dial(signerPort: number, sshPort: number, hostPublicKey: string): ChildProcess {
    const local = exampleConfiguration((input) => {
      input.forwarders!.hostPublicKey = hostPublicKey;
      input.signers[0]!.port = signerPort;
    });
    local.forwarders.addresses = ["127.0.0.1"];
    const dialler = { ...local.signers[0]!, sshPort };
    writeFileSync(join(folder, "known_hosts"), knownHostsText(local, dialler));
    const text = sshConfig(tunnelsOf(local, dialler)[0]!, dialler)
      .replace(`User ${sshUser}`, `User ${userInfo().username}`)
      .replace(/^ *BindInterface .*$/m, "")
      .replace(knownHosts, join(folder, "known_hosts"))
      .replace(sshPrivateKey, join(folder, "client"))
      .replaceAll(socketFolder, sockets());
    writeFileSync(join(folder, "ssh_config"), text);
    return start("ssh", ["-N", "-F", join(folder, "ssh_config"), "forwarder"]);
  }

  const ask = (socket: string) =>
    new Promise<string>((resolve, reject) => {
      const asked = request({ socketPath: join(sockets(), socket), path: "/keys/tz1" }, (response) => {
        let body = "";
        response.on("data", (data: Buffer) => (body += data.toString())).on("end", () => resolve(body));
      });
      asked.setTimeout(1000, () => asked.destroy(new Error("no answer")));
      asked.on("error", reject).end();
    });

  async function askUntilAnswered(socket: string): Promise<string> {
    for (let tries = 0; ; tries++) {
      try {
        return await ask(socket);
      } catch (error) {
        if (tries > 50) throw error;
        await pause(100);
      }
    }
  }

  test("forwards a request from the forwarder's socket; a second session takes over the sockets", async () => {
    const hostPublicKey = makeKey("host");
    const sshPort = await startForwarder("host", makeKey("client"));
    const signerPort = await startServer();
    const dead = dial(signerPort, sshPort, hostPublicKey);
    expect(await askUntilAnswered("eth0.sock")).toBe('{"signature":"edsig"}');
    // As if the path drops all packets: sshd still has its session.
    dead.kill("SIGSTOP");
    await expect(ask("eth0.sock")).rejects.toThrow("no answer");
    dial(signerPort, sshPort, hostPublicKey);
    expect(await askUntilAnswered("eth0.sock")).toBe('{"signature":"edsig"}');
  });

  test("refuses a forwarder with another host key", async () => {
    makeKey("host");
    const sshPort = await startForwarder("host", makeKey("client"));
    const ssh = dial(await startServer(), sshPort, makeKey("other"));
    let output = "";
    ssh.stderr!.on("data", (data: Buffer) => (output += data.toString()));
    const [code] = (await once(ssh, "exit")) as [number];
    expect(code).toBe(255);
    expect(output).toContain("Host key verification failed");
    expect(existsSync(join(sockets(), "eth0.sock"))).toBe(false);
  });

  test("exits if a forward is refused", async () => {
    const hostPublicKey = makeKey("host");
    const sshPort = await startForwarder("host", makeKey("client"));
    rmSync(sockets(), { recursive: true });
    const ssh = dial(await startServer(), sshPort, hostPublicKey);
    const [code] = (await once(ssh, "exit")) as [number];
    expect(code).toBe(255);
  });
});
