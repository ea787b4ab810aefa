import type { PlannedChange } from "../terraform/terraform";

/** The effect of a change on one stack. */
export interface StackRow {
  /** The complete plan, including what stays the same. */
  readonly planned: readonly PlannedChange[];
  /** Whether Terraform itself refuses the plan because of prevent_destroy. */
  readonly terraformRefuses: boolean;
  /** Addresses for which the guard refuses the plan. */
  readonly guardRefuses: readonly string[];
}

/** A change and its effects. */
export interface Row {
  readonly title: string;
  readonly stacks: Readonly<Record<"platform" | "baker", StackRow>>;
}

const verbs = ["created", "replaced", "updated", "deleted", "untouched"] as const;
type Verb = (typeof verbs)[number];

/** Maximum number of addresses to list; beyond that, they are counted by type. */
const maxListed = 8;

/** The table of all changes for a reviewer: what each does to which resources of each stack. */
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

/** Managed resources by action. Data sources are left out. */
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
      throw new Error(`unknown action ${actions.join()} in a plan`);
  }
}

function listed(addresses: readonly string[]): string[] {
  if (addresses.length <= maxListed) return addresses.map(shortAddress).sort();
  const types = new Map<string, number>();
  for (const address of addresses) {
    const type = address.slice(0, address.indexOf("."));
    types.set(type, (types.get(type) ?? 0) + 1);
  }
  return [...types].sort(([a], [b]) => (a < b ? -1 : 1)).map(([type, count]) => `${count} ${type}`);
}

/** Removes cdktf's hash of the construct's path, for readability. */
export const shortAddress = (address: string): string => address.replace(/_[0-9A-F]{8}$/, "");
