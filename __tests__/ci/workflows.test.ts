import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { packageRoot } from "../../lib/package-root";

const github = join(packageRoot, ".github");
const workflows = readdirSync(join(github, "workflows")).map((name) => join("workflows", name));
const actions = readdirSync(join(github, "actions")).map((name) => join("actions", name, "action.yml"));
const text = (file: string) => readFileSync(join(github, file), "utf8");

interface Job {
  readonly if?: string;
  readonly needs?: string | string[];
  readonly permissions?: Record<string, string>;
  readonly environment?: string;
  readonly uses?: string;
  readonly steps?: { readonly run?: string; readonly uses?: string; readonly with?: Record<string, unknown> }[];
}
interface Workflow {
  readonly on: Record<string, unknown>;
  readonly permissions?: unknown;
  readonly jobs: Record<string, Job>;
}
const parsed = workflows.map((file) => ({ file, workflow: parse(text(file)) as Workflow }));
const jobs = parsed.flatMap(({ file, workflow }) =>
  Object.entries(workflow.jobs).map(([name, job]) => ({ name: `${file}: ${name}`, job })),
);
const needsOf = ({ needs = [] }: Job) => [needs].flat();
const applyAccount = "${{ vars.APPLY_SERVICE_ACCOUNT }}";

test.each([...workflows, ...actions])("%s pins actions to commits, with the version in a comment", (file) => {
  const used = [...text(file).matchAll(/uses: (\S+)(.*)/g)].filter(([, action]) => !action?.startsWith("./"));
  for (const [line, action, rest] of used) {
    expect([line, action]).toEqual([line, expect.stringMatching(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/)]);
    expect([line, rest]).toEqual([line, expect.stringMatching(/^ # v\d+\.\d+\.\d+$/)]);
  }
});

test("every action has the same version everywhere", () => {
  const used = [...workflows, ...actions].flatMap((file) =>
    [...text(file).matchAll(/uses: ([\w-]+\/[\w-]+)@(\S+ # \S+)/g)].map(
      ([, action, version]) => `${action}@${version}`,
    ),
  );
  const names = [...new Set(used)].map((use) => use.split("@")[0]);
  expect(names).toEqual([...new Set(names)]);
});

test.each(parsed)(
  "$file grants no permissions by default, and never runs a fork's code with the repository's permissions",
  ({ workflow }) => {
    expect(workflow.permissions).toEqual({});
    expect(Object.keys(workflow.on)).not.toContain("pull_request_target");
    expect(Object.keys(workflow.on)).not.toContain("workflow_run");
  },
);

test.each(jobs)("$name declares its permissions, and has no expression in a script", ({ job }) => {
  expect(job.permissions).toBeDefined();
  for (const { run } of job.steps ?? []) expect(run ?? "").not.toContain("${{");
});

test("the apply account is used only in environments, which wait for reviewers, and never by a pull request", () => {
  const applying = jobs.filter(({ job }) => job.steps?.some((step) => step.with?.["service_account"] === applyAccount));
  expect(applying.map(({ name, job }) => [name, job.environment])).toEqual([
    ["workflows/deploy.yml: apply-platform", "platform"],
    ["workflows/deploy.yml: apply-baker", "baker"],
  ]);
  const deploy = parsed.find(({ file }) => file === "workflows/deploy.yml");
  expect(Object.keys(deploy?.workflow.on ?? {})).toEqual(["push", "workflow_dispatch"]);
});

test("a job that may write to a pull request runs no code from it", () => {
  const writing = jobs.filter(({ job }) => job.permissions?.["pull-requests"] === "write");
  expect(writing.map(({ name }) => name)).toEqual(["workflows/plan.yml: comment"]);
  expect(
    writing[0]?.job.steps?.some(({ uses }) => uses?.startsWith("actions/checkout@") || uses?.startsWith("./")),
  ).toBe(false);
});

describe("the checks that branch protection requires", () => {
  const onEveryPullRequest = parsed.filter(({ workflow: { on } }) => {
    if (!("pull_request" in on)) return false;
    return !Object.keys((on["pull_request"] as object | null) ?? {}).includes("paths");
  });
  const required = onEveryPullRequest.map(({ file }) => file.replace(/^.*\/(.*)\.yml$/, "$1-passed"));

  test.each(onEveryPullRequest)("one in $file sums up all its other jobs, and always runs", ({ file, workflow }) => {
    const name = required.find((check) => file.endsWith(`/${check.replace("-passed", ".yml")}`))!;
    const { [name]: sum, ...others } = workflow.jobs;
    expect(needsOf(sum!)).toEqual(Object.keys(others));
    expect([sum?.if, sum?.permissions]).toEqual(["always()", {}]);
  });

  test("docs/ci.md names them", () => {
    const docs = readFileSync(join(packageRoot, "docs/ci.md"), "utf8");
    expect(docs).toContain(
      `the checks ${required
        .sort()
        .reverse()
        .map((check) => `\`${check}\``)
        .join(" and ")}.`,
    );
  });

  test("no other workflow has a check of that name", () => {
    const names = parsed.flatMap(({ workflow }) => Object.keys(workflow.jobs));
    for (const check of required) expect(names.filter((name) => name === check)).toHaveLength(1);
  });
});

test("issues are written only by jobs that run main's code, about runs on main", () => {
  const writing = jobs.filter(({ job }) => job.permissions?.["issues"] === "write");
  expect(writing.map(({ name }) => name)).toEqual([
    "workflows/deploy.yml: report",
    "workflows/drift.yml: report",
    "workflows/image.yml: report",
  ]);
  for (const { job } of writing) expect(job.if).toMatch(/^always\(\) && .*github\.ref == 'refs\/heads\/main'$/);
});

test("no plan is an artifact, which everybody can read in a public repository", () => {
  const uploads = jobs.flatMap(({ job }) => job.steps ?? []).filter(({ uses }) => uses?.includes("upload-artifact"));
  expect(uploads.map((step) => step.with?.["path"])).toEqual(["comment.md"]);
});
