import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { saysExists } from "../../lib/terraform/events";
import { findProgram } from "../needs";

/** A planned change in the output of `terraform show -json`: https://developer.hashicorp.com/terraform/internals/json-format */
export interface PlannedChange {
  readonly address: string;
  readonly mode: "managed" | "data";
  readonly type: string;
  readonly change: {
    readonly actions: string[];
    readonly after: Record<string, unknown> | null;
    /** By attribute: true where the value is only known after an apply. */
    readonly after_unknown?: Readonly<Record<string, unknown>>;
    /** Paths of the attributes that force a replacement. */
    readonly replace_paths?: readonly (readonly (string | number)[])[];
  };
}

/** A resource as planned. Values that are only known after an apply are missing. */
export interface PlannedResource {
  readonly address: string;
  readonly mode: "managed" | "data";
  readonly type: string;
  readonly name: string;
  readonly provider_name: string;
  readonly schema_version: number;
  readonly values: Record<string, unknown>;
  /** true in place of each sensitive value. */
  readonly sensitive_values?: unknown;
}

/** A plan as `terraform show -json` prints it. */
export interface Plan {
  readonly planned_values: { readonly root_module: { readonly resources?: readonly PlannedResource[] } };
  readonly resource_changes?: readonly PlannedChange[];
}

/** Options of `terraform plan`. */
export interface PlanOptions {
  /** Whether the real resources are read first. @default true */
  readonly refresh?: boolean;
  /** Additional environment variables. @default - none */
  readonly variables?: NodeJS.ProcessEnv;
}

/**
 * Copies a synthesised stack into a workspace, for use with the real Terraform or OpenTofu. init() needs a provider mirror
 * or the registry. The caller deletes the workspace.
 *
 * @param stackFolder folder with the stack's cdk.tf.json
 * @param workspace target folder; stacks that read each other's state share one
 */
export function terraformProject(stackFolder: string, workspace: string): TerraformProject {
  const folder = join(workspace, "cdktf.out", "stacks", basename(stackFolder));
  mkdirSync(folder, { recursive: true });
  cpSync(stackFolder, folder, { recursive: true });
  keepStateHere(folder);
  return new TerraformProject(folder, workspace);
}

/** A folder in which the real Terraform or OpenTofu runs. */
export class TerraformProject {
  constructor(
    /** Terraform's working directory. */
    readonly folder: string,
    /** Contains `cdktf.out/stacks/<stack>` and, with a local backend, `state/`. */
    readonly workspace: string,
    /** Environment variables for all runs. */
    private readonly variables: NodeJS.ProcessEnv = {},
  ) {}

  async init(): Promise<void> {
    await this.run(["init", "-input=false"]);
  }

  async validate(): Promise<void> {
    await this.run(["validate"]);
  }

  /** Plans and returns the plan. @throws Error with all output, if it fails */
  async plan({ refresh = true, variables }: PlanOptions = {}): Promise<Plan> {
    await this.run(["plan", "-input=false", "-lock=false", `-refresh=${refresh}`, "-out=plan"], variables);
    return JSON.parse(await this.run(["show", "-json", "plan"]));
  }

  /** @returns what Terraform printed */
  apply(variables?: NodeJS.ProcessEnv): Promise<string> {
    return this.run(["apply", "-input=false", "-auto-approve"], variables);
  }

  /** The stack's outputs, from its state. */
  async outputs(): Promise<Record<string, { value: unknown }>> {
    return JSON.parse(await this.run(["output", "-json"]));
  }

  /** Runs a command. @returns its standard output @throws Error with all of its output, if it fails */
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
   * Starts a command, for callers that follow its output or interrupt it. Terraform and its providers are a process group
   * of their own, which ends with this process.
   */
  start([command = "", ...parameters]: readonly string[], variables: NodeJS.ProcessEnv = {}): ChildProcess {
    const own = { CHECKPOINT_DISABLE: "1", TF_IN_AUTOMATION: "1", ...this.variables, ...variables };
    // "state rm" does not support -no-color, and prints no colours.
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

/** Sends a signal to Terraform and its providers, as a terminal does. */
export function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch (error) {
    // It has already exited.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** The changes of a plan, without no-ops and reads: none, right after an apply. */
export function changes({ resource_changes: planned = [] }: Plan): PlannedChange[] {
  return planned.filter(({ change }) => !["no-op", "read"].includes(change.actions.join()));
}

/** Addresses of resources that already exist, according to Terraform's errors. */
export function existingResources(output: string): string[] {
  return output
    .split(/^Error: /m)
    .filter(saysExists)
    .flatMap((error) => /^\s*with (\S+?),/m.exec(error)?.[1] ?? []);
}

/** The program that TERRAFORM_BINARY_NAME names, as for cdktf; otherwise terraform or tofu. @throws Error if it does not exist */
function terraformProgram(): string {
  const named = process.env["TERRAFORM_BINARY_NAME"];
  const program = named ? findProgram(named) : (findProgram("terraform") ?? findProgram("tofu"));
  if (!program) throw new Error(`${named ?? "neither terraform nor tofu"} is not on PATH; guard it with describeReal`);
  return program;
}

/**
 * Writes a state that only contains outputs, for stacks that read it.
 * @param path path of the state file
 */
export function writeOutputs(path: string, outputs: Record<string, unknown>): void {
  const typed = Object.entries(outputs).map(([name, value]) => [name, { value, type: typeOf(value) }]);
  writeState(path, { outputs: Object.fromEntries(typed), resources: [] });
}

/** Writes a state file. @param path path of the file */
export function writeState(
  path: string,
  content: { readonly outputs: object; readonly resources: readonly unknown[] },
): void {
  mkdirSync(dirname(path), { recursive: true });
  const lineage = "00000000-0000-0000-0000-000000000000";
  writeFileSync(path, JSON.stringify({ version: 4, terraform_version: "1.5.0", serial: 1, lineage, ...content }));
}

/** The type of a value, in the notation of Terraform's state. */
function typeOf(value: unknown): unknown {
  if (Array.isArray(value)) return ["tuple", value.map(typeOf)];
  if (value === null || typeof value !== "object") return typeof value === "boolean" ? "bool" : typeof value;
  return ["object", Object.fromEntries(Object.entries(value).map(([name, field]) => [name, typeOf(field)]))];
}

/** Replaces a remote backend, which is not available here, by a local file. */
function keepStateHere(folder: string): void {
  const stack = JSON.parse(readFileSync(join(folder, "cdk.tf.json"), "utf8"));
  if (stack.terraform.backend.local) return;
  const backend = { local: { path: "terraform.tfstate" } };
  writeFileSync(join(folder, "backend_override.tf.json"), JSON.stringify({ terraform: { backend } }));
}
