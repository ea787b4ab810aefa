import type { Findings } from "../reading/findings";
import { pathText, type Path } from "../reading/problems";
import type { Configuration } from "../schema/configuration";
import type { Readable } from "../reading/shape";
import { shown } from "../reading/values";
import { each, eachRepeated } from "./each";

/** The ssh keys of signers and forwarders: each a valid public key, and used only once. */
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
        findings.problem(path, `must be an ed25519 key, is of type ${type}. The forwarders' sshd supports no other.`);
      else findings.warning(path, `is of type ${type}. It works, but only ed25519 keys are tested.`);
    }
    if (blob) keys.push([path, blob]);
  }
  // Only the keys are compared, not their comments.
  eachRepeated(keys, (path, first) =>
    findings.problem(
      path,
      path[0] === "forwarders"
        ? `is already ${pathText(first)}. Create a separate key for the forwarders.`
        : `is already ${pathText(first)}: with the same key, one Raspberry Pi could impersonate the other. Run install.sh on each of them.`,
    ),
  );
}

interface SshPublicKey {
  readonly fault?: string;
  /** Of a valid key. */
  readonly type?: string;
  /** Of a valid key: the key itself, in base64. */
  readonly blob?: string;
}

const howToGetKey = "Copy the line from the .pub file that `ssh-keygen -t ed25519` writes: ssh-ed25519 AAAA… comment.";

function readSshPublicKey(value: string): SshPublicKey {
  const [type = "", base64 = ""] = value.trim().split(/\s+/);
  if (/[\r\n]/.test(value.trim())) return { fault: `must be a single line. ${howToGetKey}` };
  // https://www.openssh.com/txt/release-10.0
  if (type === "ssh-dss") return { fault: "is a DSA key, which OpenSSH no longer supports. Create an ed25519 key." };
  if (type.startsWith("sk-"))
    return { fault: `is of type ${type}: such a security key must be touched at every login. Create an ed25519 key.` };
  const supported = type === "ssh-ed25519" || type === "ssh-rsa" || /^ecdsa-sha2-nistp(256|384|521)$/.test(type);
  if (!supported) return { fault: `must be an ssh public key, is ${shown(value)}. ${howToGetKey}` };
  const fields = sshFields(base64);
  if (!fields) return { fault: `${shown(value)} is truncated or mistyped. ${howToGetKey}` };
  if (fields[0]?.toString("latin1") !== type)
    return { fault: `begins with ${type}, but its base64 part is a key of a different type. Copy the line again.` };
  const blob = base64.replace(/=+$/, "");
  if (type === "ssh-ed25519") {
    const isValid = fields.length === 2 && fields[1]?.length === 32;
    return isValid ? { type, blob } : { fault: `${shown(value)} is truncated or mistyped. ${howToGetKey}` };
  }
  if (type === "ssh-rsa") {
    if (fields.length !== 3) return { fault: `${shown(value)} is truncated or mistyped. ${howToGetKey}` };
    const bits = BigInt(`0x0${fields[2]?.toString("hex")}`).toString(2).length;
    if (bits < 2048)
      return { fault: `is an RSA key with ${bits} bits, which is too short to be secure. Create an ed25519 key.` };
  } else if (fields.length !== 3 || `ecdsa-sha2-${fields[1]?.toString("latin1")}` !== type) {
    return { fault: `${shown(value)} is truncated or mistyped. ${howToGetKey}` };
  }
  return { type, blob };
}

/**
 * The length-prefixed fields of a key blob, or undefined if they don't fill it exactly.
 * https://www.rfc-editor.org/rfc/rfc4253#section-6.6
 */
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
