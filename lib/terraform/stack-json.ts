/** A stack as cdktf synthesised it: what the summary reads of cdk.tf.json. */
export interface StackJson {
  readonly resource?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** All resources of a type, by their names in Terraform. `Shape` says what is read of them. */
export function resourcesOf<Shape>(stack: StackJson | undefined, type: string): Readonly<Record<string, Shape>> {
  return (stack?.resource?.[type] ?? {}) as Readonly<Record<string, Shape>>;
}

/** The resource of a type to which a string refers: `${google_compute_address.NAME.address}`. */
export function referred<Shape>(stack: StackJson | undefined, type: string, text: string): Shape | undefined {
  const name = text.startsWith(`\${${type}.`) ? /^\$\{[\w]+\.([\w-]+)/.exec(text)?.[1] : undefined;
  return name === undefined ? undefined : resourcesOf<Shape>(stack, type)[name];
}

/** How many resources a stack has. */
export function resourceCount(stack: StackJson): number {
  return Object.values(stack.resource ?? {}).reduce((sum, byName) => sum + Object.keys(byName).length, 0);
}
