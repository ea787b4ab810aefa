import { spawnSync } from "node:child_process";
import { findProgram } from "../needs";

/**
 * A text as this machine's sshd can read it: penalties came with OpenSSH 9.8, which the forwarder's image has and Debian
 * 12 has not.
 */
export function forThisSshd(text: string): string {
  const { stderr } = spawnSync(findProgram("sshd")!, ["-V"], { encoding: "utf8" });
  const version = /OpenSSH_(\d+)\.(\d+)/.exec(stderr);
  if (!version) throw new Error(`sshd -V says no version: ${stderr}`);
  const knowsPenalties = Number(version[1]) * 100 + Number(version[2]) >= 908;
  return knowsPenalties ? text : text.replace(/^PerSourcePenalt.*$/gm, "");
}
