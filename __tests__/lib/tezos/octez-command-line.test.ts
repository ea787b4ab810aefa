import { checkCommand, octezCommandLine } from "../../../lib/tezos/octez-command-line";

describe("a command line", () => {
  test("has its parts in Octez's order, and options as often as they have values", () => {
    const line = octezCommandLine("octez-accuser", "run", {
      globals: { "--base-dir": "/b" },
      options: { "--keep-alive": true, "--preserved-levels": "3" },
    });
    expect(line).toEqual(["octez-accuser", "--base-dir", "/b", "run", "--keep-alive", "--preserved-levels", "3"]);
    expect(octezCommandLine("octez-node", "run", { options: { "--peer": ["a:1", "b:2"] } })).toEqual(
      "octez-node run --peer a:1 --peer b:2".split(" "),
    );
  });

  test("leaves out what is undefined or false", () => {
    const options = { "--data-dir": undefined, "--private-mode": false };
    expect(octezCommandLine("octez-node", "run", { options })).toEqual(["octez-node", "run"]);
  });

  test("with a misspelt option or a value of the wrong type doesn't compile", () => {
    // @ts-expect-error -- the misspelling that once kept a baker from starting for the first time
    expect(() => octezCommandLine("octez-accuser", "run", { globals: { "--base_dir": "/b" } })).toThrow("--base_dir");
    // @ts-expect-error -- an option of another command
    expect(() => octezCommandLine("octez-accuser", "run", { options: { "--dal-node": "x" } })).toThrow("--dal-node");
    // @ts-expect-error -- a flag takes no value
    expect(() => octezCommandLine("octez-accuser", "run", { options: { "--keep-alive": "x" } })).toThrow(
      "unexpected x",
    );
    // @ts-expect-error -- a command that doesn't exist
    expect(() => octezCommandLine("octez-accuser", "walk", {})).toThrow("has no command walk");
  });

  test("without a required parameter is refused at synth", () => {
    expect(() => octezCommandLine("octez-node", "snapshot info", { options: { "--json": true } })).toThrow(
      'Octez would refuse "octez-node snapshot info --json": octez-node snapshot info: FILE is missing',
    );
  });
});

const check = (line: string) => checkCommand(line.split(" "));
const baker = "octez-baker --base-dir /b run with local node /n a --liquidity-baking-toggle-vote on --without-dal";

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
  // The misspelling that once kept a baker from starting for the first time.
  [
    baker.replace("--base-dir", "--base_dir"),
    ["octez-baker: --base_dir is not a global option", "octez-baker: has no command /b run with local"],
  ],
  [`${baker} --base-dir /b`, ["octez-baker run with local node: --base-dir must come before the command"]],
  [baker.replace("--base-dir", "--keep-alive --base-dir"), ["octez-baker: --keep-alive is not a global option"]],
  [`${baker} --adaptive-issuance-vote on`, ["octez-baker run with local node: --adaptive-issuance-vote is unknown"]],
  [`${baker} --dal-node http://x`, ["octez-baker run with local node: needs exactly one of --dal-node, --without-dal"]],
  [
    "octez-baker run with local node /n a --without-dal",
    ["octez-baker run with local node: needs exactly one of --liquidity-baking-toggle-vote, --votefile"],
  ],
  [
    "octez-baker run with local node --without-dal --votefile f",
    ["octez-baker run with local node: NODE_DATA_PATH is missing"],
  ],
  ["octez-endorser run", ["octez-endorser is not a known Octez program"]],
  ["octez-node launch", ["octez-node: has no command launch"]],
  ["octez-node", ["octez-node: has no command (none given)"]],
  ["octez-node run --data-dir", ["octez-node run: --data-dir needs a value"]],
  ["octez-node run --private-mode=yes", ["octez-node run: --private-mode takes no value"]],
  ["octez-node run --data-dir /a --data-dir /b", ["octez-node run: --data-dir is given twice"]],
  ["octez-node run /data", ["octez-node run: unexpected /data"]],
  ["octez-node snapshot import --data-dir /a", ["octez-node snapshot import: FILE is missing"]],
])("refuses %s", (line, problems) => {
  expect(check(line)).toEqual(problems);
});
