import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../package-root";

/** The text of a preStop hook from the folder scripts. */
export const hookScript = (name: "drain-forwarder.sh" | "wait-for-proxy.sh"): string =>
  readFileSync(join(packageRoot, "lib/forwarder/scripts", name), "utf8");
