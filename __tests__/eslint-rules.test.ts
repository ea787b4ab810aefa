import { spawnSync } from "node:child_process";
import { join } from "node:path";

const repository = join(__dirname, "..");

/** Lints small sources under paths of the repository. ESLint's configuration is an ES module, which jest can't load. */
const lintAll = `
  const { ESLint } = require("eslint");
  const tseslint = require("typescript-eslint");
  const eslint = new ESLint({
    // The sources are on no disk, so there are no types of them.
    overrideConfig: [{ files: ["**/*.ts"], ...tseslint.configs.disableTypeChecked }],
    ruleFilter: ({ ruleId }) => ruleId === "house/import-direction" || ruleId === "no-restricted-imports",
  });
  const cases = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
  Promise.all(cases.map(async ([filePath, code]) => (await eslint.lintText(code, { filePath }))[0].messages.map((m) => m.message)))
    .then((all) => console.log(JSON.stringify(all)));
`;

const wrong: [file: string, code: string, message: RegExp][] = [
  ["lib/gke/x.ts", 'import { ContainerCluster } from "@cdktf/provider-google";', /barrel/],
  ["__tests__/lib/x.test.ts", 'import * as kubernetes from "@cdktf/provider-kubernetes";', /barrel/],
  ["lib/kubernetes/x.ts", 'import { Pod } from "@cdktf/provider-kubernetes/lib/pod";', /\*V1/],
  ["lib/text/x.ts", 'import { x } from "cdktf/lib/tokens/token";', /no API/],
  ["__tests__/lib/x.test.ts", 'import { x } from "cdktf/lib/tokens/token";', /no API/],
  ["lib/config/x.ts", 'import { x } from "../text/terraform";', /lib\/config must not/],
  ["lib/text/x.ts", 'import { x } from "../kubernetes/labels";', /lib\/text must not import lib\/kubernetes/],
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
  ["raspberry-pi/x.ts", 'import { x } from "../lib/text/terraform";', /must not load cdktf/],
  ["raspberry-pi/x.ts", 'import { Token } from "cdktf";', /must not load cdktf/],
  ["lib/config/x.ts", 'import { Construct } from "constructs";', /must not load cdktf/],
  ["lib/gke/x.ts", 'import { GoogleProvider } from "@cdktf/provider-google/lib/provider";', /lib\/stacks only/],
];

const right: [file: string, code: string][] = [
  ["lib/gke/x.ts", 'import { ContainerCluster } from "@cdktf/provider-google/lib/container-cluster";'],
  ["lib/kubernetes/x.ts", 'import { PodV1 } from "@cdktf/provider-kubernetes/lib/pod-v1";'],
  ["lib/kubernetes/x.ts", 'import { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";'],
  ["__tests__/lib/x.test.ts", 'import "cdktf/lib/testing/adapters/jest";'],
  [
    "lib/tezos/x.ts",
    'import { x } from "../kubernetes/labels"; import { y } from "../config/schema"; import { z } from "./wallet";',
  ],
  [
    "lib/stacks/x.ts",
    'import { GoogleProvider } from "@cdktf/provider-google/lib/provider"; import { x } from "../gke/cluster";',
  ],
  ["raspberry-pi/x.ts", 'import { x } from "../lib/config/schema"; import { readFileSync } from "node:fs";'],
  ["main.ts", 'import { PlatformStack } from "./lib/stacks/platform"; import { App } from "cdktf";'],
];

describe("the house's import rules", () => {
  let complaints: string[][];
  beforeAll(() => {
    const cases = [...wrong, ...right].map(([file, code]) => [join(repository, file), code]);
    const { stdout, stderr } = spawnSync(process.execPath, ["-e", lintAll], {
      cwd: repository,
      input: JSON.stringify(cases),
      encoding: "utf8",
    });
    if (stdout === "") throw new Error(stderr);
    complaints = JSON.parse(stdout) as string[][];
  }, 60_000);

  test.each(wrong.map(([file, code, message], index) => ({ file, code, message, index })))(
    "refuse in $file: $code",
    ({ message, index }) => expect(complaints[index]).toEqual([expect.stringMatching(message)]),
  );

  test.each(right.map(([file, code], index) => ({ file, code, index: wrong.length + index })))(
    "allow in $file: $code",
    ({ index }) => expect(complaints[index]).toEqual([]),
  );
});
