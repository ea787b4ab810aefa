import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import { describeReal } from "../support/real";
import { packageRoot } from "../../lib/package-root";

const script = join(packageRoot, "raspberry-pi/files/usr/local/lib/tezos-signer/uplinks");

describeReal("uplinks, in a network namespace", { programs: ["ip"], root: true, linux: true }, () => {
  const namespace = `uplinks-${process.pid}`;
  const ip = (command: string) =>
    execFileSync("ip", ["-n", namespace, ...command.split(" ")], { encoding: "utf8", stdio: "pipe" });
  let marks: string;
  let child: ChildProcess | undefined;
  let ended: Promise<unknown>;

  beforeEach(() => {
    marks = mkdtempSync(join(tmpdir(), "uplinks-"));
    execFileSync("ip", ["netns", "add", namespace]);
    for (const name of ["eth0", "wwan0"]) addInterface(name);
    child = undefined;
  });
  afterEach(async () => {
    await stop();
    execFileSync("ip", ["netns", "delete", namespace]);
    rmSync(marks, { recursive: true });
  });

  // One end of a virtual cable whose other end is up.
  function addInterface(name: string) {
    ip(`link add ${name} type veth peer name ${name}far`);
    ip(`link set ${name}far up`);
  }

  async function stop() {
    if (child?.pid) process.kill(-child.pid, "SIGKILL");
    await ended;
    child = undefined;
  }

  function start(uplinks = "eth0 wwan0") {
    child = spawn("ip", ["netns", "exec", namespace, script], {
      env: {
        PATH: process.env["PATH"],
        UPLINKS: uplinks,
        FORWARDERS: "203.0.113.11 203.0.113.12",
        RUNTIME_DIRECTORY: marks,
      },
      stdio: "ignore",
      detached: true,
    });
    ended = once(child, "exit");
  }

  const rules = () =>
    ip("rule")
      .split("\n")
      .filter((line) => line.startsWith("67"))
      .map((line) => line.replace(/\s+/g, " ").trim());
  /** The interface through which the kernel would send a packet with this source address. */
  const route = (from: string, to = "203.0.113.11") => {
    try {
      return / dev (\S+)/.exec(ip(`route get ${to} from ${from}`))?.[1];
    } catch {
      return "unreachable";
    }
  };
  const marked = () =>
    Object.fromEntries(readdirSync(marks).map((name) => [name, readFileSync(join(marks, name), "utf8").trim()]));

  async function eventually(expectation: () => void) {
    for (let tries = 0; ; tries++) {
      try {
        expectation();
        return;
      } catch (error) {
        if (tries > 50) throw error;
        await pause(100);
      }
    }
  }

  const up = (name: string, address: string, gateway: string, metric: number) => {
    ip(`link set ${name} up`);
    ip(`address add ${address}/24 dev ${name}`);
    ip(`route add default via ${gateway} dev ${name} metric ${metric}`);
  };

  test("follows changes of addresses, routes and interfaces, and changes nothing else", async () => {
    ip("rule add priority 5000 from 198.51.100.1 lookup 5000");
    start();
    up("eth0", "192.168.1.50", "192.168.1.1", 100);
    await eventually(() => expect(marked()).toEqual({ eth0: "192.168.1.50" }));
    up("wwan0", "10.64.0.7", "10.64.0.1", 700);
    await eventually(() => expect(marked()).toEqual({ eth0: "192.168.1.50", wwan0: "10.64.0.7" }));
    expect([route("192.168.1.50"), route("10.64.0.7")]).toEqual(["eth0", "wwan0"]);
    // Packets to other addresses than the forwarders' take the main table's first route.
    expect(route("10.64.0.7", "198.51.100.9")).toBe("eth0");

    // DHCP assigns another address and another gateway.
    ip("address del 10.64.0.7/24 dev wwan0");
    up("wwan0", "10.99.0.8", "10.99.0.1", 700);
    await eventually(() => expect(marked()["wwan0"]).toBe("10.99.0.8"));
    await eventually(() => expect(rules().filter((rule) => rule.includes("10.64.0.7"))).toEqual([]));
    expect(ip("route show table 6732")).toContain("default via 10.99.0.1 dev wwan0");

    // The route is removed, the address stays: no packet of this uplink leaves through the other one.
    ip("route del default dev wwan0");
    await eventually(() => expect(marked()).toEqual({ eth0: "192.168.1.50" }));
    await eventually(() => expect(route("10.99.0.8")).toBe("unreachable"));

    ip("link del eth0");
    await eventually(() => expect(marked()).toEqual({}));
    await eventually(() => expect(rules().filter((rule) => rule.startsWith("6731"))).toEqual([]));
    addInterface("eth0");
    up("eth0", "192.168.7.2", "192.168.7.1", 100);
    await eventually(() => expect(marked()).toEqual({ eth0: "192.168.7.2" }));
    expect(route("192.168.7.2")).toBe("eth0");
    expect(ip("rule")).toContain("198.51.100.1");
  });

  test("removes the rules of an uplink that is no longer configured, and `clear` removes all", async () => {
    up("eth0", "192.168.1.50", "192.168.1.1", 100);
    up("wwan0", "10.64.0.7", "10.64.0.1", 700);
    start();
    await eventually(() => expect(rules()).toHaveLength(4));
    await stop();
    start("eth0");
    await eventually(() => expect(rules()).toHaveLength(2));
    expect(rules().every((rule) => rule.includes("192.168.1.50"))).toBe(true);
    await stop();
    execFileSync("ip", ["netns", "exec", namespace, script, "clear"], {
      env: { PATH: process.env["PATH"], UPLINKS: "", FORWARDERS: "", RUNTIME_DIRECTORY: marks },
    });
    expect(rules()).toEqual([]);
  });
});
