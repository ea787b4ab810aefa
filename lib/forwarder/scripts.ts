import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../package-root";

/** A script of the forwarders' hooks, as it lies in the folder scripts. */
export const signerScript = (name: "hand-over.sh" | "outlast-proxy.sh"): string =>
  readFileSync(join(packageRoot, "lib/forwarder/scripts", name), "utf8");
