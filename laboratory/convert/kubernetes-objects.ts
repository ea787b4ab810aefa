import { camelCase, type Attribute, type Block } from "./attribute-table";
import { resourceKinds } from "./kubernetes-attributes";
import {
  referencedResources,
  References,
  type ReferenceValues,
  type TerraformJson,
  type TerraformBlock,
} from "./terraform-references";

/** An object of Kubernetes' API. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMetadata;
  readonly [field: string]: unknown;
}

/** The metadata that is used here. */
export interface ObjectMetadata {
  readonly name: string;
  /** Undefined for cluster-scoped objects. */
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/**
 * The objects that Terraform's Kubernetes provider creates from a synthesised stack (the parsed `cdk.tf.json`), in an
 * order in which they can be created: namespaces first, and each object after those it refers to.
 *
 * @param values values that only Terraform knows, such as outputs of other stacks, by reference without `${}`
 * @throws Error with the resource's address and the attribute's path, for an attribute that the table doesn't contain
 * and for a reference whose value is unknown
 */
export function kubernetesObjects(stack: TerraformJson, values: ReferenceValues = {}): KubernetesObject[] {
  return [...kubernetesObjectsByAddress(stack, values).values()];
}

/** The same objects, by Terraform address (`kubernetes_service_v1.public-node_0_Resource`). */
export function kubernetesObjectsByAddress(
  stack: TerraformJson,
  values: ReferenceValues = {},
): Map<string, KubernetesObject> {
  const references = new References(stack, values);
  return new Map(
    inOrder(kubernetesResources(stack)).map(({ address, type, resource }) => [
      address,
      withPrefix(`${address}: `, () => kubernetesObject(type, resource, references)),
    ]),
  );
}

interface Resource {
  readonly address: string;
  readonly type: string;
  readonly resource: TerraformBlock;
}

function kubernetesResources(stack: TerraformJson): Resource[] {
  return Object.entries(stack.resource ?? {})
    .filter(([type]) => type.startsWith("kubernetes_"))
    .flatMap(([type, resources]) =>
      Object.entries(resources).map(([name, resource]) => ({ address: `${type}.${name}`, type, resource })),
    );
}

/** In the order of the table, then by address, but each resource after those it refers to. */
function inOrder(resources: Resource[]): Resource[] {
  const types = [...Object.keys(resourceKinds), "kubernetes_manifest"];
  const rank = ({ type }: Resource) => types.indexOf(type);
  const sorted = [...resources].sort((a, b) => rank(a) - rank(b) || (a.address < b.address ? -1 : 1));
  const byAddress = new Map(sorted.map((resource) => [resource.address, resource]));
  const ordered = new Set<Resource>();
  const place = (resource: Resource, path: string[]): void => {
    if (path.includes(resource.address))
      throw new Error(`${path.join(" -> ")} -> ${resource.address} is a circular dependency`);
    if (ordered.has(resource)) return;
    const dependsOn = (resource.resource["depends_on"] ?? []) as string[];
    const refersTo = withPrefix(`${resource.address}: `, () => referencedResources(resource.resource));
    for (const address of [...refersTo, ...dependsOn]) {
      const needed = byAddress.get(address);
      if (needed) place(needed, [...path, resource.address]);
    }
    ordered.add(resource);
  };
  sorted.forEach((resource) => place(resource, []));
  return [...ordered];
}

/** Meta-arguments, which aren't attributes; cdktf writes a comment into "//". */
const metaArguments = ["//", "depends_on", "lifecycle", "provider", "timeouts"];

function kubernetesObject(type: string, resource: TerraformBlock, references: References): KubernetesObject {
  const attributes = Object.fromEntries(Object.entries(resource).filter(([name]) => !metaArguments.includes(name)));
  if (type === "kubernetes_manifest") return manifest(attributes, references);
  const resourceKind = resourceKinds[type];
  if (!resourceKind) throw new Error(`${type} is not in the table of known resources`);
  const { apiVersion, kind } = resourceKind;
  return { apiVersion, kind, ...convertBlock(attributes, resourceKind.attributes, "", references) } as KubernetesObject;
}

const manifestArguments = ["computed_fields", "field_manager", "wait"];

function manifest(attributes: TerraformBlock, references: References): KubernetesObject {
  const unknown = Object.keys(attributes).find((name) => name !== "manifest" && !manifestArguments.includes(name));
  if (unknown !== undefined) throw new Error(`${unknown} is not in the table of known attributes`);
  return references.resolve(attributes["manifest"]) as KubernetesObject;
}

function convertBlock(
  block: TerraformBlock,
  known: Block,
  path: string,
  references: References,
): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(block)) {
    const attribute = Object.hasOwn(known, name) ? known[name] : undefined;
    if (!attribute) throw new Error(`${path}${name} is not in the table of known attributes`);
    if (attribute.omitted || isOmitted(value, attribute)) continue;
    const converted = convert(value, attribute, `${path}${name}`, references);
    if (attribute.intoParent) Object.assign(object, converted);
    else object[attribute.to ?? camelCase(name)] = converted;
  }
  for (const [name, attribute] of Object.entries(known)) {
    if ("default" in attribute && isOmitted(block[name], attribute))
      object[attribute.to ?? camelCase(name)] = attribute.default;
  }
  return object;
}

/** In Terraform null means omitted, and so does an empty list in place of a single block. */
function isOmitted(value: unknown, { block, many }: Attribute): boolean {
  return (
    value === null ||
    value === undefined ||
    (block !== undefined && !many && Array.isArray(value) && value.length === 0)
  );
}

function convert(value: unknown, attribute: Attribute, path: string, references: References): unknown {
  if (!attribute.block) {
    return withPrefix(`${path}: `, () => attribute.convert!(references.resolve(value)));
  }
  const { block } = attribute;
  // Terraform accepts a single block as an object or as a list with one item.
  const blocks = (Array.isArray(value) ? value : [value]) as TerraformBlock[];
  if (attribute.many) {
    return blocks.map((item, index) => convertBlock(item, block, `${path}[${index}].`, references));
  }
  if (blocks.length !== 1) throw new Error(`${path} must be one block, not ${blocks.length}`);
  return convertBlock(blocks[0]!, block, `${path}.`, references);
}

/** Runs `work`, and prefixes the message of an error with its location. */
function withPrefix<T>(location: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new Error(`${location}${(error as Error).message}`, { cause: error });
  }
}
