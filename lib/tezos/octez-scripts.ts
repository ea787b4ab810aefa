import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Construct } from "constructs";
import { TextFiles } from "../kubernetes/text-files";
import { packageRoot } from "../package-root";

/** The scripts of init containers, probes and hooks: all files of the folder `scripts`, shared by all nodes. */
export class OctezScripts extends TextFiles {
  constructor(scope: Construct, id: string, props: { readonly namespace: string }) {
    super(scope, id, { namespace: props.namespace, name: "octez-scripts", files: readScripts() });
  }
}

const folder = join(packageRoot, "lib/tezos/scripts");

const readScripts = (): Record<string, string> =>
  Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]));
