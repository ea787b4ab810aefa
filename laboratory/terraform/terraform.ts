import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { findProgram } from "../needs";

/** What `terraform show -json` says of a planned change; the fields that are looked at here. */
export interface PlannedChange {
  readonly address: string;
  readonly mode: "managed" | "data";
  readonly type: string;
  readonly change: {
    readonly actions: string[];
    readonly after: Record<string, unknown> | null;
    /** By attribute: true where only an apply tells the value. */
    readonly after_unknown?: Readonly<Record<string, unknown>>;
    /** The attributes for which it is replaced, by their steps. */
    readonly replace_paths?: readonly (readonly (string | number)[])[];
  };
}

/** What it says of a resource as it will be after the plan. Values that only an apply tells are missing. */
export interface PlannedResource {
  readonly address: string;
  readonly mode: "managed" | "data";
  readonly type: string;
  readonly name: string;
  readonly provider_name: string;
  readonly schema_version: number;
  readonly values: Record<string, unknown>;
  /** true at each place whose value must not be shown. */
  readonly sensitive_values?: unknown;
}

/** A plan as `terraform show -json` prints it. */
export interface Plan {
  readonly planned_values: { readonly root_module: { readonly resources?: readonly PlannedResource[] } };
  readonly resource_changes?: readonly PlannedChange[];
}

export interface PlanOptions {
  /** Whether the real world is asked first. @default true */
  readonly refresh?: boolean;
  readonly variables?: NodeJS.ProcessEnv;
}

/**
 * A throw-away copy of a synthesised stack with which the real Terraform (or OpenTofu) works. It needs a provider
 * mirror, or the registry. Whoever makes the workspace removes it.
 *
 * @param stackFolder folder with the stack's cdk.tf.json
 * @param workspace where the copy goes; that of another project, to let this stack read that one's state
 */
export function terraformProject(stackFolder: string, workspace: string): TerraformProject {
  const folder = join(workspace, "cdktf.out", "stacks", basename(stackFolder));
  mkdirSync(folder, { recursive: true });
  cpSync(stackFolder, folder, { recursive: true });
  keepStateHere(folder);
  return new TerraformProject(folder, workspace);
}

export class TerraformProject {
  constructor(
    /** Where Terraform runs. */
    readonly folder: string,
    /** Has `cdktf.out/stacks/<stack>` and, with a local backend, `state/`. */
    readonly workspace: string,
    /** For all its runs. */
    private readonly variables: NodeJS.ProcessEnv = {},
  ) {}

  async init(): Promise<void> {
    await this.run(["init", "-input=false"]);
  }

  async validate(): Promise<void> {
    await this.run(["validate"]);
  }

  async plan({ refresh = true, variables }: PlanOptions = {}): Promise<Plan> {
    await this.run(["plan", "-input=false", "-lock=false", `-refresh=${refresh}`, "-out=plan"], variables);
    return JSON.parse(await this.run(["show", "-json", "plan"]));
  }

  /** @returns what Terraform printed */
  apply(variables?: NodeJS.ProcessEnv): Promise<string> {
    return this.run(["apply", "-input=false", "-auto-approve"], variables);
  }

  /** The stack's outputs as they stand in its state. */
  async outputs(): Promise<Record<string, { value: unknown }>> {
    return JSON.parse(await this.run(["output", "-json"]));
  }

  /** @returns what it printed @throws Error with all that it said */
  run(parameters: readonly string[], variables?: NodeJS.ProcessEnv): Promise<string> {
    const child = this.start(parameters, variables);
    let stdout = "";
    let stderr = "";
    child.stdout!.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr!.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    return new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (status, signal) => {
        if (status === 0) resolve(stdout);
        else reject(new Error(`${parameters.join(" ")}: exit ${signal ?? status}\n${stdout}\n${stderr}`));
      });
    });
  }

  /**
   * The same, for those that want to see or end it meanwhile. It and its providers are a process group of their own, and
   * end with this process.
   */
  start([command = "", ...parameters]: readonly string[], variables: NodeJS.ProcessEnv = {}): ChildProcess {
    const own = { CHECKPOINT_DISABLE: "1", TF_IN_AUTOMATION: "1", ...this.variables, ...variables };
    // "state rm" takes no such flag, and shows no colours.
    const plain = command === "state" ? [] : ["-no-color"];
    const child = spawn(terraformProgram(), [command, ...plain, ...parameters], {
      cwd: this.folder,
      env: { ...process.env, ...own },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    const end = () => signalGroup(child, "SIGKILL");
    process.once("exit", end);
    child.once("close", () => process.off("exit", end));
    return child;
  }
}

/** As a terminal does it: Terraform and its providers get the signal. */
export function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch (error) {
    // It has ended by itself.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** What a plan would change in the world: nothing, right after an apply. */
export function changes({ resource_changes: planned = [] }: Plan): PlannedChange[] {
  return planned.filter(({ change }) => !["no-op", "read"].includes(change.actions.join()));
}

/** The one that TERRAFORM_BINARY_NAME names, as for cdktf; else Terraform, else OpenTofu. @throws Error if none is here */
function terraformProgram(): string {
  const named = process.env["TERRAFORM_BINARY_NAME"];
  const program = named ? findProgram(named) : (findProgram("terraform") ?? findProgram("tofu"));
  if (!program) throw new Error(`${named ?? "neither terraform nor tofu"} is not on PATH; guard it with describeReal`);
  return program;
}

/**
 * Writes a state that holds nothing but outputs: what a stack leaves behind for those that read its state.
 * @param path of the state file
 */
export function writeOutputs(path: string, outputs: Record<string, unknown>): void {
  const typed = Object.entries(outputs).map(([name, value]) => [name, { value, type: typeOf(value) }]);
  writeState(path, { outputs: Object.fromEntries(typed), resources: [] });
}

/** Writes a state file. */
export function writeState(
  path: string,
  content: { readonly outputs: object; readonly resources: readonly unknown[] },
): void {
  mkdirSync(dirname(path), { recursive: true });
  const lineage = "00000000-0000-0000-0000-000000000000";
  writeFileSync(path, JSON.stringify({ version: 4, terraform_version: "1.5.0", serial: 1, lineage, ...content }));
}

/** The type of a value as Terraform's state writes it. */
function typeOf(value: unknown): unknown {
  if (Array.isArray(value)) return ["tuple", value.map(typeOf)];
  if (value === null || typeof value !== "object") return typeof value === "boolean" ? "bool" : typeof value;
  return ["object", Object.fromEntries(Object.entries(value).map(([name, field]) => [name, typeOf(field)]))];
}

/** A bucket can't be asked here: its state moves to a file. A local backend stays as it was synthesised. */
function keepStateHere(folder: string): void {
  const stack = JSON.parse(readFileSync(join(folder, "cdk.tf.json"), "utf8"));
  if (stack.terraform.backend.local) return;
  const backend = { local: { path: "terraform.tfstate" } };
  writeFileSync(join(folder, "backend_override.tf.json"), JSON.stringify({ terraform: { backend } }));
}
