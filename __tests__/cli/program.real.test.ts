import { readFileSync } from "node:fs";
import { join } from "node:path";
import { drillsByName } from "../../laboratory/drills";
import { CommandLine } from "../support/command-line";
import { expectGolden } from "../support/golden";

const commandLine = new CommandLine();
const farm = commandLine.farm.bind(commandLine);
const { program } = commandLine;

describe("help", () => {
  test("of the program and of each command", () => {
    const commands = [
      "synth",
      "explain",
      "quotas",
      "deploy",
      "fence",
      "guard",
      "plan-comment",
      "schema",
      "bench",
      "drills",
      "verify",
    ];
    const pages = [["--help"], ...commands.map((command) => [command, "--help"])].map((args) => {
      const { status, stdout, stderr } = farm(args);
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      return `$ farm ${args.join(" ")}\n${stdout}`;
    });
    expectGolden("golden/help.txt", pages.join("\n"));
  });
});

test("--version shows the version", () => {
  expect(farm(["--version"])).toEqual({
    status: 0,
    stdout: expect.stringMatching(/^hodl-farm \d+\.\d+\.\d+, Node v\d+/),
    stderr: "",
  });
});

test("drills --help names every drill", () => {
  const names = Object.keys(drillsByName);
  const { stdout } = farm(["drills", "--help"]);
  const listed = stdout
    .split("All names:")[1]!
    .split(/[,\s]+/)
    .filter(Boolean);
  expect(listed).toEqual(names);
});

describe("wrong usage", () => {
  test.each([
    [[], "Usage: farm"],
    [["synht"], "error: unknown command 'synht'\n(Did you mean synth?)"],
    [["synth", "--fast"], "error: unknown option '--fast'"],
    [["synth", "a.yaml", "b.yaml"], "error: too many arguments"],
    [["guard"], "error: missing required argument 'plan'"],
    [["drills", "1", "--seed", "x"], "error: --seed must be a non-negative integer, not x."],
    [["bench", "--runs", "0"], "error: --runs must be a whole number of at least 1, not 0."],
    [["verify", "--only", "x"], "error: x is not a part."],
    [["fence", "--off-within", "soon"], "error: --off-within must be a number of seconds, not soon."],
  ])("%j exits with 2 and explains what is wrong", (args, message) => {
    const { status, stdout, stderr } = farm(args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("    at ");
  });
});

describe("schema", () => {
  test("writes the schema that is committed", () => {
    const file = join(program, "config", "schema.json");
    const before = readFileSync(file, "utf8");
    expect(farm(["schema"])).toEqual({ status: 0, stdout: "Wrote config/schema.json.\n", stderr: "" });
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(JSON.parse(before));
  });
});

describe("bench", () => {
  test("refuses an unknown part before it measures anything", () => {
    expect(farm(["bench", "speed"])).toEqual({
      status: 2,
      stdout: "",
      stderr: "error: Part speed does not exist. The parts are synth, growth, boot, tests.\n",
    });
  });
});

describe("drills", () => {
  test("refuses an unknown drill before it runs any", () => {
    expect(farm(["drills", "everything"])).toEqual({
      status: 2,
      stdout: "",
      stderr: expect.stringMatching(/^error: everything is not a drill\. Drills: .*\b1, .*\bboot\b.*\.\n$/),
    });
  });
});
