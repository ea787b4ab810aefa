import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { findProgram } from "./real";

/** What `terraform show -json` says of a planned change; the fields that tests look at. */
export interface PlannedChange {
  readonly address: string;
  readonly mode: "managed" | "data";
  readonly type: string;
  readonly change: { readonly actions: string[]; readonly after: Record<string, unknown> | null };
}

export interface TerraformProject {
  /** A copy of where cdktf was called: has `cdktf.out/stacks/<stack>` and, with a local backend, `state/`. */
  readonly workspace: string;
  /** Where Terraform runs, below workspace. */
  readonly folder: string;
  init(): void;
  validate(): void;
  /** Plans against the state that is there, asks nobody for the real world's. @returns all changes, data sources too */
  plan(variables?: NodeJS.ProcessEnv): PlannedChange[];
  /** Plans after asking the real world. @returns what an apply would change: nothing, right after one */
  changes(variables?: NodeJS.ProcessEnv): PlannedChange[];
  /** Applies without asking. @returns what Terraform printed */
  apply(variables?: NodeJS.ProcessEnv): string;
  /** The stack's outputs as they stand in its state. */
  outputs(): Record<string, { value: unknown }>;
}

/**
 * A throw-away copy of a synthesised stack with which the real Terraform (or OpenTofu) works. It needs a provider
 * mirror (`describeReal(…, { mirror: true }, …)`), and removes itself after the test file.
 *
 * @param stackFolder folder with the stack's cdk.tf.json
 * @param workspace of another project, to let this stack read that one's state @default - one of its own
 */
export function terraformProject(stackFolder: string, workspace = temporaryFolder()): TerraformProject {
  const folder = join(workspace, "cdktf.out", "stacks", basename(stackFolder));
  mkdirSync(folder, { recursive: true });
  cpSync(stackFolder, folder, { recursive: true });
  keepStateHere(folder);

  const run = (parameters: string[], variables?: NodeJS.ProcessEnv) => terraform(folder, parameters, variables);
  return {
    workspace,
    folder,
    init: () => void run(["init", "-input=false"]),
    validate: () => void run(["validate"]),
    plan: (variables) => {
      run(["plan", "-input=false", "-refresh=false", "-lock=false", "-out=plan"], variables);
      return JSON.parse(run(["show", "-json", "plan"])).resource_changes ?? [];
    },
    changes: (variables) => {
      run(["plan", "-input=false", "-lock=false", "-out=plan"], variables);
      const planned: PlannedChange[] = JSON.parse(run(["show", "-json", "plan"])).resource_changes ?? [];
      return planned.filter(({ change }) => !["no-op", "read"].includes(change.actions.join()));
    },
    apply: (variables) => run(["apply", "-input=false", "-auto-approve"], variables),
    outputs: () => JSON.parse(run(["output", "-json"])),
  };
}

/**
 * Writes a state that holds nothing but outputs: what a stack leaves behind for those that read its state.
 * @param path of the state file
 */
export function writeOutputs(path: string, outputs: Record<string, unknown>): void {
  const typed = Object.entries(outputs).map(([name, value]) => [name, { value, type: typeOf(value) }]);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(
    path,
    JSON.stringify({
      version: 4,
      terraform_version: "1.5.0",
      serial: 1,
      lineage: "00000000-0000-0000-0000-000000000000",
      outputs: Object.fromEntries(typed),
      resources: [],
    }),
  );
}

/** The type of a value as Terraform's state writes it. */
function typeOf(value: unknown): unknown {
  if (Array.isArray(value)) return ["tuple", value.map(typeOf)];
  if (value === null || typeof value !== "object") return typeof value === "boolean" ? "bool" : typeof value;
  return ["object", Object.fromEntries(Object.entries(value).map(([name, field]) => [name, typeOf(field)]))];
}

const folders: string[] = [];
afterAll(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true, force: true })));

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "terraform-"));
  folders.push(folder);
  return folder;
}

/** A bucket can't be asked here: its state moves to a file. A local backend stays as it was synthesised. */
function keepStateHere(folder: string): void {
  const stack = JSON.parse(readFileSync(join(folder, "cdk.tf.json"), "utf8"));
  if (stack.terraform.backend.local) return;
  const backend = { local: { path: "terraform.tfstate" } };
  writeFileSync(join(folder, "backend_override.tf.json"), JSON.stringify({ terraform: { backend } }));
}

function terraform(folder: string, parameters: string[], variables: NodeJS.ProcessEnv = {}): string {
  const program = findProgram("terraform") ?? findProgram("tofu");
  if (!program)
    throw new Error("neither terraform nor tofu is on PATH; guard the test with describeReal(…, { mirror: true }, …)");
  const { status, stdout, stderr } = spawnSync(
    program,
    [...parameters.slice(0, 1), "-no-color", ...parameters.slice(1)],
    {
      cwd: folder,
      encoding: "utf8",
      maxBuffer: 256 * 1024 * 1024,
      env: { ...process.env, CHECKPOINT_DISABLE: "1", TF_IN_AUTOMATION: "1", ...variables },
    },
  );
  if (status !== 0)
    throw new Error(`${basename(program)} ${parameters.join(" ")}: exit ${status}\n${stdout}\n${stderr}`);
  return stdout;
}
