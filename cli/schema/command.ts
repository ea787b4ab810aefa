import type { Command } from "commander";

/** Adds `farm schema`. */
export function addSchema(program: Command): void {
  program
    .command("schema")
    .summary("write config/schema.json, by which editors complete and explain configurations")
    .description("Writes config/schema.json from the program's own schema.")
    .action(async () => (await import("./schema")).writeSchema());
}
