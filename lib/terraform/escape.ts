import { Token } from "cdktf";

/**
 * A text as it must stand in Terraform's JSON to arrive unchanged: Terraform reads `${…}` and `%{…}` there as templates.
 * Every script and configuration text passes through here on its way into a resource.
 *
 * @throws if the text holds a cdktf token: escaping would kill it. Values that are known late reach containers as
 * environment variables.
 */
export function escapeTerraform(text: string): string {
  if (Token.isUnresolved(text)) {
    throw new Error(
      "a text with a value that is known only at apply can't be escaped; pass the value as an environment variable",
    );
  }
  return text.replace(/[$%](?=\{)/g, "$&$&");
}
