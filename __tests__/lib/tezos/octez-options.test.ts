import { configurationSchema } from "../../../lib/config/schema/configuration";
import { checkCommand, octezOptionsVersion } from "../../../lib/tezos/octez-options";

const check = (line: string) => checkCommand(line.split(" "));
const baker = "octez-baker --base-dir /b run with local node /n a --liquidity-baking-toggle-vote on --without-dal";

test("is of the version that is used by default", () => {
  expect(configurationSchema.shape.tezos.shape.octezVersion.parse(undefined)).toBe(octezOptionsVersion);
});

test.each([
  baker,
  "/usr/local/bin/octez-node run --peer=a:1 --peer b:2 --data-dir=/d",
  "octez-node identity generate --data-dir /d",
  "octez-node identity generate 26 --data-dir /d",
  "octez-node snapshot info --json /f",
  "octez-signer --require-authentication --base-dir /b launch http signer --magic-bytes 0x11,0x12 --check-high-watermark",
])("accepts %s", (line) => {
  expect(check(line)).toEqual([]);
});

test.each([
  // The misspelling that has kept a baker from its first boot.
  [
    baker.replace("--base-dir", "--base_dir"),
    ["octez-baker: --base_dir is no global option", "octez-baker: knows no command /b run with local"],
  ],
  [`${baker} --base-dir /b`, ["octez-baker run with local node: --base-dir must stand before the command"]],
  [baker.replace("--base-dir", "--keep-alive --base-dir"), ["octez-baker: --keep-alive is no global option"]],
  [`${baker} --adaptive-issuance-vote on`, ["octez-baker run with local node: --adaptive-issuance-vote is unknown"]],
  [`${baker} --dal-node http://x`, ["octez-baker run with local node: wants exactly one of --dal-node, --without-dal"]],
  [
    "octez-baker run with local node /n a --without-dal",
    ["octez-baker run with local node: wants exactly one of --liquidity-baking-toggle-vote, --votefile"],
  ],
  [
    "octez-baker run with local node --without-dal --votefile f",
    ["octez-baker run with local node: NODE_DATA_PATH is missing"],
  ],
  ["octez-endorser run", ["octez-endorser is no program of Octez that is known here"]],
  ["octez-node launch", ["octez-node: knows no command launch"]],
  ["octez-node", ["octez-node: knows no command (none given)"]],
  ["octez-node run --data-dir", ["octez-node run: --data-dir wants a value"]],
  ["octez-node run --private-mode=yes", ["octez-node run: --private-mode takes no value"]],
  ["octez-node run --data-dir /a --data-dir /b", ["octez-node run: --data-dir is given twice"]],
  ["octez-node run /data", ["octez-node run: /data is too much"]],
  ["octez-node snapshot import --data-dir /a", ["octez-node snapshot import: FILE is missing"]],
])("refuses %s", (line, problems) => {
  expect(check(line)).toEqual(problems);
});
