/** An unescaped template that doesn't start with a reference to something in the stack. */
export interface UnknownReference {
  /** Path of the string in the JSON, such as resource.kubernetes_config_map_v1.scripts.data["start.sh"]. */
  readonly path: string;
  /** The template and what follows it, truncated. */
  readonly text: string;
}

/**
 * Finds every `${` and `%{` in the strings of a stack's Terraform JSON that is neither escaped nor the start of a
 * reference to something in that stack. Terraform would interpret it as a template: an unescaped line of a shell script
 * is found here instead of at the first plan.
 *
 * @param stack the parsed cdk.tf.json
 */
export function unknownReferences(stack: object): UnknownReference[] {
  return templatesIn(stack, "")
    .filter(({ text }) => !isKnown(stack, text))
    .map(({ path, text }) => ({ path, text: text.slice(0, 60) }));
}

function templatesIn(value: unknown, path: string): UnknownReference[] {
  if (typeof value === "string") return templatesOf(value, path);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const step = Array.isArray(value) ? `[${key}]` : /^[\w-]+$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
    const itemPath = `${path}${step}`.replace(/^\./, "");
    return [...templatesOf(key, itemPath), ...templatesIn(item, itemPath)];
  });
}

function templatesOf(text: string, path: string): UnknownReference[] {
  // A shortcut: most strings contain none, and every synth checks all strings.
  if (!text.includes("{")) return [];
  // The escaped forms come first, so that the second half of $${ is not mistaken for ${.
  return [...text.matchAll(/\$\$\{|%%\{|\$\{|%\{/g)]
    .filter(([mark]) => mark.length === 2)
    .map(({ index }) => ({ path, text: text.slice(index) }));
}

/** Whether a template starts with a reference to something in the stack. */
function isKnown(stack: object, template: string): boolean {
  const expression = /^\$\{((?:[\w-]+\.)+[\w-]+)/.exec(template)?.[1];
  if (expression === undefined) return false;
  const steps = expression.split(".");
  const [first = "", second = "", third = ""] = steps;
  switch (first) {
    // Written by cdktf.
    case "terraform":
      return second === "workspace";
    case "var":
      return has(stack, ["variable", second]);
    case "local":
      return has(stack, ["locals", second]);
    case "data":
      return has(stack, ["data", second, third]);
    default:
      return has(stack, ["resource", first, second]);
  }
}

function has(value: unknown, path: string[]): boolean {
  return path.every((step) => {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return false;
    value = (value as Record<string, unknown>)[step];
    return true;
  });
}
