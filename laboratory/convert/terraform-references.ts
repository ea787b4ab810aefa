/** The part of a synthesised stack (`cdk.tf.json`) that is read here. */
export interface TerraformJson {
  readonly resource?: Readonly<Record<string, Readonly<Record<string, TerraformBlock>>>>;
  readonly data?: Readonly<Record<string, Readonly<Record<string, TerraformBlock>>>>;
  readonly output?: Readonly<Record<string, TerraformBlock>>;
  readonly provider?: Readonly<Record<string, readonly TerraformBlock[]>>;
}
export type TerraformBlock = Readonly<Record<string, unknown>>;

/** Terraform's values by the text of the reference, without `${}`: `data.terraform_remote_state.platform.outputs.disk`. */
export type ReferenceValues = Readonly<Record<string, unknown>>;

/** Services of a test get addresses of a network that is set aside for tests (RFC 2544), in the order of their Terraform addresses. */
export function standInClusterIp(index: number): string {
  const host = index + 1;
  return `198.18.${Math.floor(host / 256)}.${host % 256}`;
}

/**
 * Works out the templates in a stack's strings as Terraform does, as far as the stack itself tells the values:
 * `$${` and `%%{` are literal, and `${kubernetes_….metadata[0].name}` is what stands there. A Service's cluster IP, which
 * only the API server knows, is its stand-in. Everything else must be given.
 */
export class References {
  private readonly services: string[];
  private readonly underway: string[] = [];

  constructor(
    private readonly stack: TerraformJson,
    private readonly values: ReferenceValues = {},
  ) {
    this.services = Object.keys(stack.resource?.["kubernetes_service_v1"] ?? {}).sort();
  }

  /** `value` with every template in it worked out. */
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
    // A template that is nothing but one expression has the expression's type.
    if (only && "expression" in only) return this.valueOf(only.expression);
    return parts
      .map((part) => ("literal" in part ? part.literal : asPart(this.valueOf(part.expression), part.expression)))
      .join("");
  }

  private valueOf(expression: string): unknown {
    if (Object.hasOwn(this.values, expression)) return this.values[expression];
    if (this.underway.includes(expression)) throw new Error(`\${${expression}} refers to itself`);
    this.underway.push(expression);
    try {
      return this.lookUp(expression);
    } finally {
      this.underway.pop();
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

/** Every expression in the templates of all strings in `value`, without `${}`. */
export function expressions(value: unknown): string[] {
  if (typeof value === "string")
    return templateParts(value).flatMap((part) => ("expression" in part ? part.expression : []));
  if (typeof value === "object" && value !== null) return Object.values(value).flatMap(expressions);
  return [];
}

/** Addresses (`type.name`) of the resources to which strings in `value` refer. */
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
      throw new Error(`%{ begins a template directive, which is never meant here: ${text.slice(0, 80)}`);
    if (mark[0].length === 3) {
      parts.push({ literal: `${before}${mark[0].slice(1)}` });
      rest = after;
      continue;
    }
    const end = after.indexOf("}");
    if (end < 0) throw new Error(`\${ without its }: ${text.slice(0, 80)}`);
    parts.push({ literal: before }, { expression: after.slice(0, end) });
    rest = after.slice(end + 1);
  }
  parts.push({ literal: rest });
  const filled = parts.filter((part) => "expression" in part || part.literal !== "");
  return filled.length > 0 ? filled : [{ literal: "" }];
}

/** `a.b.c[0].d` and `a.b["c"]` as their steps; nothing for any other expression. */
function referencePath(expression: string): string[] {
  if (!/^[\w-]+(\.[\w-]+|\[\d+\]|\["[^"]*"\])*$/.test(expression)) return [];
  return [...expression.matchAll(/\["([^"]*)"\]|\[(\d+)\]|([\w-]+)/g)].map(
    ([, key, index, name]) => key ?? index ?? name!,
  );
}

/** A single block is written as an object, or as a list of one: [0] means both. */
function step(value: unknown, key: string): unknown {
  if (Array.isArray(value)) return value[Number(key)];
  if (typeof value !== "object" || value === null) return undefined;
  return key === "0" && !Object.hasOwn(value, key) ? value : (value as Record<string, unknown>)[key];
}

function asPart(value: unknown, expression: string): string {
  if (typeof value === "object") throw new Error(`\${${expression}} is no text and stands inside of one`);
  return String(value);
}

function unknown(expression: string): Error {
  return new Error(`only Terraform knows \${${expression}}; give it in values, by this text without \${}`);
}
