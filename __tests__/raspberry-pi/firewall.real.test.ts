import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { firewallRules } from "../../raspberry-pi/firewall";
import { settingsFolder } from "../../raspberry-pi/paths";
import { exampleConfiguration } from "../../laboratory/examples";
import { describeReal } from "../support/real";

/** sshd's port, one for a rule of the owner, the signer's, its health endpoint's, and one that was left open. */
const ports = [22, 2222, 6732, 6733, 8080];

const program = (name: string) => join(__dirname, "programs", name);

describeReal(
  "the firewall, against real packets",
  { programs: ["ip", "nft", "ping", "python3"], root: true, linux: true },
  () => {
    // Short, because names of interfaces have at most 15 characters.
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
    /** The ports that a probe from a namespace reaches. */
    const open = (namespace: string, target: string, source = "-") =>
      within(namespace, "python3", program("probe-ports.py"), source, target, ...ports.map(String))
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
      // A host in the local network that spoofs an address on the internet.
      ip(`-n ${lan} address add 198.51.100.9/32 dev far`);
      ip(`-n ${pi} route add 198.51.100.9 dev eth0`);
      for (const there of [lan, pi])
        ip(`-n ${there} address add fd00::${there === pi ? 50 : 1}/64 dev ${there === pi ? "eth0" : "far"} nodad`);
      for (const where of [pi, lan]) {
        const child = spawn(
          "ip",
          ["netns", "exec", where, "python3", program("answer-on-ports.py"), ...ports.map(String)],
          {
            stdio: ["ignore", "pipe", "inherit"],
          },
        );
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

    test("without it, every port answers", () => {
      expect(open(lan, "192.168.1.50")).toEqual(everything);
      expect(open(lte, "10.64.0.50")).toEqual(everything);
    });

    test("accepts ssh from a local network, and nothing else", () => {
      load();
      expect(open(lan, "192.168.1.50")).toEqual(["tcp 22"]);
      expect(open(lan, "fd00::50")).toEqual(["tcp 22"]);
    });

    test("accepts nothing from the internet, nor from a metered uplink's network", () => {
      expect(open(lan, "192.168.1.50", "198.51.100.9")).toEqual([]);
      expect(open(lte, "10.64.0.50")).toEqual([]);
    });

    test("does not affect outgoing connections, replies or loopback", () => {
      expect(open(pi, "192.168.1.1")).toEqual(everything);
      expect(open(pi, "127.0.0.1")).toEqual(everything);
      expect(within(lan, "ping", "-c", "1", "-W", "2", "192.168.1.50")).toContain(" 0% packet loss");
    });

    test("applies the owner's rules; an invalid one changes nothing", () => {
      writeFileSync(join(folder, "own/mine.nft"), "tcp dport 2222 accept\n");
      load();
      expect(open(lan, "192.168.1.50", "198.51.100.9")).toEqual(["tcp 2222"]);
      writeFileSync(join(folder, "own/mine.nft"), "tcp dport nonsense accept\n");
      expect(load).toThrow(/nonsense/);
      expect(open(lan, "192.168.1.50", "198.51.100.9")).toEqual(["tcp 2222"]);
    });
  },
);
