import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../../../lib/package-root";
import { followed, problemsOf, suggestionIn } from "../../../support/fixes";

const example = (file: string) => readFileSync(join(packageRoot, "config", file), "utf8");

/** An example file in which a text has been replaced. */
function changed(file: string, from: string, to: string): string {
  const text = example(file);
  if (text.split(from).length !== 2) throw new Error(`${from} is not once in ${file}`);
  return text.replace(from, to);
}

/** What is written, in which file instead of what, and what the message suggests. */
const suggested: readonly (readonly [file: string, from: string, to: string, suggestion: string])[] = [
  ["hodl-farm.yaml", 'octezVersion: "25.1"', "octezVersion: 25.10", '"25.10"'],
  ["hodl-farm.yaml", 'octezVersion: "25.1"', "octezVersion: 25.1", '"25.1"'],
  ["hodl-farm.yaml", 'octezVersion: "25.1"', "octezVersion: 25", '"25.0"'],
  ["hodl-farm.yaml", 'octezVersion: "25.1"', 'octezVersion: "25"', '"25.0"'],
  ["hodl-farm.yaml", 'octezVersion: "25.1"', "octezVersion: v25.1", '"25.1"'],
  ["shadownet.yaml", "name: eth0", "name: eth 0", '"eth0"'],
  ["hodl-farm.yaml", 'octezVersion: "25.1"', 'octezVersion: "25.1,"', '"25.1"'],
  ["hodl-farm.yaml", 'octezVersion: "25.1"', "octezVersion: “25.1”", '"25.1"'],
  ["hodl-farm.yaml", "owner: hodl-farm", "owner: 007", '"007"'],
  ["hodl-farm.yaml", "owner: hodl-farm", "owner: 1e3", '"1e3"'],
  ["hodl-farm.yaml", "owner: hodl-farm", "owner: true", '"true"'],
  ["hodl-farm.yaml", "owner: hodl-farm", "owner: Me", '"me"'],
  ["hodl-farm.yaml", "owner: hodl-farm", "Owner: me", '"owner"'],
  ["hodl-farm.yaml", "owner: hodl-farm", "cost centre: me", '"cost-centre"'],
  ["shadownet.yaml", "name: shadownet", "name: My_Baker", '"my-baker"'],
  ["shadownet.yaml", "size: small", "size: Small", '"small"'],
  ["shadownet.yaml", "size: small", "size: small,", '"small"'],
  ["shadownet.yaml", "size: small", "sise: small", '"size"'],
  ["shadownet.yaml", "network: shadownet", "network: shadowent", '"shadownet"'],
  ["shadownet.yaml", "region: us-central1", "regoin: us-central1", '"region"'],
  ["shadownet.yaml", "region: us-central1", "region: us-cental1", '"us-central1"'],
  ["hodl-farm.yaml", "[us-central1-b, us-central1-f]", "[us-central1-b]", "[us-central1-b, us-central1-a]"],
  [
    "hodl-farm.yaml",
    "[us-central1-b, us-central1-f]",
    "us-central1-b, us-central1-f",
    "[us-central1-b, us-central1-f]",
  ],
  ["hodl-farm.yaml", "[us-central1-b, us-central1-f]", "[us-centrl1-b, us-central1-f]", '"us-central1-b"'],
  ["shadownet.yaml", "signers: [pi]", "signers: pi", "[pi]"],
  ["shadownet.yaml", "signers: [pi]", "signers: [pie]", '"pi"'],
  ["shadownet.yaml", "sshPort: 58255", 'sshPort: "58255"', "remove the quotes"],
  ["shadownet.yaml", "sshPort: 58255", "sshPort: 58_255", "58255"],
  ["shadownet.yaml", "sshPort: 58255", "sshPort: 58,255", "58255"],
  ["every-option.yaml", "    dal: true\n", '    dal: "true"\n', "remove the quotes"],
  ["every-option.yaml", "    dal: true\n", "    dal: yes\n", "true"],
  ["every-option.yaml", "metered: false", "metered: off", "false"],
  ["every-option.yaml", "count: 2\n  # Disk", 'count: "2"\n  # Disk', "remove the quotes"],
  ["every-option.yaml", "diskGiB: 100", "diskGiB: 100 GiB", "100"],
  ["every-option.yaml", "diskGiB: 100", "diskGiB: 100Gi", "100"],
  ["every-option.yaml", "diskGiB: 100", "diskGiB: 100,", "100"],
  ["every-option.yaml", "enabled: true", "enabled: ture", "true"],
  ["every-option.yaml", "enabled: true", "enabled: true,", "true"],
  [
    "every-option.yaml",
    "url: https://snapshots",
    "url: htps://snapshots",
    '"https://snapshots.example.com/shadownet/2026-07-21.rolling"',
  ],
  ["shadownet.yaml", "signers: [pi]", 'signers: "[pi]"', "remove the quotes"],
  ["every-option.yaml", "hours: 6", "hours: 6h", "6"],
  ["every-option.yaml", "slowestSignatureSeconds: 0.4", "slowestSignatureSeconds: 0.4s", "0.4"],
  ["every-option.yaml", "bucket: my-terraform-state", "bucket: gs://my-terraform-state/", '"my-terraform-state"'],
  ["every-option.yaml", "[203.0.113.11, 203.0.113.12]", "[203.0.113.11, 203.0.113.12:58255]", '"203.0.113.12"'],
  [
    "every-option.yaml",
    "verifyUrl: https://rpc.tzkt.io/shadownet",
    "verifyUrl: rpc.tzkt.io/shadownet",
    '"https://rpc.tzkt.io/shadownet"',
  ],
  ["every-option.yaml", "- baker@hodl-farm.example", "- baker@hodl-farm.example;", '"baker@hodl-farm.example"'],
  ["every-option.yaml", "machineType: e2-standard-2", "machineType: n4-standard-2", '"e2-standard-2"'],
  ["every-option.yaml", "machineType: e2-highmem-4", "machineType: t2a-highmem-4", '"e2-highmem-4"'],
  ["every-option.yaml", "machineType: e2-highmem-4", "machineType: c3-highmem-4", '"e2-highmem-4"'],
  [
    "every-option.yaml",
    "allowedNetworks:\n    - 198.51.100.0/24",
    "allowedNetworks:\n    - 198.51.100.7/24",
    '"198.51.100.0/24"',
  ],
  [
    "every-option.yaml",
    "allowedNetworks:\n    - 198.51.100.0/24",
    "allowedNetworks:\n    - 198.51.100.7",
    '"198.51.100.7/32"',
  ],
];

test.each(suggested)("%s: instead of %j, %j is refused, and %s is what to write", (file, from, to, suggestion) => {
  const text = changed(file, from, to);
  const problem = problemsOf(text).find((each) => suggestionIn(each) !== undefined);
  expect(problem && suggestionIn(problem)).toBe(suggestion);
  expect(problemsOf(followed(text, problem!))).toEqual([]);
});

/** What can't be mended by quotes or the like: the message says what the field needs. */
test.each([
  [
    "shadownet.yaml",
    "project: my-shadownet-baker",
    "project: 123456789012",
    /must be a Google Cloud project id, not its number/,
  ],
  ["shadownet.yaml", "name: shadownet", "name: 007", /must consist of lower-case letters.*is "007"/],
  ["shadownet.yaml", "name: shadownet", "name: .nan", /must consist of lower-case letters.*is "\.nan"/],
  ["shadownet.yaml", "name: eth0", "name: .nan", /must be the name of a network interface.*is "\.nan"/],
  ["shadownet.yaml", "name: eth0", "name: -.inf", /must be the name of a network interface.*is "-\.inf"/],
  ["shadownet.yaml", "name: shadownet", "name: ~", /^has no value\. Add one\. Name of the deployment/],
  ["hodl-farm.yaml", "historyMode: rolling", "historyMode: null", /^has no value\. Add one, or remove the line\./],
  ["hodl-farm.yaml", 'octezVersion: "25.1"', "octezVersion: 24.10", /must be 25\.0 or newer, is "24\.10"/],
  ["hodl-farm.yaml", "owner: hodl-farm", "owner: 0x1F", /must consist of.*is "0x1F"/],
  ["hodl-farm.yaml", "owner: hodl-farm", "owner: .nan", /must consist of.*is "\.nan"/],
  ["hodl-farm.yaml", "owner: hodl-farm", "007: me", /must begin with a lower-case letter.*is "007"/],
  ["shadownet.yaml", "sshPort: 58255", "sshPort: .inf", /must be a number, is \.inf/],
  ["shadownet.yaml", "sshPort: 58255", "sshPort: 1e9", /must be at most 65535, is 1e9/],
  ["every-option.yaml", "count: 2\n  # Disk", "count: ~\n  # Disk", /^has no value\. Add one, or remove the line\./],
  [
    "shadownet.yaml",
    "- name: eth0",
    "-name: eth0",
    /must be a list, is a group of fields.*A space is missing after the hyphen\./,
  ],
  [
    "hodl-farm.yaml",
    "owner: hodl-farm",
    "owner:hodl-farm",
    /must be a group of fields.*A space is missing after the colon\./,
  ],
  ["shadownet.yaml", "signers: [pi]", "signers: [1]", /no signer is named "1"/],
])("%s: instead of %j, %j is refused without a suggestion that would be refused as well", (file, from, to, message) => {
  const problems = problemsOf(changed(file, from, to));
  expect(problems.map((problem) => problem.message)).toContainEqual(expect.stringMatching(message));
  for (const problem of problems) {
    expect(suggestionIn(problem)).toBeUndefined();
    expect(problem.message).not.toMatch(/put it in quotes|NaN|Infinity/);
  }
});

test("a name is not suggested where it is already used", () => {
  const problems = problemsOf(changed("shadownet.yaml", "  region: us-central1", "  region: us-central1\n  regoin: x"));
  expect(problems.map(({ path, message }) => [path, message])).toEqual([
    ["google.regoin", "is not a known field, and region is there already. Remove this line."],
  ]);
});
