/** A synthesised stack, cdk.tf.json, with the fields that are used here. */
export interface StackJson {
  readonly resource?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** All resources of a type, by their Terraform names. `Shape` is the part of them that the caller reads. */
export function resourcesOf<Shape>(stack: StackJson | undefined, type: string): Readonly<Record<string, Shape>> {
  return (stack?.resource?.[type] ?? {}) as Readonly<Record<string, Shape>>;
}

/**
 * The resource of a type that a reference such as `${google_compute_address.NAME.address}` points to.
 * @returns undefined if the text is not such a reference
 */
export function referred<Shape>(stack: StackJson | undefined, type: string, text: string): Shape | undefined {
  const name = text.startsWith(`\${${type}.`) ? /^\$\{[\w]+\.([\w-]+)/.exec(text)?.[1] : undefined;
  return name === undefined ? undefined : resourcesOf<Shape>(stack, type)[name];
}

/** The number of resources in a stack. */
export function resourceCount(stack: StackJson): number {
  return Object.values(stack.resource ?? {}).reduce((sum, byName) => sum + Object.keys(byName).length, 0);
}
