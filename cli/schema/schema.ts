import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { configurationJsonSchema } from "../../lib/config/json-schema";
import { packageRoot } from "../../lib/package-root";
import { shortestPath } from "../configuration-file";

/** Writes the JSON Schema to which the example configurations refer. */
export function schema(): void {
  const file = join(packageRoot, "config", "schema.json");
  writeFileSync(file, `${JSON.stringify(configurationJsonSchema(), null, 2)}\n`);
  process.stdout.write(`Wrote ${shortestPath(file)}.\n`);
}
