import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { actionStandIns } from "./actions";
import { conditionHolds, interpolate, interpolateAll, type Contexts, type Status } from "./expression";
import { readAction, type Step } from "./file";
import type { Run } from "./rehearsal";

/** Where the steps of a job run. */
export interface Place {
  readonly job: string;
  /** The folder into which actions/checkout brings the repository. */
  readonly workspace: string;
  /** The shell of steps that name none. */
  readonly shell?: string;
  /** Of the job's token; for the stand-in for gh. */
  readonly permissions: Readonly<Record<string, string>>;
  /** What earlier steps have written to GITHUB_ENV. */
  readonly variables: Record<string, string>;
}

interface StepResult {
  readonly outputs: Readonly<Record<string, string>>;
  readonly outcome: Status | "skipped";
}

/** Runs steps in order. After a failed one, only those run whose condition says so. */
export function runSteps(run: Run, steps: readonly Step[], contexts: Contexts, place: Place) {
  const results: Record<string, StepResult> = {};
  let status: Status = "success";
  for (const step of steps) {
    const known = { ...contexts, steps: results };
    const result = conditionHolds(step.if, known, status)
      ? runStep(run, step, known, place)
      : ({ outputs: {}, outcome: "skipped" } as const);
    if (step.id !== undefined) results[step.id] = result;
    if (result.outcome === "failure") status = "failure";
  }
  return { status, steps: results };
}

function runStep(run: Run, step: Step, contexts: Contexts, place: Place): StepResult {
  const title = interpolate(step.name ?? step.uses ?? step.run?.split("\n")[0] ?? "", contexts);
  run.log.push(`\n-- ${place.job}: ${title}\n`);
  if (step.run !== undefined) return runScript(run, step, contexts, place);
  const inputs = interpolateAll(step.with ?? {}, contexts);
  const uses = step.uses!;
  if (uses.startsWith("./")) {
    const action = readAction(join(place.workspace, uses, "action.yml"));
    return { outcome: runSteps(run, action.runs.steps, { ...contexts, inputs }, place).status, outputs: {} };
  }
  const standIn = actionStandIns[uses.split("@")[0]!];
  if (standIn === undefined) throw new Error(`There is no stand-in for ${uses}.`);
  return { outcome: standIn({ run, inputs, place }) ? "success" : "failure", outputs: {} };
}

/** https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsshell */
const shells: Readonly<Record<string, readonly string[]>> = {
  default: ["-e"],
  bash: ["--noprofile", "--norc", "-eo", "pipefail"],
};

function runScript(run: Run, step: Step, contexts: Contexts, place: Place): StepResult {
  const folder = mkdtempSync(join(run.folder, "step-"));
  const file = (name: string) => join(folder, name);
  for (const name of ["output", "env", "summary"]) writeFileSync(file(name), "");
  writeFileSync(file("script"), interpolate(step.run!, contexts));
  const shell = shells[step.shell ?? place.shell ?? "default"];
  if (shell === undefined) throw new Error(`The rehearsal does not know the shell ${step.shell}.`);
  const environment = {
    ...githubVariables(run.github),
    ...run.environment,
    PATH: `${run.programs}:${process.env["PATH"]}`,
    HOME: place.workspace,
    GITHUB_WORKSPACE: place.workspace,
    GITHUB_OUTPUT: file("output"),
    GITHUB_ENV: file("env"),
    GITHUB_STEP_SUMMARY: file("summary"),
    JOB_PERMISSIONS: JSON.stringify(place.permissions),
    ...place.variables,
    ...interpolateAll(step.env ?? {}, contexts),
  };
  const { status, error } = spawnSync(
    "bash",
    ["-c", 'exec bash "$@" > "$LOG" 2>&1', "bash", ...shell, file("script")],
    {
      cwd: place.workspace,
      env: { ...environment, LOG: file("log") },
    },
  );
  if (error) throw error;
  run.log.push(existsSync(file("log")) ? readFileSync(file("log"), "utf8") : "");
  run.summary.push(readFileSync(file("summary"), "utf8"));
  Object.assign(place.variables, readVariables(file("env")));
  return { outcome: status === 0 ? "success" : "failure", outputs: readVariables(file("output")) };
}

/** `github.run_id` is GITHUB_RUN_ID, and so on. */
function githubVariables(github: Readonly<Record<string, unknown>>): Record<string, string> {
  const simple = Object.entries(github).filter(([name, value]) => typeof value === "string" && name !== "token");
  return { CI: "true", ...Object.fromEntries(simple.map(([name, value]) => [`GITHUB_${name.toUpperCase()}`, value])) };
}

/** Reads the NAME=VALUE lines that a step has written to GITHUB_OUTPUT or GITHUB_ENV. */
function readVariables(file: string): Record<string, string> {
  const lines = readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "");
  return Object.fromEntries(
    lines.map((line) => {
      const [, name, value] = /^(\w+)=(.*)$/.exec(line) ?? [];
      if (name === undefined || value === undefined) throw new Error(`Not NAME=VALUE: ${line}`);
      return [name, value];
    }),
  );
}
