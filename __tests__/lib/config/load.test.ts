import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  ConfigurationError,
  parseConfiguration,
  defaultConfigurationFile,
  loadConfiguration,
} from "../../../lib/config/load";
import { randomNumbers } from "../../../laboratory/random";
import { parseYaml } from "../../../lib/config/reading/yaml-file";
import { exampleFiles, exampleInput } from "../../../laboratory/examples";
import { packageRoot } from "../../../lib/package-root";

const warningsOf = (file: string) =>
  loadConfiguration(join(packageRoot, file)).warnings.map(({ path, line }) => `${line ?? ""} ${path}`);

test("the examples load; their warnings are few and have lines", () => {
  expect(warningsOf(defaultConfigurationFile)).toEqual([
    " forwarders",
    " forwarders",
    " alerts.emails",
    "7 google.project",
  ]);
  const examples = [
    expect.stringMatching(/^\d+ google\.project$/),
    expect.stringMatching(/^\d+ forwarders\.addresses$/),
  ];
  expect(warningsOf("config/hodl-farm.yaml")).toEqual(examples);
  expect(warningsOf("config/every-option.yaml")).toEqual(examples);
});

test("a new baker's file is about 25 lines", () => {
  expect(
    readFileSync(join(packageRoot, defaultConfigurationFile), "utf8").trim().split("\n").length,
  ).toBeLessThanOrEqual(25);
});

test("hodl-farm.yaml has the incident's values", () => {
  const { google, bakers, signers, publicNodes, tezos } = loadConfiguration(
    join(packageRoot, "config/hodl-farm.yaml"),
  ).configuration;
  expect(google.zones).toEqual(["us-central1-b", "us-central1-f"]);
  expect(google.ranges).toEqual({
    nodes: "10.0.96.0/22",
    pods: "10.0.92.0/22",
    services: "10.0.88.0/22",
  });
  expect(bakers[0]!.keys.delegate.publicKeyHash).toBe("tz1gg5bjopPcr9agjamyu9BbXKLibNc2rbAq");
  expect(signers.map(({ sshPort }) => sshPort)).toEqual([58255, 58256]);
  expect([publicNodes.count, tezos.network]).toEqual([2, "mainnet"]);
});

test("reports problems in the order of the file, each with its position", () => {
  const text = readFileSync(join(packageRoot, "config/shadownet.yaml"), "utf8")
    .replace("region: us-central1", "regoin: us-central1")
    .replace("sshPort: 58255", "sshPort: 22");
  const { value, ...origin } = parseYaml(text, "x.yaml");
  const load = () => parseConfiguration(value, "x.yaml", origin);
  expect(load).toThrow(
    new ConfigurationError("x.yaml", [
      { path: "", message: "" },
      { path: "", message: "" },
      { path: "", message: "" },
    ]),
  );
  expect(problemsOf(load)).toEqual([
    { path: "google.region", line: 6, column: 1, message: expect.stringContaining("is missing") as string },
    {
      path: "google.regoin",
      line: 8,
      column: 3,
      message: expect.stringContaining('Did you mean "region"?') as string,
      fix: { name: "region" },
    },
    {
      path: "signers[0].sshPort",
      line: 21,
      column: 5,
      message: expect.stringContaining("22 can be used only by root") as string,
    },
  ]);
});

function problemsOf(load: () => unknown) {
  try {
    load();
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}

const oddValues: unknown[] = [
  null,
  undefined,
  "",
  "x",
  "tz1",
  "edpk",
  "10.0.0.0/8",
  "ssh-ed25519 AAAA",
  0,
  -1,
  1e9,
  0.5,
  NaN,
  true,
  [],
  {},
  [null],
  [[]],
  { toString: 1 },
  { name: 1 },
  "0.0.0.0/0",
  "toString",
  "🙂".repeat(200),
];

/** Replaces a random part of the input by an odd value or by a different part of the input. */
function mutate(input: unknown, pick: <T>(of: readonly T[]) => T): void {
  const places: [Record<string, unknown>, string][] = [];
  const visit = (value: unknown) => {
    if (typeof value !== "object" || value === null) return;
    for (const key of Object.keys(value)) {
      places.push([value as Record<string, unknown>, key]);
      visit((value as Record<string, unknown>)[key]);
    }
  };
  visit(input);
  if (places.length === 0) return;
  const [parent, key] = pick(places);
  const [otherParent, otherKey] = pick(places);
  const value = structuredClone(pick([pick(oddValues), pick(oddValues), otherParent[otherKey]]));
  const name = pick([key, key, key, `${key}s`, "__proto__", "constructor"]);
  if (value === undefined && !Array.isArray(parent)) delete parent[key];
  else
    Object.defineProperty(parent, Array.isArray(parent) ? key : name, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
}

test.each(exampleFiles)(
  "after random changes, %s is either accepted or refused with reasons, without a crash",
  (file) => {
    const next = randomNumbers(7);
    const pick = <T>(of: readonly T[]): T => of[Math.floor(next() * of.length)]!;
    const outcomes = { accepted: 0, refused: 0 };
    for (let run = 0; run < 300; run++) {
      const input = structuredClone(exampleInputs[file]);
      for (let times = pick([1, 1, 2, 5]); times > 0; times--) mutate(input, pick);
      try {
        parseConfiguration(input, file);
        outcomes.accepted++;
      } catch (error) {
        if (!(error instanceof ConfigurationError))
          throw new Error(`run ${run}: ${JSON.stringify(input)}`, { cause: error });
        expect(error.problems.length).toBeGreaterThan(0);
        for (const { message } of error.problems) expect(message).not.toMatch(/undefined|\[object|Invalid input/);
        outcomes.refused++;
      }
    }
    // Otherwise the changes would be too small or too large.
    expect(Math.min(outcomes.accepted, outcomes.refused)).toBeGreaterThan(0);
  },
);

const exampleInputs = Object.fromEntries(exampleFiles.map((file) => [file, exampleInput(file)]));
