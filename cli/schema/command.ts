import type { Command } from "commander";

/** Adds `farm schema`. */
export function addSchema(program: Command): void {
  program
    .command("schema")
    .summary("write config/schema.json, with which editors complete and explain configurations")
    .description("Writes config/schema.json, the JSON Schema of configuration files.")
    .action(async () => (await import("./schema")).schema());
}
