import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../text/package-root";

/** A script of the forwarders' hooks, as it lies in the folder scripts. */
export const signerScript = (name: "hand-over.sh" | "outlast-proxy.sh"): string =>
  readFileSync(join(packageRoot, "lib/signer/scripts", name), "utf8");
