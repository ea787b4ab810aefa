import type { PlannedChange } from "../terraform/terraform";

/** What one change of the configuration does to one stack. */
export interface StackRow {
  /** All of the plan, also what stays. */
  readonly planned: readonly PlannedChange[];
  /** Whether Terraform itself refuses to plan it, because of prevent_destroy. It doesn't always name all there is. */
  readonly terraformRefuses: boolean;
  /** Addresses that the guard names. */
  readonly guardRefuses: readonly string[];
}

export interface Row {
  readonly title: string;
  readonly stacks: Readonly<Record<"platform" | "baker", StackRow>>;
}

const verbs = ["created", "replaced", "updated", "deleted", "untouched"] as const;
type Verb = (typeof verbs)[number];

/** Longest list of addresses that is written out; of a longer one, how many there are of each type. */
const longest = 8;

/** The table of all changes, as a reviewer reads it: by change and stack, what is done to which resource. */
export function changeTable(rows: readonly Row[]): string {
  return rows.map((row) => `${[row.title, ...rowLines(row)].join("\n")}\n`).join("\n");
}

function rowLines({ stacks }: Row): string[] {
  return Object.entries(stacks).flatMap(([stack, { planned, terraformRefuses, guardRefuses }]) => {
    const byVerb = resourcesByVerb(planned);
    const counts = verbs.flatMap((verb) => (byVerb[verb].length > 0 ? `${byVerb[verb].length} ${verb}` : []));
    const lists = verbs
      .filter((verb) => verb !== "untouched")
      .flatMap((verb) => listed(byVerb[verb]).map((line) => `    ${verb.padEnd(9)} ${line}`));
    const refused = [
      ...(terraformRefuses ? ["    REFUSED by Terraform itself"] : []),
      ...listed(guardRefuses).map((line) => `    REFUSED by the guard: ${line}`),
    ];
    return [`  ${stack}: ${counts.join(", ")}`, ...lists, ...refused];
  });
}

/** Addresses by what happens to them. What a plan reads or moves is nothing that happens. */
export function resourcesByVerb(planned: readonly PlannedChange[]): Record<Verb, string[]> {
  const byVerb: Record<Verb, string[]> = { created: [], replaced: [], updated: [], deleted: [], untouched: [] };
  for (const { mode, address, change } of planned) {
    if (mode === "managed") byVerb[verbOf(change.actions)].push(address);
  }
  return byVerb;
}

function verbOf(actions: readonly string[]): Verb {
  if (actions.length > 1) return "replaced";
  switch (actions[0]) {
    case "no-op":
      return "untouched";
    case "create":
      return "created";
    case "update":
      return "updated";
    case "delete":
      return "deleted";
    default:
      throw new Error(`Terraform plans ${actions.join()}, which this table doesn't know`);
  }
}

function listed(addresses: readonly string[]): string[] {
  if (addresses.length <= longest) return addresses.map(shortAddress).sort();
  const types = new Map<string, number>();
  for (const address of addresses) {
    const type = address.slice(0, address.indexOf("."));
    types.set(type, (types.get(type) ?? 0) + 1);
  }
  return [...types].sort(([a], [b]) => (a < b ? -1 : 1)).map(([type, count]) => `${count} ${type}`);
}

/** Without cdktf's hash of the construct's path, which says nothing to a reader. */
export const shortAddress = (address: string): string => address.replace(/_[0-9A-F]{8}$/, "");
