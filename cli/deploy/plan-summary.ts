import type { ResourceChange } from "../../lib/terraform/plan";
import type { Colors } from "../../lib/terminal/colors";

/** At most so many changed resources are listed one by one. */
const listed = 40;

/** A plan in short: what is created by kind, and each resource that is changed, replaced or deleted. */
export function planSummary(title: string, changes: readonly ResourceChange[], colors: Colors): string[] {
  const of = (action: string) => changes.filter((change) => actionOf(change) === action);
  const [created, changed, replaced, deleted] = [of("create"), of("update"), of("replace"), of("delete")];
  const counts = [
    [created, "to create"],
    [changed, "to change"],
    [replaced, "to replace"],
    [deleted, "to delete"],
  ] as const;
  const total = counts.filter(([those]) => those.length > 0).map(([those, what]) => `${those.length} ${what}`);
  const each = (those: readonly ResourceChange[], mark: string) => [
    ...those.slice(0, listed).map(({ address }) => `  ${mark} ${address}`),
    ...(those.length > listed ? [`  ${mark} … and ${those.length - listed} more`] : []),
  ];
  return [
    colors.bold(`${title}: ${total.join(", ")}`),
    ...byKind(created).map((line) => `  ${colors.green("create")}  ${line}`),
    ...each(changed, colors.yellow("change ")),
    ...each(replaced, colors.red("replace")),
    ...each(deleted, colors.red("delete ")),
  ];
}

/** The kind of a change; an object that is imported or only forgotten counts as one that is changed. */
function actionOf({ change: { actions } }: ResourceChange): "create" | "update" | "replace" | "delete" {
  if (actions.includes("delete")) return actions.length > 1 ? "replace" : "delete";
  return actions.includes("create") ? "create" : "update";
}

/** Resources counted by kind: "google_project_service: 9" is written "9 × google_project_service". */
function byKind(changes: readonly ResourceChange[]): string[] {
  const kinds = new Map<string, number>();
  for (const { type } of changes) kinds.set(type, (kinds.get(type) ?? 0) + 1);
  return [...kinds].map(([kind, count]) => `${String(count).padStart(2)} ${kind}`);
}
