/** An unescaped template that begins with nothing that the stack knows. */
export interface UnknownReference {
  /** Where in the JSON the string stands, such as resource.kubernetes_config_map_v1.scripts.data["start.sh"]. */
  readonly path: string;
  /** The template and what follows it, shortened. */
  readonly text: string;
}

/**
 * Every `${` and `%{` in the strings of a stack's Terraform JSON that is neither escaped nor the beginning of a
 * reference to something in that stack. Terraform would read it as a template: a line of a shell script that was not
 * escaped is found here, and not at the first plan.
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
  // Most strings hold none, and this walks over all of them at each synth.
  if (!text.includes("{")) return [];
  // The escaped forms come first, so that the second half of $${ is not taken for a ${.
  return [...text.matchAll(/\$\$\{|%%\{|\$\{|%\{/g)]
    .filter(([mark]) => mark.length === 2)
    .map(({ index }) => ({ path, text: text.slice(index) }));
}

/** Whether a template begins with a reference to something that is there. */
function isKnown(stack: object, template: string): boolean {
  const expression = /^\$\{((?:[\w-]+\.)+[\w-]+)/.exec(template)?.[1];
  if (expression === undefined) return false;
  const steps = expression.split(".");
  const [first = "", second = "", third = ""] = steps;
  switch (first) {
    // cdktf writes it itself.
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
