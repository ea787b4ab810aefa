import { exampleInput } from "../../../../laboratory/examples";
import { findingsOf, found } from "../../../support/findings";

const key = exampleInput().signers[0]!.sshPublicKey;
const blob = key.split(" ")[1]!;
const signer = "signers[0].sshPublicKey";
const host = "forwarders.hostPublicKey";
// Created by ssh-keygen; the private keys have been destroyed.
const rsa2048 =
  "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQCaEf2yDjKN1C/gJS2t/PmSWwNjrfcE5jrJg751H3gqroh2Ai6KGoEMzIrEN+hHxc5YkM/0l6nnZj1oWo6GmdIltfaB+foLfSEsVo/Ia/gaBnWLnHstZJnjZUSEpB6QbHzyrPwvyjsCfSD/s16+ozPsgHj48GgKj6j4abVkKCYZOo7L1FcV7CmhJmd9WEfahukKA0uSbaGSib5rsrpn604R2n22o4y8Tl53jaWtjmse9iBKigYbh4Jeo3m0n1fXP7Z/koz3h+Y0skpaFhS0LPvd565k7AYFAUk0mLmOdhLcWaGG/3Ap8QEAJVNhlqa0+8vBVu60ly6GG2wmHXGx2Ljz";
const ecdsa =
  "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBJixh3/4JngFkJ/cKQjLnZBAkM6nLIsMjYv/kFC6u6SkpKm526AZ/ZlWA+6SZmf+uPeuN1sIgZWHVtvgqPFFN+M=";

const field = (data: Buffer) => Buffer.concat([Buffer.from([0, 0, data.length >> 8, data.length & 255]), data]);
const encoded = (...fields: (Buffer | string)[]) =>
  Buffer.concat(fields.map((data) => field(Buffer.from(data)))).toString("base64");
const rsa1024 = `ssh-rsa ${encoded("ssh-rsa", Buffer.from([1, 0, 1]), Buffer.concat([Buffer.from([0]), Buffer.alloc(128, 255)]))}`;

test.each([
  [
    "something that is not a key",
    "AAAA",
    'must be an ssh public key, is "AAAA". Copy the line from the .pub file that `ssh-keygen -t ed25519` writes',
  ],
  ["a file name", "~/.ssh/id_ed25519.pub", "must be an ssh public key, is"],
  ["options before the key", `restrict ${key}`, "must be an ssh public key, is"],
  ["two lines", `${key}\n${key}`, "must be a single line"],
  ["a truncated key", `ssh-ed25519 ${blob.slice(0, 40)}`, "is truncated or mistyped"],
  ["a key without its second word", "ssh-ed25519", "is truncated or mistyped"],
  ["a character that is not base64", key.replace("AAAAC3", "AAAA*3"), "is truncated or mistyped"],
  ["a key of 31 bytes", `ssh-ed25519 ${encoded("ssh-ed25519", Buffer.alloc(31, 7))}`, "is truncated or mistyped"],
  [
    "bytes after the key",
    `ssh-ed25519 ${encoded("ssh-ed25519", Buffer.alloc(32, 7), "x")}`,
    "is truncated or mistyped",
  ],
  ["a type different from the key's", `ssh-rsa ${blob}`, "its base64 part is a key of a different type"],
  ["a curve different from the type's", ecdsa.replace("nistp256", "nistp384"), "of a different type"],
  ["DSA", `ssh-dss ${encoded("ssh-dss", "p", "q", "g", "y")}`, "is a DSA key"],
  ["a short RSA key", rsa1024, "is an RSA key with 1024 bits, which is too short"],
  ["a key on a security key", `sk-ssh-ed25519@openssh.com ${blob}`, "must be touched at every login"],
])("refuses %s", (_title, value, message) => {
  expect(findingsOf({ [signer]: value }).problems).toEqual([found(signer, message)]);
});

test.each([rsa2048, ecdsa])("accepts a signer's key of a different type, with a warning", (value) => {
  const { problems, warnings } = findingsOf({ [signer]: value });
  expect(problems).toEqual([]);
  expect(warnings).toContainEqual(found(signer, `is of type ${value.split(" ")[0]}. It works`));
});

test("accepts only an ed25519 host key, since the forwarders' sshd supports no other", () => {
  expect(findingsOf({ [host]: rsa2048 }).problems).toEqual([found(host, "must be an ed25519 key")]);
});

test("refuses the same key in two places, even with different comments", () => {
  expect(findingsOf({ "signers[1].sshPublicKey": `ssh-ed25519 ${blob} another comment` }).problems).toEqual([
    found(
      "signers[1].sshPublicKey",
      "is already signers[0].sshPublicKey: with the same key, one Raspberry Pi could impersonate the other",
    ),
  ]);
  expect(findingsOf({ [host]: key }).problems).toEqual([
    found(host, "is already signers[0].sshPublicKey. Create a separate key for the forwarders."),
  ]);
});
