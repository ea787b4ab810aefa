import { z } from "zod";
import { presets } from "./presets";
import { configurationSchema } from "./schema/configuration";
import { isRecord } from "./reading/values";

/**
 * The JSON Schema of what a user writes, for editors: they complete fields, explain them and mark what is unknown.
 * Draft 7, which the YAML language server reads.
 */
export function configurationJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(configurationSchema, { io: "input", target: "draft-7" }) as Record<string, unknown>;
  return optionalWhere(presets.full, schema);
}

/** The schema with what a preset gives no longer required. */
function optionalWhere(preset: Record<string, unknown>, schema: Record<string, unknown>): Record<string, unknown> {
  const properties = isRecord(schema.properties) ? { ...schema.properties } : {};
  const given = Object.keys(preset).filter((name) => !requiresMore(preset[name], properties[name]));
  for (const [name, value] of Object.entries(preset)) {
    const property = properties[name];
    if (isRecord(value) && isRecord(property)) properties[name] = optionalWhere(value, property);
  }
  const required = Array.isArray(schema.required)
    ? schema.required.filter((name) => !given.includes(String(name)))
    : [];
  const { required: _, ...rest } = schema;
  return { ...rest, properties, ...(required.length > 0 ? { required } : {}) };
}

/** Whether the user must still write something below: google has a preset for its pools and none for its project. */
function requiresMore(preset: unknown, schema: unknown): boolean {
  if (!isRecord(preset) || !isRecord(schema) || !Array.isArray(schema.required)) return false;
  const properties = isRecord(schema.properties) ? schema.properties : {};
  return schema.required.some(
    (name) => !(String(name) in preset) || requiresMore(preset[String(name)], properties[String(name)]),
  );
}
