import { spawnSync } from "node:child_process";
import { dirname, join, relative } from "node:path";
import { packageRoot } from "../lib/package-root";

/** Lints code as if it were in files of the repository. ESLint's configuration is an ES module, which jest can't load. */
const lintAll = `
  const { ESLint } = require("eslint");
  const tseslint = require("typescript-eslint");
  const eslint = new ESLint({
    // The sources are not files, so they have no types.
    overrideConfig: [{ files: ["**/*.ts"], ...tseslint.configs.disableTypeChecked }],
    ruleFilter: ({ ruleId }) => ruleId === "project/import-direction" || ruleId === "no-restricted-imports",
  });
  const cases = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
  Promise.all(cases.map(async ([filePath, code]) => (await eslint.lintText(code, { filePath }))[0].messages.map((m) => m.message)))
    .then((all) => console.log(JSON.stringify(all)));
`;

const wrong: [file: string, code: string, message: RegExp][] = [
  ["lib/gke/x.ts", 'import { ContainerCluster } from "@cdktf/provider-google";', /barrel/],
  ["__tests__/lib/x.test.ts", 'import * as kubernetes from "@cdktf/provider-kubernetes";', /barrel/],
  ["lib/kubernetes/x.ts", 'import { Pod } from "@cdktf/provider-kubernetes/lib/pod";', /\*V1/],
  ["lib/terraform/x.ts", 'import { x } from "cdktf/lib/tokens/token";', /not an API/],
  ["__tests__/lib/x.test.ts", 'import { x } from "cdktf/lib/tokens/token";', /not an API/],
  ["lib/config/x.ts", 'import { x } from "../terraform/escape";', /lib\/config must not/],
  ["lib/terraform/x.ts", 'import { x } from "../kubernetes/labels";', /lib\/terraform must not import lib\/kubernetes/],
  ["lib/kubernetes/x.ts", 'import { x } from "../tezos/wallet";', /lib\/kubernetes must not import lib\/tezos/],
  ["lib/gke/x.ts", 'import { x } from "../kubernetes/labels";', /lib\/gke must not import lib\/kubernetes/],
  ["lib/tezos/x.ts", 'export * from "../stacks/baker";', /lib\/tezos must not import lib\/stacks/],
  ["lib/stacks/x.ts", 'import { x } from "../../main";', /lib\/stacks must not import main\.ts/],
  ["lib/tezos/x.ts", 'const { x } = require("../gke/cluster");', /lib\/tezos must not import lib\/gke/],
  [
    "raspberry-pi/x.ts",
    'import { x } from "../lib/kubernetes/labels";',
    /raspberry-pi must not import lib\/kubernetes/,
  ],
  ["raspberry-pi/x.ts", 'import { x } from "../lib/terraform/escape";', /must not load cdktf/],
  ["raspberry-pi/x.ts", 'import { Token } from "cdktf";', /must not load cdktf/],
  ["lib/config/x.ts", 'import { Construct } from "constructs";', /must not load cdktf/],
  ["lib/gke/x.ts", 'import { GoogleProvider } from "@cdktf/provider-google/lib/provider";', /only in lib\/stacks/],
  ["lib/terminal/x.ts", 'import { App } from "cdktf";', /must not load cdktf/],
  ["lib/config/checks/x.ts", 'import { App } from "cdktf";', /must not load cdktf/],
  ["lib/config/x.ts", 'import { x } from "../unheard-of/x";', /lib\/unheard-of\/x is in no room/],
  ["cli/x.ts", 'import { x } from "../unheard-of";', /unheard-of is in no room/],
  ["lib/tezos/x.ts", 'type X = import("../stacks/baker").X;', /lib\/tezos must not import lib\/stacks/],
];

/** All rooms from the bottom up. A room may not import from other rooms of its floor, nor from floors above. */
const floors = [
  ["lib/package-root", "lib/terminal"],
  ["lib/config/schema"],
  ["lib/config/facts", "lib/config/reading"],
  ["lib/config/checks"],
  ["lib/config"],
  ["lib/terraform"],
  ["lib/gke", "lib/kubernetes", "raspberry-pi"],
  ["lib/tezos", "lib/forwarder"],
  ["lib/monitoring"],
  ["lib/stacks"],
  ["main.ts"],
  ...[
    ["examples", "json-lines", "needs", "random", "result", "synthesis"],
    ["convert"],
    ["cluster", "policies"],
    ["home", "terraform"],
    ["stand-ins"],
    ["signer-path/needs", "signer-path/records"],
    ["signer-path/load"],
    ["signer-path/testbed"],
    ["signer-path/evaluation", "signer-path/faults", "signer-path/report"],
    ["signer-path/control-2019", "signer-path/drills", "signer-path/measurements", "signer-path/soak"],
    ["boot", "forwarder", "kill", "placement", "signer-path", "verify"],
    ["partition"],
    ["drills"],
    ["commands"],
  ].map((floor) => floor.map((room) => `laboratory/${room}`)),
  ["bench"],
  ["bench/command"],
  ["cli"],
  ["__tests__", "bin"],
];
/** Rooms that are one file. */
const files = [
  ...["lib/package-root", "main.ts", "bench/command"],
  ...[
    "examples",
    "json-lines",
    "needs",
    "random",
    "result",
    "signer-path/needs",
    "signer-path/records",
    "synthesis",
    "drills",
    "commands",
  ].map((name) => `laboratory/${name}`),
];
const fileIn = (room: string, name: string) =>
  files.includes(room) ? room.replace(/(\.ts)?$/, ".ts") : `${room}/${name}.ts`;

/** A file in each room that imports from every room that is not below it. */
const upwards = floors.flatMap((floor, index) =>
  floor.map((room) => {
    const file = fileIn(room, "x");
    const notBelow = floors
      .slice(index)
      .flat()
      .filter((other) => other !== room);
    const code = notBelow.map((other) => {
      const path = relative(dirname(file), fileIn(other, "y")).replace(/\.ts$/, "");
      return `import "${path.startsWith(".") ? path : `./${path}`}";`;
    });
    return { room, file, notBelow, code: code.join("\n") };
  }),
);

const right: [file: string, code: string][] = [
  ["lib/gke/x.ts", 'import { ContainerCluster } from "@cdktf/provider-google/lib/container-cluster";'],
  ["lib/kubernetes/x.ts", 'import { PodV1 } from "@cdktf/provider-kubernetes/lib/pod-v1";'],
  ["lib/kubernetes/x.ts", 'import { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";'],
  ["__tests__/lib/x.test.ts", 'import "cdktf/lib/testing/adapters/jest";'],
  [
    "lib/tezos/x.ts",
    'import { x } from "../kubernetes/labels"; import { y } from "../config/schema/configuration"; import { z } from "./wallet";',
  ],
  [
    "lib/stacks/x.ts",
    'import { GoogleProvider } from "@cdktf/provider-google/lib/provider"; import { x } from "../gke/cluster";',
  ],
  [
    "raspberry-pi/x.ts",
    'import { x } from "../lib/config/schema/configuration"; import { readFileSync } from "node:fs";',
  ],
  ["main.ts", 'import { PlatformStack } from "./lib/stacks/platform"; import { App } from "cdktf";'],
];

describe("the project's import rules", () => {
  let complaints: string[][];
  beforeAll(() => {
    const cases = [...wrong, ...right, ...upwards.map(({ file, code }) => [file, code] as const)].map(
      ([file, code]) => [join(packageRoot, file), code],
    );
    const { stdout, stderr } = spawnSync(process.execPath, ["-e", lintAll], {
      cwd: packageRoot,
      input: JSON.stringify(cases),
      encoding: "utf8",
    });
    if (stdout === "") throw new Error(stderr);
    complaints = JSON.parse(stdout) as string[][];
  }, 60_000);

  test.each(wrong.map(([file, code, message], index) => ({ file, code, message, index })))(
    "reject in $file: $code",
    ({ message, index }) => expect(complaints[index]).toEqual([expect.stringMatching(message)]),
  );

  test.each(right.map(([file, code], index) => ({ file, code, index: wrong.length + index })))(
    "allow in $file: $code",
    ({ index }) => expect(complaints[index]).toEqual([]),
  );

  test.each(upwards.map((each, index) => ({ ...each, index: wrong.length + right.length + index })))(
    "reject in $room every room that is not below it",
    ({ notBelow, index }) => {
      const refused = complaints[index]!.map((message) => / must not import (\S+): /.exec(message)?.[1]);
      expect(refused).toEqual(notBelow);
    },
  );
});
