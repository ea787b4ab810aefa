import type { Fields } from "../../google/fields";
import type { GoogleStandIn } from "../../google/stand-in";
import type { StateResource } from "./applied-platform";

/**
 * What is at Google, for comparison with another time: every resource by its name, or by its display name where Google
 * makes up its name; IAM policies with their bindings.
 */
export function inventory(google: GoogleStandIn): string[] {
  return [...google.resources]
    .map(([name, fields]) => {
      if (name.startsWith("policies/")) return `${name} ${JSON.stringify(bindings(fields))}`;
      return isNamedByGoogle(name) ? `${name.replace(/[^/]+$/, "")}${fields["displayName"]}` : name;
    })
    .sort();
}

/** What one inventory has more than the other, and less. */
export function inventoryDifference(before: readonly string[], after: readonly string[]): string[] {
  return [
    ...without(after, before).map((name) => `left over: ${name}`),
    ...without(before, after).map((name) => `missing: ${name}`),
  ];
}

/** Names of the alert policies and notification channels that are not in Terraform's state, with their display names. */
export function doubled(google: GoogleStandIn, state: readonly StateResource[]): { name: string; title: string }[] {
  const known = new Set(state.map(({ attributes }) => attributes["id"]));
  return [...google.resources].flatMap(([key, { displayName }]) => {
    const name = key.slice(key.indexOf("/") + 1);
    return isNamedByGoogle(key) && !known.has(name) ? [{ name, title: String(displayName) }] : [];
  });
}

const isNamedByGoogle = (name: string): boolean => /\/(alertPolicies|notificationChannels)\/[^/]+$/.test(name);

function bindings({ bindings = [] }: Fields): string[] {
  return bindings.flatMap(({ role, members }: Fields) => members.map((member: string) => `${role} ${member}`)).sort();
}

/** The items of a list without those of another, each as often as it is there. */
function without(items: readonly string[], others: readonly string[]): string[] {
  const left = [...others];
  return items.filter((item) => {
    const index = left.indexOf(item);
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
}
