/** The part of a synthesised stack (`cdk.tf.json`) that is used here. */
export interface TerraformJson {
  readonly resource?: Readonly<Record<string, Readonly<Record<string, TerraformBlock>>>>;
  readonly data?: Readonly<Record<string, Readonly<Record<string, TerraformBlock>>>>;
  readonly output?: Readonly<Record<string, TerraformBlock>>;
  readonly provider?: Readonly<Record<string, readonly TerraformBlock[]>>;
}
/** A block of Terraform's JSON, by attribute. */
export type TerraformBlock = Readonly<Record<string, unknown>>;

/** Values by reference without `${}`, such as `data.terraform_remote_state.platform.outputs.disk`. */
export type ReferenceValues = Readonly<Record<string, unknown>>;

/** Services get addresses of a test network (https://datatracker.ietf.org/doc/html/rfc2544), in the order of their Terraform addresses. */
function standInClusterIp(index: number): string {
  const host = index + 1;
  return `198.18.${Math.floor(host / 256)}.${host % 256}`;
}

/**
 * Evaluates the templates in a stack's strings as Terraform does, as far as the stack contains the values: `$${` and `%%{`
 * are literals, and `${kubernetes_….metadata[0].name}` is the value of that attribute. A Service's cluster IP, which only
 * the API server knows, is a stand-in. All other values must be given.
 * https://developer.hashicorp.com/terraform/language/expressions/strings
 */
export class References {
  private readonly services: string[];
  private readonly inProgress: string[] = [];

  constructor(
    private readonly stack: TerraformJson,
    private readonly values: ReferenceValues = {},
  ) {
    this.services = Object.keys(stack.resource?.["kubernetes_service_v1"] ?? {}).sort();
  }

  /** Evaluates every template in `value`. @throws Error for a value that is unknown or refers to itself */
  resolve(value: unknown): unknown {
    if (typeof value === "string") return this.resolveText(value);
    if (Array.isArray(value)) return value.map((item) => this.resolve(item));
    if (typeof value === "object" && value !== null) {
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [this.resolveText(key), this.resolve(item)]),
      );
    }
    return value;
  }

  private resolveText(text: string): unknown {
    const parts = templateParts(text);
    const only = parts.length === 1 ? parts[0] : undefined;
    // A template that consists of one expression has the expression's type.
    if (only && "expression" in only) return this.valueOf(only.expression);
    return parts
      .map((part) => ("literal" in part ? part.literal : asPart(this.valueOf(part.expression), part.expression)))
      .join("");
  }

  private valueOf(expression: string): unknown {
    if (Object.hasOwn(this.values, expression)) return this.values[expression];
    if (this.inProgress.includes(expression)) throw new Error(`\${${expression}} refers to itself`);
    this.inProgress.push(expression);
    try {
      return this.lookUp(expression);
    } finally {
      this.inProgress.pop();
    }
  }

  private lookUp(expression: string): unknown {
    const [type, name, ...path] = referencePath(expression);
    if (type === undefined || name === undefined) throw unknown(expression);
    const resource = this.stack.resource?.[type]?.[name];
    if (!resource) throw unknown(expression);
    const found = path.reduce<unknown>(step, resource);
    if (found !== undefined) return this.resolve(found);
    if (type === "kubernetes_service_v1" && path.join(".") === "spec.0.cluster_ip") {
      return standInClusterIp(this.services.indexOf(name));
    }
    throw unknown(expression);
  }
}

/** The expressions in the templates of all strings in `value`, without `${}`. */
export function expressions(value: unknown): string[] {
  if (typeof value === "string")
    return templateParts(value).flatMap((part) => ("expression" in part ? part.expression : []));
  if (typeof value === "object" && value !== null) return Object.values(value).flatMap(expressions);
  return [];
}

/** Addresses (`type.name`) of the resources that strings in `value` refer to. */
export function referencedResources(value: unknown): string[] {
  return expressions(value).flatMap((expression) => {
    const [type, name] = referencePath(expression);
    return type && name ? [`${type}.${name}`] : [];
  });
}

type TemplatePart = { readonly literal: string } | { readonly expression: string };

function templateParts(text: string): TemplatePart[] {
  const parts: TemplatePart[] = [];
  let rest = text;
  for (;;) {
    const mark = /\$\$\{|%%\{|\$\{|%\{/.exec(rest);
    if (!mark) break;
    const before = rest.slice(0, mark.index);
    const after = rest.slice(mark.index + mark[0].length);
    if (mark[0] === "%{")
      throw new Error(`%{ starts a template directive, which is not supported here: ${text.slice(0, 80)}`);
    if (mark[0].length === 3) {
      parts.push({ literal: `${before}${mark[0].slice(1)}` });
      rest = after;
      continue;
    }
    const end = after.indexOf("}");
    if (end < 0) throw new Error(`\${ without }: ${text.slice(0, 80)}`);
    parts.push({ literal: before }, { expression: after.slice(0, end) });
    rest = after.slice(end + 1);
  }
  parts.push({ literal: rest });
  const filled = parts.filter((part) => "expression" in part || part.literal !== "");
  return filled.length > 0 ? filled : [{ literal: "" }];
}

/** The steps of `a.b.c[0].d` or `a.b["c"]`; empty for any other expression. */
function referencePath(expression: string): string[] {
  if (!/^[\w-]+(\.[\w-]+|\[\d+\]|\["[^"]*"\])*$/.test(expression)) return [];
  return [...expression.matchAll(/\["([^"]*)"\]|\[(\d+)\]|([\w-]+)/g)].map(
    ([, key, index, name]) => key ?? index ?? name!,
  );
}

/** A single block is an object or a list with one item; [0] refers to either. */
function step(value: unknown, key: string): unknown {
  if (Array.isArray(value)) return value[Number(key)];
  if (typeof value !== "object" || value === null) return undefined;
  return key === "0" && !Object.hasOwn(value, key) ? value : (value as Record<string, unknown>)[key];
}

function asPart(value: unknown, expression: string): string {
  if (typeof value === "object") throw new Error(`\${${expression}} is not a string, but is part of one`);
  return String(value);
}

function unknown(expression: string): Error {
  return new Error(`the value of \${${expression}} is unknown here: pass it in values, under ${expression}`);
}
