import { spawnSync } from "node:child_process";
import { release } from "node:os";
import { findProgram } from "../../needs";
import type { Laboratory } from "../../cluster/laboratory";
import type { Vm } from "../../cluster/vm";
import type { RaspberryPi } from "../../home/raspberry-pi";

/**
 * Versions of the programs that take part, by their names.
 * @param forwarder a machine with a forwarder's pod
 */
export function programVersions(lab: Laboratory, forwarder: Vm, pi: RaspberryPi): Record<string, string> {
  const inContainer = (pattern: RegExp) => ["nsenter", "--mount", `--target=${forwarder.processes(pattern)[0]}`, "--"];
  const told = (argv: readonly string[], version: RegExp) => {
    const { stdout, stderr } = spawnSync(argv[0]!, argv.slice(1), { encoding: "utf8" });
    return version.exec(stdout + stderr)?.[1] ?? "unknown";
  };
  return {
    "OpenSSH, forwarder": told([...inContainer(/sshd/), "sshd", "-V"], /OpenSSH_([^, ]+)/),
    "OpenSSH, Raspberry Pi": told([...pi.enter, "ssh", "-V"], /OpenSSH_([^, ]+)/),
    autossh: told([...pi.enter, "autossh", "-V"], /autossh (\S+)/),
    HAProxy: told([...inContainer(/^haproxy /), "haproxy", "-v"], /version ([^ -]+)/),
    "systemd, Raspberry Pi": told([...pi.enter, "systemctl", "--version"], /systemd (\d+)/),
    Kubernetes: lab.controlPlane.get(["nodes"]).items[0].status.nodeInfo.kubeletVersion,
    Prometheus: told([findProgram("prometheus")!, "--version"], /version ([^ +,]+)/),
    Linux: release(),
  };
}
