import { spawnSync } from "node:child_process";
import { findProgram } from "../needs";

/**
 * Removes from an sshd_config what this host's sshd does not support: PerSourcePenalties came with OpenSSH 9.8
 * (https://www.openssh.com/txt/release-9.8), which the forwarder's image has, but Debian 12 has not.
 */
export function forHostSshd(text: string): string {
  const { stderr } = spawnSync(findProgram("sshd")!, ["-V"], { encoding: "utf8" });
  const version = /OpenSSH_(\d+)\.(\d+)/.exec(stderr);
  if (!version) throw new Error(`sshd -V prints no version: ${stderr}`);
  const supportsPenalties = Number(version[1]) * 100 + Number(version[2]) >= 908;
  return supportsPenalties ? text : text.replace(/^PerSourcePenalt.*$/gm, "");
}
