import { Token } from "cdktf";

/**
 * Escapes a text for Terraform's JSON, where Terraform would interpret `${…}` and `%{…}` as templates. Use it for every
 * script and configuration file that goes into a resource.
 * https://developer.hashicorp.com/terraform/language/syntax/json
 *
 * @throws Error if the text contains a cdktf token, which escaping would break
 */
export function escapeTerraform(text: string): string {
  if (Token.isUnresolved(text)) {
    throw new Error(
      "a text with a value that is only known at apply can't be escaped; pass the value as an environment variable",
    );
  }
  return text.replace(/[$%](?=\{)/g, "$&$&");
}
