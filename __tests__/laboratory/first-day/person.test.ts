import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigurationText } from "../../../laboratory/first-day/person";
import { parse } from "yaml";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "person-"));
  file = join(folder, "my-baker.yaml");
});
afterEach(() => rmSync(folder, { recursive: true }));

const key = (comment: string) => `ssh-ed25519 AAAA ${comment}`;

test.each([
  [`text\n  ${key("signer@pi")}\nmore`, { signers: [{ name: "pi", sshPublicKey: key("signer@pi") }] }],
  [`${key("forwarder")}\n`, { forwarders: { hostPublicKey: key("forwarder") } }],
  [
    `forwarder_addresses = [\n  "198.19.1.2",\n  "198.19.3.4",\n]\n`,
    { forwarders: { addresses: ["198.19.1.2", "198.19.3.4"] } },
  ],
  ["forwarders.addresses: [198.19.1.2]\n", { forwarders: { addresses: ["198.19.1.2"] } }],
])("copies what was printed, once, and keeps the rest: %j", (printed, changed) => {
  writeFileSync(file, "# a comment\nname: x\nsigners:\n  - name: pi\n");
  const configuration = new ConfigurationText(file);
  expect(configuration.copyFrom(printed)).toHaveLength(1);
  expect(configuration.copyFrom(printed)).toEqual([]);
  const text = readFileSync(file, "utf8");
  expect(text).toContain("# a comment\n");
  expect(parse(text)).toEqual({ name: "x", signers: [{ name: "pi" }], ...changed });
});
