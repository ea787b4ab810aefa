import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { OctezScripts } from "../../../lib/tezos/octez-scripts";

import { stackOf } from "../../support/construct";
import { resource } from "../../support/stacks";
import { packageRoot } from "../../../lib/package-root";

test("every file of the folder scripts arrives in the pods unchanged", () => {
  const stack = stackOf((scope) => {
    new OctezScripts(scope, "scripts", { namespace: "farm" });
  });
  const { data, metadata } = resource(stack, "kubernetes_config_map_v1");
  expect(metadata).toEqual({ namespace: "farm", name: "octez-scripts" });
  const folder = join(packageRoot, "lib/tezos/scripts");
  const files = readdirSync(folder);
  expect(files).toContain("wallet.sh");
  expect(Object.keys(data).sort()).toEqual(files.sort());
  for (const file of files) {
    const arrived = data[file].replace(/([$%])\1\{/g, "$1{");
    expect([file, arrived]).toEqual([file, readFileSync(join(folder, file), "utf8")]);
  }
});
