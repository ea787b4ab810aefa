import { spawnSync } from "node:child_process";
import { release } from "node:os";
import { findProgram } from "../../needs";
import type { Laboratory } from "../../cluster/laboratory";
import type { Vm } from "../../cluster/vm";
import type { RaspberryPi } from "../../home/raspberry-pi";

/**
 * The versions of the programs that take part, by their names.
 * @param forwarder a VM with a forwarder's pod
 */
export function programVersions(lab: Laboratory, forwarder: Vm, pi: RaspberryPi): Record<string, string> {
  const inContainer = (pattern: RegExp) => ["nsenter", "--mount", `--target=${forwarder.processes(pattern)[0]}`, "--"];
  const version = (argv: readonly string[], pattern: RegExp) => {
    const { stdout, stderr } = spawnSync(argv[0]!, argv.slice(1), { encoding: "utf8" });
    return pattern.exec(stdout + stderr)?.[1] ?? "unknown";
  };
  return {
    "OpenSSH, forwarder": version([...inContainer(/sshd/), "sshd", "-V"], /OpenSSH_([^, ]+)/),
    "OpenSSH, Raspberry Pi": version([...pi.enter, "ssh", "-V"], /OpenSSH_([^, ]+)/),
    autossh: version([...pi.enter, "autossh", "-V"], /autossh (\S+)/),
    HAProxy: version([...inContainer(/^haproxy /), "haproxy", "-v"], /version ([^ -]+)/),
    "systemd, Raspberry Pi": version([...pi.enter, "systemctl", "--version"], /systemd (\d+)/),
    Kubernetes: lab.controlPlane.get(["nodes"]).items[0].status.nodeInfo.kubeletVersion,
    Prometheus: version([findProgram("prometheus")!, "--version"], /version ([^ +,]+)/),
    Linux: release(),
  };
}
