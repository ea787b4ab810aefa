import { exampleInput } from "../../../../laboratory/examples";
import { findingsOf, found } from "../../../support/findings";

const key = exampleInput().signers[0]!.sshPublicKey;
const blob = key.split(" ")[1]!;
const signer = "signers[0].sshPublicKey";
const host = "forwarders.hostPublicKey";
// Made by ssh-keygen; private halves thrown away.
const rsa2048 =
  "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQCaEf2yDjKN1C/gJS2t/PmSWwNjrfcE5jrJg751H3gqroh2Ai6KGoEMzIrEN+hHxc5YkM/0l6nnZj1oWo6GmdIltfaB+foLfSEsVo/Ia/gaBnWLnHstZJnjZUSEpB6QbHzyrPwvyjsCfSD/s16+ozPsgHj48GgKj6j4abVkKCYZOo7L1FcV7CmhJmd9WEfahukKA0uSbaGSib5rsrpn604R2n22o4y8Tl53jaWtjmse9iBKigYbh4Jeo3m0n1fXP7Z/koz3h+Y0skpaFhS0LPvd565k7AYFAUk0mLmOdhLcWaGG/3Ap8QEAJVNhlqa0+8vBVu60ly6GG2wmHXGx2Ljz";
const ecdsa =
  "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBJixh3/4JngFkJ/cKQjLnZBAkM6nLIsMjYv/kFC6u6SkpKm526AZ/ZlWA+6SZmf+uPeuN1sIgZWHVtvgqPFFN+M=";

const field = (data: Buffer) => Buffer.concat([Buffer.from([0, 0, data.length >> 8, data.length & 255]), data]);
const encoded = (...fields: (Buffer | string)[]) =>
  Buffer.concat(fields.map((data) => field(Buffer.from(data)))).toString("base64");
const rsa1024 = `ssh-rsa ${encoded("ssh-rsa", Buffer.from([1, 0, 1]), Buffer.concat([Buffer.from([0]), Buffer.alloc(128, 255)]))}`;

test.each([
  ["what is no key", "AAAA", 'is "AAAA". One line as `ssh-keygen -t ed25519` writes'],
  ["a file name", "~/.ssh/id_ed25519.pub", "One line as"],
  ["options before the key", `restrict ${key}`, "One line as"],
  ["two lines", `${key}\n${key}`, "must be one line"],
  ["a key that is cut off", `ssh-ed25519 ${blob.slice(0, 40)}`, "is cut off or mistyped"],
  ["a key without its second word", "ssh-ed25519", "is cut off or mistyped"],
  ["a letter that base64 hasn't", key.replace("AAAAC3", "AAAA*3"), "is cut off or mistyped"],
  ["a key of 31 bytes", `ssh-ed25519 ${encoded("ssh-ed25519", Buffer.alloc(31, 7))}`, "is cut off or mistyped"],
  ["bytes after the key", `ssh-ed25519 ${encoded("ssh-ed25519", Buffer.alloc(32, 7), "x")}`, "is cut off or mistyped"],
  ["a type that isn't the key's", `ssh-rsa ${blob}`, "its base64 part is of another type"],
  ["another curve than the type says", ecdsa.replace("nistp256", "nistp384"), "of another type"],
  ["DSA", `ssh-dss ${encoded("ssh-dss", "p", "q", "g", "y")}`, "is a DSA key"],
  ["a short RSA key", rsa1024, "is an RSA key of 1024 bits, too short"],
  ["a key on a token", `sk-ssh-ed25519@openssh.com ${blob}`, "wants to be touched at each login"],
])("refuses %s", (_title, value, message) => {
  expect(findingsOf({ [signer]: value }).problems).toEqual([found(signer, message)]);
});

test.each([rsa2048, ecdsa])("takes a signer's key of another type, with a warning", (value) => {
  const { problems, warnings } = findingsOf({ [signer]: value });
  expect(problems).toEqual([]);
  expect(warnings).toContainEqual(found(signer, `is of type ${value.split(" ")[0]}. It works`));
});

test("takes only an ed25519 host key, since the forwarders' sshd offers no other", () => {
  expect(findingsOf({ [host]: rsa2048 }).problems).toEqual([found(host, "must be an ed25519 key")]);
});

test("refuses one key in two places, whatever the comment", () => {
  expect(findingsOf({ "signers[1].sshPublicKey": `ssh-ed25519 ${blob} another comment` }).problems).toEqual([
    found("signers[1].sshPublicKey", "is the key of signers[0].sshPublicKey too"),
  ]);
  expect(findingsOf({ [host]: key }).problems).toEqual([found(host, "is the key of signers[0].sshPublicKey")]);
});
