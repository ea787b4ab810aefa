/**
 * A message of `terraform plan -json` or `apply -json`, with the fields that are used here.
 * https://developer.hashicorp.com/terraform/internals/machine-readable-ui
 */
export interface TerraformEvent {
  /** apply_start, apply_progress, apply_complete, apply_errored, diagnostic and others. */
  readonly type: string;
  readonly hook?: {
    readonly resource: { readonly addr: string; readonly resource_type: string };
    /** create, update, delete, replace, read. */
    readonly action?: string;
    readonly elapsed_seconds?: number;
  };
  readonly diagnostic?: Diagnostic;
}

/** An error or a warning of Terraform, or of a provider. */
export interface Diagnostic {
  readonly severity: "error" | "warning";
  readonly summary: string;
  readonly detail?: string;
  /** The resource that it is about. */
  readonly address?: string;
}

/** Terraform's errors in a run. */
export const errorsOf = (events: readonly TerraformEvent[]): Diagnostic[] =>
  events.flatMap(({ diagnostic }) => (diagnostic?.severity === "error" ? [diagnostic] : []));

/** All that an error says, in one text. */
export const textOf = ({ summary, detail }: Diagnostic): string => [summary, detail].filter(Boolean).join("\n");

/** Whether an error of Google's or Kubernetes' API says that an object of this name is there already. */
export const saysExists = (text: string): boolean =>
  /already\s+exists|alreadyExists|existing\s+object\s+already\s+found/i.test(text);

/** Addresses of the resources that were being changed when the run ended, or are now. */
export function unfinished(events: readonly TerraformEvent[]): string[] {
  const open = new Set<string>();
  for (const { type, hook } of events) {
    if (hook === undefined) continue;
    if (type === "apply_start") open.add(hook.resource.addr);
    if (type === "apply_complete" || type === "apply_errored") open.delete(hook.resource.addr);
  }
  return [...open];
}
