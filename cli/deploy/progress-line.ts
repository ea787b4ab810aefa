import type { TerraformEvent } from "../../lib/terraform/events";
import type { Colors } from "../../lib/terminal/colors";

/** How often a change that takes long is told, in seconds. */
const reminderSeconds = 60;

const doing: Readonly<Record<string, string>> = { create: "creating", update: "changing", delete: "deleting" };
const done: Readonly<Record<string, string>> = { create: "created", update: "changed", delete: "deleted" };

/** What usually takes minutes, so that nobody thinks that it hangs. */
const usually: Readonly<Record<string, string>> = {
  google_container_cluster: "usually 6 to 12 minutes",
  google_container_node_pool: "usually 1 to 3 minutes",
};

/** One message of `terraform apply -json`, for people; undefined if it needs no line. */
export function progressLine({ type, hook }: TerraformEvent, colors: Colors): string | undefined {
  if (hook === undefined) return undefined;
  const { addr, resource_type: kind } = hook.resource;
  // It only remembers what must not be deleted.
  if (addr.startsWith("terraform_data.never-deleted[") && type !== "apply_errored") return undefined;
  const { action = "", elapsed_seconds: seconds = 0 } = hook;
  switch (type) {
    case "apply_start":
      return action in doing
        ? `  ${doing[action]} ${addr}${kind in usually && action === "create" ? ` (${usually[kind]})` : ""}`
        : undefined;
    case "apply_progress":
      return seconds > 0 && seconds % reminderSeconds < 10
        ? colors.dim(`  still ${doing[action] ?? action} ${addr}, for ${duration(seconds)}`)
        : undefined;
    case "apply_complete":
      return action in done ? `  ${colors.green(done[action] ?? action)} ${addr}, ${duration(seconds)}` : undefined;
    case "apply_errored":
      return `  ${colors.red("failed:")} ${addr}`;
    default:
      return undefined;
  }
}

/** A duration in seconds, for people: "45 s", "6 min 12 s". */
export const duration = (seconds: number): string =>
  seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
