import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exampleConfiguration } from "../../laboratory/examples";
import { uplinksSysctl } from "../../raspberry-pi/uplinks";
import { describeReal } from "../support/real";

const systemdSysctl = "/lib/systemd/systemd-sysctl";

describeReal("kernel settings of a VLAN", { programs: ["ip", systemdSysctl], root: true, linux: true }, () => {
  const namespace = `vlan-${process.pid}`;
  const folder = mkdtempSync(join(tmpdir(), "vlan-"));
  const ip = (...parameters: string[]) => execFileSync("ip", parameters, { encoding: "utf8" });
  const inside = (...command: string[]) => ip("netns", "exec", namespace, ...command);

  beforeAll(() => ip("netns", "add", namespace));
  afterAll(() => {
    ip("netns", "delete", namespace);
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(["eth0.10", "cl-wwan0", "enX0"])("systemd applies them to %s", (name) => {
    const [signer] = exampleConfiguration((input) => {
      input.signers[0]!.uplinks = [{ name }];
    }).signers;
    const file = join(folder, `${name}.conf`);
    writeFileSync(file, uplinksSysctl(signer!));
    inside("ip", "link", "add", name, "type", "veth", "peer", "name", `peer-${name.slice(0, 8)}`);
    inside(systemdSysctl, file);
    const settings = ["rp_filter", "arp_ignore", "arp_announce"].map(
      (setting) => `/proc/sys/net/ipv4/conf/${name}/${setting}`,
    );
    expect(inside("cat", ...settings)).toBe("2\n1\n2\n");
  });
});
