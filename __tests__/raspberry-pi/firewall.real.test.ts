import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { firewallRules } from "../../raspberry-pi/firewall";
import { settingsFolder } from "../../raspberry-pi/paths";
import { exampleConfiguration } from "../../laboratory/examples";
import { describeReal } from "../support/real";

/** sshd's, one of the owner's own, the signer's, its health endpoint's, and one that somebody has left open. */
const ports = [22, 2222, 6732, 6733, 8080];

/** Listens at all of these ports, on every address, by TCP and UDP. */
const listener = `
import selectors, socket, sys
chosen = selectors.DefaultSelector()
for port in map(int, sys.argv[1:]):
    tcp = socket.create_server(("", port), family=socket.AF_INET6, dualstack_ipv6=True, backlog=64)
    udp = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM); udp.setsockopt(41, 26, 0); udp.bind(("::", port))
    for each in (tcp, udp): chosen.register(each, selectors.EVENT_READ)
print("ready", flush=True)
while True:
    for key, _ in chosen.select():
        if key.fileobj.type == socket.SOCK_STREAM: key.fileobj.accept()[0].close()
        else: key.fileobj.sendto(b"!", key.fileobj.recvfrom(9)[1])
`;
/** Prints what answers, at once to all: "tcp 22". */
const prober = `
import socket, sys, threading
source, target, *ports = sys.argv[1:]
family, kind, protocol, _, address = socket.getaddrinfo(target, 1)[0]
found = []
def probe(kind, name, port):
    with socket.socket(family, kind) as asked:
        asked.settimeout(1.5)
        try:
            if source != "-": asked.bind((source, 0))
            asked.connect((address[0], port, *address[2:]))
            if kind == socket.SOCK_DGRAM:
                asked.send(b"?"); asked.recv(9)
            found.append(f"{name} {port}")
        except OSError: pass
threads = [threading.Thread(target=probe, args=(kind, name, int(port))) for port in ports
    for kind, name in ((socket.SOCK_STREAM, "tcp"), (socket.SOCK_DGRAM, "udp"))]
for thread in threads: thread.start()
for thread in threads: thread.join()
print("\\n".join(sorted(found)))
`;

describeReal(
  "the firewall, against real packets",
  { programs: ["ip", "nft", "ping", "python3"], root: true, linux: true },
  () => {
    // Names of at most 15 letters for its cables.
    const [pi, lan, lte] = ["pi", "lan", "lte"].map((name) => `fw-${process.pid}-${name}`) as [string, string, string];
    let folder: string;
    const listeners: ChildProcess[] = [];
    const ip = (command: string) => execFileSync("ip", command.split(" "), { encoding: "utf8" });
    const within = (namespace: string, ...argv: string[]) =>
      execFileSync("ip", ["netns", "exec", namespace, ...argv], {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "pipe"],
      });
    const load = () => within(pi, "nft", "-f", join(folder, "firewall.nft"));
    /** What of the ports a probe from there reaches. */
    const open = (namespace: string, target: string, source = "-") =>
      within(namespace, "python3", "-c", prober, source, target, ...ports.map(String))
        .split("\n")
        .filter(Boolean);

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), "firewall-"));
      const configuration = exampleConfiguration();
      writeFileSync(
        join(folder, "firewall.nft"),
        firewallRules(configuration.signers[0]!).replace(`${settingsFolder}/firewall.d`, folder + "/own"),
      );
      execFileSync("mkdir", [join(folder, "own")]);
      for (const name of [pi, lan, lte]) {
        ip(`netns add ${name}`);
        ip(`-n ${name} link set lo up`);
      }
      const cable = (name: string, there: string, network: string) => {
        ip(`-n ${pi} link add ${name} type veth peer name far netns ${there}`);
        ip(`-n ${pi} address add ${network}.50/24 dev ${name}`);
        ip(`-n ${there} address add ${network}.1/24 dev far`);
        for (const [where, device] of [
          [pi, name],
          [there, "far"],
        ])
          ip(`-n ${where} link set ${device} up`);
      };
      cable("eth0", lan, "192.168.1");
      cable("wwan0", lte, "10.64.0");
      // Somebody in the same network who pretends to come from the internet.
      ip(`-n ${lan} address add 198.51.100.9/32 dev far`);
      ip(`-n ${pi} route add 198.51.100.9 dev eth0`);
      for (const there of [lan, pi])
        ip(`-n ${there} address add fd00::${there === pi ? 50 : 1}/64 dev ${there === pi ? "eth0" : "far"} nodad`);
      for (const where of [pi, lan]) {
        const child = spawn("ip", ["netns", "exec", where, "python3", "-c", listener, ...ports.map(String)], {
          stdio: ["ignore", "pipe", "inherit"],
        });
        listeners.push(child);
        await once(child.stdout!, "data");
      }
    });
    afterAll(async () => {
      for (const child of listeners) {
        child.kill("SIGKILL");
        await once(child, "exit");
      }
      for (const name of [pi, lan, lte]) ip(`netns delete ${name}`);
      rmSync(folder, { recursive: true, force: true });
    });

    const everything = ports.flatMap((port) => [`tcp ${port}`, `udp ${port}`]).sort();

    test("without it every port answers: the probes see what there is", () => {
      expect(open(lan, "192.168.1.50")).toEqual(everything);
      expect(open(lte, "10.64.0.50")).toEqual(everything);
    });

    test("lets in ssh from a local network, and nothing else", () => {
      load();
      expect(open(lan, "192.168.1.50")).toEqual(["tcp 22"]);
      expect(open(lan, "fd00::50")).toEqual(["tcp 22"]);
    });

    test("lets in nothing from the internet, nor from a metered uplink's neighbours", () => {
      expect(open(lan, "192.168.1.50", "198.51.100.9")).toEqual([]);
      expect(open(lte, "10.64.0.50")).toEqual([]);
    });

    test("leaves what goes out, and its answers, and the machine's own loopback alone", () => {
      expect(open(pi, "192.168.1.1")).toEqual(everything);
      expect(open(pi, "127.0.0.1")).toEqual(everything);
      expect(within(lan, "ping", "-c", "1", "-W", "2", "192.168.1.50")).toContain(" 0% packet loss");
    });

    test("a rule of the owner's lets in what it names; a wrong one changes nothing", () => {
      writeFileSync(join(folder, "own/mine.nft"), "tcp dport 2222 accept\n");
      load();
      expect(open(lan, "192.168.1.50", "198.51.100.9")).toEqual(["tcp 2222"]);
      writeFileSync(join(folder, "own/mine.nft"), "tcp dport nonsense accept\n");
      expect(load).toThrow(/nonsense/);
      expect(open(lan, "192.168.1.50", "198.51.100.9")).toEqual(["tcp 2222"]);
    });
  },
);
