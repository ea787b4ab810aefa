import { mkdirSync, mkdtempSync } from "node:fs";
import { join } from "node:path";
import { conditionHolds, interpolateAll, type Contexts } from "./expression";
import { readWorkflow, type Job } from "./file";
import { runSteps, type Place } from "./steps";

export type Result = "success" | "failure" | "skipped";
export interface JobResult {
  readonly result: Result;
  readonly outputs: Readonly<Record<string, string>>;
}

/** The run of a workflow on this machine, instead of on GitHub's runners. */
export interface RehearsalProps {
  /** Path of the workflow in the repository. */
  readonly workflow: string;
  /** The repository's files, which actions/checkout brings. */
  readonly repository: string;
  /** Folder for the workspaces of jobs and for artifacts. */
  readonly folder: string;
  /** Folder of programs that jobs find first. */
  readonly programs: string;
  /** The context `github`. */
  readonly github: Readonly<Record<string, unknown>>;
  /** The context `vars`. */
  readonly vars: Readonly<Record<string, string>>;
  /** Environment of every step, for the stand-ins. */
  readonly environment: Readonly<Record<string, string>>;
  /** Asked before a job that has an environment. @returns whether the reviewers approve it */
  readonly approve?: (environment: string) => boolean;
  /** Called before each job that runs. */
  readonly beforeJob?: (job: string) => void;
}

export interface Rehearsed {
  readonly jobs: Readonly<Record<string, JobResult>>;
  /** What GitHub would show to everybody who may read the runs: all output of all steps. */
  readonly log: string;
  /** The summaries of all steps. */
  readonly summary: string;
  /** Folder with a folder for each artifact. */
  readonly artifacts: string;
}

/** What the jobs of a run share. */
export interface Run extends RehearsalProps {
  readonly artifacts: string;
  readonly log: string[];
  readonly summary: string[];
}

/** Runs a workflow's jobs in order, as GitHub does; every `run` is run by bash, and actions are stand-ins. */
export function rehearse(props: RehearsalProps): Rehearsed {
  const artifacts = join(mkdtempSync(join(props.folder, "run-")), "artifacts");
  mkdirSync(artifacts);
  const run: Run = { ...props, artifacts, log: [], summary: [] };
  const jobs = runJobs(run, props.workflow, {}, "");
  return { jobs, artifacts, log: run.log.join(""), summary: run.summary.join("") };
}

/** @param caller the job that calls the workflow, and a slash; empty for the run's own workflow */
function runJobs(run: Run, file: string, inputs: object, caller: string): Record<string, JobResult> {
  const workflow = readWorkflow(join(run.repository, file));
  const done: Record<string, JobResult> = {};
  const waiting = new Map(Object.entries(workflow.jobs));
  while (waiting.size > 0) {
    const ready = [...waiting].find(([, job]) => needsOf(job).every((need) => need in done));
    if (ready === undefined) throw new Error(`${file}: jobs need each other: ${[...waiting.keys()].join(", ")}`);
    const [id, job] = ready;
    waiting.delete(id);
    const needs = Object.fromEntries(needsOf(job).map((need) => [need, done[need]]));
    const contexts = { github: run.github, vars: run.vars, inputs, needs };
    const before = ancestors(workflow.jobs, id).map((name) => done[name]!.result);
    // A skipped job before this one, at any distance, counts as not successful: github.com/actions/runner/issues/491
    const status = before.includes("failure") ? "failure" : before.includes("skipped") ? "skipped" : "success";
    done[id] = conditionHolds(job.if, contexts, status)
      ? runJob(run, `${caller}${id}`, job, workflow.defaults?.run?.shell, contexts)
      : { result: "skipped", outputs: {} };
    run.log.push(`\n== ${caller}${id}: ${done[id].result}\n`);
  }
  return done;
}

function runJob(run: Run, name: string, job: Job, shell: string | undefined, contexts: Contexts): JobResult {
  if (job.environment !== undefined && run.approve?.(job.environment) === false)
    return { result: "failure", outputs: {} };
  if (job.uses !== undefined) return callWorkflow(run, name, job, contexts);
  run.beforeJob?.(name);
  const workspace = mkdtempSync(join(run.folder, "workspace-"));
  const place: Place = { job: name, workspace, shell, permissions: job.permissions ?? {}, variables: {} };
  const { status, steps } = runSteps(run, job.steps ?? [], contexts, place);
  return { result: status, outputs: interpolateAll(job.outputs ?? {}, { ...contexts, steps }) };
}

/** A job whose steps are another workflow of the repository. */
function callWorkflow(run: Run, name: string, job: Job, contexts: Contexts): JobResult {
  const file = job.uses!.replace(/^\.\//, "");
  const jobs = runJobs(run, file, interpolateAll(job.with ?? {}, contexts), `${name}/`);
  const outputs = readWorkflow(join(run.repository, file)).on.workflow_call?.outputs ?? {};
  const values = Object.entries(outputs).map(([key, { value }]) => [key, value]);
  const failed = Object.values(jobs).some(({ result }) => result === "failure");
  return { result: failed ? "failure" : "success", outputs: interpolateAll(Object.fromEntries(values), { jobs }) };
}

const needsOf = ({ needs = [] }: Job): readonly string[] => [needs].flat();

/** All jobs that must end before this one, at any distance. */
function ancestors(jobs: Readonly<Record<string, Job>>, id: string): string[] {
  const direct = needsOf(jobs[id]!);
  return [...new Set([...direct, ...direct.flatMap((need) => ancestors(jobs, need))])];
}
