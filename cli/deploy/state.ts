import { Failure } from "../../lib/terminal/failure";
import { shownJson, type Terraform } from "../../lib/terraform/terraform";
import { type Context, runQuietly } from "./context";

/** A resource in a state, with the fields of `terraform show -json` that are read here. */
export interface StateResource {
  readonly address: string;
  readonly mode: "managed" | "data";
  readonly type: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly tainted?: boolean;
}

interface State {
  readonly values?: {
    readonly outputs?: Readonly<Record<string, { readonly value?: unknown }>>;
    readonly root_module?: { readonly resources?: readonly StateResource[] };
  };
}

/** The resources in a stack's state: none before its first deployment. */
export async function stateOf(context: Context, terraform: Terraform): Promise<readonly StateResource[]> {
  const { values } = await readState(context, terraform);
  return (values?.root_module?.resources ?? []).filter(({ mode }) => mode === "managed");
}

/** The outputs in a stack's state. */
export async function outputsOf(context: Context, terraform: Terraform): Promise<Readonly<Record<string, unknown>>> {
  const { values } = await readState(context, terraform);
  return Object.fromEntries(Object.entries(values?.outputs ?? {}).map(([name, { value }]) => [name, value]));
}

async function readState(context: Context, terraform: Terraform): Promise<State> {
  const { status, output } = await runQuietly(context, terraform, ["show", "-json"]);
  if (status !== 0) throw new Failure("Terraform's state can't be read.", output);
  return shownJson(output) as State;
}
