import { execFileSync } from "node:child_process";
import { accessSync, constants, existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { signerBundle } from "../raspberry-pi/bundle";
import { exampleConfiguration } from "../laboratory/examples";
import { synthesise, type StackJson } from "../laboratory/synthesis";
import { workloads } from "./support/workloads";
import { packageRoot } from "../lib/package-root";

const pages = [
  ...readdirSync(packageRoot).filter((name) => name.endsWith(".md")),
  ...readdirSync(join(packageRoot, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];
const read = (path: string) => readFileSync(join(packageRoot, path), "utf8");
const text = pages.map(read).join("\n");
const every = (pattern: RegExp, from = text) => [...new Set([...from.matchAll(pattern)].map(([, found]) => found!))];

/** The anchors that GitHub generates for a page's headings. */
const anchors = (page: string) =>
  every(/^#+ (.+)$/gm, read(page)).map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  );

describe.each(pages)("%s", (page) => {
  const links = every(/\]\(([^)\s]+)\)/g, read(page)).filter((link) => !/^(https?|mailto):/.test(link));

  test("only links to existing files and headings", () => {
    const broken = links.filter((link) => {
      const [path = "", anchor] = link.split("#");
      const target = path === "" ? page : normalize(join(dirname(page), path));
      return !existsSync(join(packageRoot, target)) || (anchor !== undefined && !anchors(target).includes(anchor));
    });
    expect(broken).toEqual([]);
  });

  test("only names existing paths", () => {
    const first = [
      "\\.ci",
      "\\.github",
      "__tests__",
      "bench",
      "bin",
      "ci",
      "cli",
      "config",
      "docs",
      "images",
      "laboratory",
      "lib",
      "raspberry-pi",
    ];
    const paths = every(new RegExp(`(?<![\\w./<-])((?:${first.join("|")})/[\\w./@-]*[\\w])`, "g"), read(page))
      // Created by the reader.
      .filter((path) => !/^config\/(my|your)-baker\.yaml$/.test(path));
    expect(paths.filter((path) => !existsSync(join(packageRoot, path)) && !isWorkflowsName(path))).toEqual([]);
  });
});

/** docs/ci.md refers to workflows by file name. */
const isWorkflowsName = (path: string) => existsSync(join(packageRoot, ".github/workflows", path));

describe("commands", () => {
  const scripts: Record<string, string> = JSON.parse(read("package.json")).scripts;

  test("npm scripts and commands of farm exist", () => {
    const named = every(/npm run ([\w:-]+)/g);
    expect(named).toContain("synth");
    expect(named.filter((name) => !(name in scripts))).toEqual([]);

    const help = execFileSync(process.execPath, ["bin/farm.js", "--help"], { cwd: packageRoot, encoding: "utf8" });
    const commands = every(/^ {2}([a-z][a-z-]*) /gm, help);
    const called = [...Object.values(scripts), text].flatMap((some) => every(/bin\/farm\.js ([a-z][a-z-]*)/g, some));
    expect(called).toContain("synth");
    expect(called.filter((command) => !commands.includes(command))).toEqual([]);
  });

  test("cdktf commands exist", () => {
    const known = ["deploy", "destroy", "diff", "list", "output", "synth"];
    expect(every(/npx cdktf ([a-z]+)/g).filter((command) => !known.includes(command))).toEqual([]);
  });

  test("scripts are executable", () => {
    for (const script of [...every(/^\s*(\.?ci\/[\w.-]+)$/gm), ".ci/run", "raspberry-pi/install.sh"]) {
      expect(() => accessSync(join(packageRoot, script), constants.X_OK)).not.toThrow();
    }
  });

  test("install.sh has the options that are used", () => {
    const given = every(/install\.sh (--.*)$/gm).flatMap((line) => every(/(--[\w-]+)/g, line));
    const usage = execFileSync(join(packageRoot, "raspberry-pi/install.sh"), ["--help"], { encoding: "utf8" });
    expect(given).toContain("--octez-signer");
    expect(given.filter((option) => !usage.includes(option))).toEqual([]);
  });
});

describe("names in the deployment", () => {
  const { platform, baker } = synthesise(exampleConfiguration((input) => (input.name = "my-baker")));

  test("secrets", () => {
    const secrets = Object.values<StackJson>(platform.resource.google_secret_manager_secret).map((it) => it.secret_id);
    const named = every(/secrets versions add ([\w-]+)/g);
    expect(named.sort()).toEqual(secrets.sort());
  });

  test("namespace, pods and containers", () => {
    expect(
      baker.resource.kubernetes_namespace_v1[Object.keys(baker.resource.kubernetes_namespace_v1)[0]!].metadata.name,
    ).toBe("my-baker");
    expect(every(/--namespace ([\w-]+)/g)).toEqual(["my-baker"]);
    const all = workloads(baker);
    const pods = every(/(?:logs|pod) ([a-z]+-[\w-]*\d)\b/g);
    expect(pods).toEqual(["baker-baker-0"]);
    const { containers } = all.find(({ name }) => name === "baker-baker")!;
    const named = every(/logs baker-baker-0 --container ([\w-]+)/g);
    expect(named.filter((container) => !containers.some(({ name }) => name === container))).toEqual([]);
    expect(named.length).toBeGreaterThan(1);
    const selectors = every(/delete pod --selector ([\w./=,-]+,[\w./=,-]+)/g);
    const forwarder = Object.values<StackJson>(baker.resource.kubernetes_deployment_v1)
      .map(({ spec }) => spec.selector)
      .map(({ match_labels }) => Object.entries(match_labels).map(([key, value]) => `${key}=${String(value)}`));
    expect(selectors).toHaveLength(1);
    expect(forwarder.map((labels) => labels.sort())).toContainEqual(selectors[0]!.split(",").sort());
  });

  test("get-credentials is the command in the stack's output", () => {
    const command = /gcloud container clusters get-credentials .*/.exec(read("README.md"))![0];
    // The README's example is of size small, whose cluster is in a zone.
    expect(command.replace("my-project", "hodl-farm-baking").replace("us-central1-a", "us-central1")).toBe(
      platform.output.get_credentials.value,
    );
  });

  test("units of the Raspberry Pi", () => {
    const configuration = exampleConfiguration();
    const files = signerBundle(configuration, configuration.signers[0]!).map(({ path }) => path);
    const units = every(/^\| `((?:tezos|octez)-[\w-]+)/gm, read("docs/raspberry-pi.md"));
    expect(units.length).toBeGreaterThan(3);
    expect(units.filter((unit) => !files.some((path) => path.includes(`/system/${unit}`)))).toEqual([]);
  });
});

test("the README has a row for each link of the incident, with evidence if there is any", () => {
  const rows = read("README.md")
    .split("\n")
    .filter((line) => /^\| \d+ \|/.test(line))
    .map((line) => line.split(" | "));
  expect(rows.map(([number]) => Number(number!.slice(2)))).toEqual(Array.from({ length: 16 }, (_, index) => index + 1));
  for (const [, , holds, evidence] of rows)
    expect([holds, evidence]).toEqual([holds, expect.stringMatching(/\.ts\)|tunnel\)|^\|$/)]);
});
