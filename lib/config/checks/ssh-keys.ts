import type { Findings } from "../reading/findings";
import { pathText, type Path } from "../reading/problems";
import type { Configuration } from "../schema/configuration";
import type { Readable } from "../reading/shape";
import { shown } from "../reading/values";
import { each, eachRepeated } from "./each";

/** The ssh keys of signers and forwarders: each a whole public key, each in one place. */
export function checkSshKeys({ signers, forwarders }: Readable<Configuration>, findings: Findings): void {
  const places: [Path, string | undefined][] = [
    ...each(signers).map(([index, signer]): [Path, string | undefined] => [
      ["signers", index, "sshPublicKey"],
      signer.sshPublicKey,
    ]),
    [["forwarders", "hostPublicKey"], forwarders?.hostPublicKey],
  ];
  const keys: [Path, string][] = [];
  for (const [path, value] of places) {
    if (value === undefined) continue;
    const { fault, type, blob } = readSshPublicKey(value);
    if (fault) findings.problem(path, fault);
    if (type !== undefined && type !== "ssh-ed25519") {
      if (path[0] === "forwarders")
        findings.problem(path, `must be an ed25519 key, is of type ${type}. Their sshd offers no other.`);
      else findings.warning(path, `is of type ${type}. It works; ed25519 is what everything here is tested with.`);
    }
    if (blob) keys.push([path, blob]);
  }
  // Comments differ, keys don't: only the blob tells.
  eachRepeated(keys, (path, first) =>
    findings.problem(
      path,
      path[0] === "forwarders"
        ? `is the key of ${pathText(first)}. The forwarders' host key is one of its own.`
        : `is the key of ${pathText(first)} too: who has one Raspberry Pi could stand in for the other. Run install.sh on each.`,
    ),
  );
}

interface SshPublicKey {
  readonly fault?: string;
  /** Of a key that is whole. */
  readonly type?: string;
  /** The key itself in base64. */
  readonly blob?: string;
}

const wanted = "One line as `ssh-keygen -t ed25519` writes to its .pub file: ssh-ed25519 AAAA… comment.";

function readSshPublicKey(value: string): SshPublicKey {
  const [type = "", base64 = ""] = value.trim().split(/\s+/);
  if (/[\r\n]/.test(value.trim())) return { fault: `must be one line. ${wanted}` };
  if (type === "ssh-dss") return { fault: "is a DSA key, which OpenSSH no longer takes. Make an ed25519 key." };
  if (type.startsWith("sk-"))
    return { fault: `is of type ${type}: such a token wants to be touched at each login. Make an ed25519 key.` };
  const supported = type === "ssh-ed25519" || type === "ssh-rsa" || /^ecdsa-sha2-nistp(256|384|521)$/.test(type);
  if (!supported) return { fault: `is ${shown(value)}. ${wanted}` };
  const fields = sshFields(base64);
  if (!fields) return { fault: `${shown(value)} is cut off or mistyped. ${wanted}` };
  if (fields[0]?.toString("latin1") !== type)
    return { fault: `says ${type}, but its base64 part is of another type. Copy the line again.` };
  const blob = base64.replace(/=+$/, "");
  if (type === "ssh-ed25519") {
    const whole = fields.length === 2 && fields[1]?.length === 32;
    return whole ? { type, blob } : { fault: `${shown(value)} is cut off or mistyped. ${wanted}` };
  }
  if (type === "ssh-rsa") {
    if (fields.length !== 3) return { fault: `${shown(value)} is cut off or mistyped. ${wanted}` };
    const bits = BigInt(`0x0${fields[2]?.toString("hex")}`).toString(2).length;
    if (bits < 2048) return { fault: `is an RSA key of ${bits} bits, too short to be safe. Make an ed25519 key.` };
  } else if (fields.length !== 3 || `ecdsa-sha2-${fields[1]?.toString("latin1")}` !== type) {
    return { fault: `${shown(value)} is cut off or mistyped. ${wanted}` };
  }
  return { type, blob };
}

/** The length-prefixed fields of a key blob (RFC 4253, 6.6), if they fill it exactly. */
function sshFields(base64: string): Buffer[] | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return undefined;
  const blob = Buffer.from(base64, "base64");
  const fields: Buffer[] = [];
  let offset = 0;
  while (offset < blob.length) {
    if (offset + 4 > blob.length) return undefined;
    const end = offset + 4 + blob.readUInt32BE(offset);
    if (end > blob.length) return undefined;
    fields.push(blob.subarray(offset + 4, end));
    offset = end;
  }
  return fields;
}
