import { z } from "zod";
import { configurationSchema } from "./schema/configuration";

/**
 * The JSON Schema of what a user writes, for editors: they complete fields, explain them and mark unknown ones.
 * Draft 7, which the YAML language server reads (https://github.com/redhat-developer/yaml-language-server).
 */
export function configurationJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(configurationSchema, { io: "input", target: "draft-7" }) as Record<string, unknown>;
}
