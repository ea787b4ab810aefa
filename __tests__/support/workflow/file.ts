import { readFileSync } from "node:fs";
import { parse } from "yaml";

/** A step of a job or of a composite action. */
export interface Step {
  readonly id?: string;
  readonly name?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly shell?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, unknown>>;
}

export interface Job {
  readonly name?: string;
  readonly if?: string;
  readonly needs?: string | readonly string[];
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly outputs?: Readonly<Record<string, string>>;
  readonly environment?: string;
  readonly steps?: readonly Step[];
}

export interface Workflow {
  readonly name: string;
  readonly on: {
    readonly workflow_call?: { readonly outputs?: Readonly<Record<string, { readonly value: string }>> };
  };
  readonly defaults?: { readonly run?: { readonly shell?: string } };
  readonly jobs: Readonly<Record<string, Job>>;
}

export interface CompositeAction {
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

/** What a run of the workflow does not depend on here: runners, time-outs, and runs at the same time. */
const ignored = {
  workflow: ["permissions", "concurrency"],
  job: ["runs-on", "timeout-minutes", "concurrency"],
};
const known = {
  workflow: ["name", "on", "defaults", "jobs", ...ignored.workflow],
  job: ["name", "if", "needs", "uses", "with", "permissions", "outputs", "environment", "steps", ...ignored.job],
  step: ["id", "name", "if", "uses", "run", "shell", "with", "env"],
};

/** @throws Error on a field whose meaning the rehearsal does not know, so that it never passes over one */
export function readWorkflow(file: string): Workflow {
  const workflow = parse(readFileSync(file, "utf8")) as Workflow;
  refuseUnknown(file, workflow, known.workflow);
  for (const job of Object.values(workflow.jobs)) {
    refuseUnknown(file, job, known.job);
    for (const step of job.steps ?? []) refuseUnknown(file, step, known.step);
  }
  return workflow;
}

export function readAction(file: string): CompositeAction {
  const action = parse(readFileSync(file, "utf8")) as CompositeAction;
  if (action.runs.using !== "composite") throw new Error(`${file} is not a composite action.`);
  for (const step of action.runs.steps) refuseUnknown(file, step, known.step);
  return action;
}

function refuseUnknown(file: string, object: object, fields: readonly string[]): void {
  const unknown = Object.keys(object).filter((field) => !fields.includes(field));
  if (unknown.length > 0) throw new Error(`${file}: the rehearsal does not know ${unknown.join(", ")}.`);
}
