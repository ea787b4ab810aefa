import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findProgram } from "../../../laboratory/needs";
import { packageRoot } from "../../../lib/package-root";
import { rehearse, type Rehearsed, type RehearsalProps } from "./rehearsal";

export interface Issue {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly state: "open" | "closed";
}
interface GitHub {
  hasIssues: boolean;
  repository: { private: boolean; pushed_at: string };
  issues: (Issue & { readonly user: object; readonly pull_request?: object })[];
  comments: { readonly issue: number; readonly body: string }[];
}

/**
 * The packages of this checkout, with a cache of their own: the program is bundled once for all jobs, and not again because
 * another checkout shares the packages.
 */
export function linkPackages(): string {
  const folder = mkdtempSync(join(tmpdir(), "packages-"));
  const packages = join(packageRoot, "node_modules");
  for (const name of readdirSync(packages)) {
    if (name !== ".cache") symlinkSync(join(packages, name), join(folder, name));
  }
  return folder;
}

/** What the jobs of all runs share: the repository, the bucket, the states, the registry and GitHub. */
export class World {
  readonly folder = mkdtempSync(join(tmpdir(), "pipeline-"));
  readonly repository = join(this.folder, "repository");
  private runs = 0;

  /** @param packages the result of linkPackages */
  constructor(private readonly packages: string) {
    for (const name of ["repository", "bucket", "state"]) mkdirSync(join(this.folder, name));
    // As it is in the working tree, not as it was committed.
    const script =
      "git ls-files -z --cached --others --exclude-standard | tar -c --null -T - --ignore-failed-read | tar -x -C";
    execFileSync("bash", ["-c", `${script} "$1" 2> /dev/null`, "bash", this.repository], { cwd: packageRoot });
    this.git("init", "--quiet");
    this.commitConfiguration();
    for (const name of ["calls", "registry"]) writeFileSync(join(this.folder, name), "");
    const pullRequest = { number: 1, title: "a change", body: "", state: "open" as const, user: {}, pull_request: {} };
    const repository = { private: false, pushed_at: new Date().toISOString() };
    this.github = { hasIssues: true, repository, issues: [pullRequest], comments: [] };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  get github(): GitHub {
    return JSON.parse(readFileSync(join(this.folder, "github.json"), "utf8")) as GitHub;
  }
  set github(github: GitHub) {
    writeFileSync(join(this.folder, "github.json"), JSON.stringify(github));
  }

  /** The issues, without the pull request. */
  get issues(): Issue[] {
    return this.github.issues.filter((issue) => issue.pull_request === undefined);
  }

  commentsOn(number: number): string[] {
    return this.github.comments.filter(({ issue }) => issue === number).map(({ body }) => body);
  }

  /** What the stand-ins were called for since the last time, as "ACCOUNT: PROGRAM ARGUMENTS". */
  takeCalls(): string[] {
    const file = join(this.folder, "calls");
    const calls = readFileSync(file, "utf8")
      .split("\n")
      .filter((call) => call !== "");
    writeFileSync(file, "");
    return calls;
  }

  /** Names of the files below a folder of this world. */
  files(folder: string): string[] {
    const found = execFileSync("find", [join(this.folder, folder), "-type", "f"], { encoding: "utf8" });
    return found
      .split("\n")
      .filter((file) => file !== "")
      .sort();
  }

  /** Changes the example configuration, and commits it. */
  commitConfiguration(change: (text: string) => string = (text) => text): void {
    const file = join(this.repository, "config/shadownet.yaml");
    writeFileSync(file, change(readFileSync(file, "utf8")));
    this.git("add", "config");
    this.git("-c", "user.name=baker", "-c", "user.email=baker@example.org", "commit", "--quiet", "--message", "change");
  }
  private git(...parameters: string[]): void {
    execFileSync("git", parameters, { cwd: this.repository });
  }

  /** The stacks as the stand-in for synth writes them. */
  set stacks(stacks: Readonly<Record<string, object>>) {
    for (const [name, stack] of Object.entries(stacks)) {
      const folder = join(this.folder, "stacks", name);
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, "cdk.tf.json"), JSON.stringify(stack));
    }
  }

  /** The state of a stack as Terraform stores it; empty if there is none. */
  stateOf(stack: string): string {
    const file = join(this.folder, "state", `${stack}.tfstate`);
    return existsSync(file) ? readFileSync(file, "utf8") : "";
  }

  /** A run of a workflow on main, or for the pull request 1. */
  run(name: "deploy" | "drift" | "plan", props: Partial<RehearsalProps> & { readonly event?: string } = {}): Rehearsed {
    const { event = { deploy: "push", drift: "schedule", plan: "pull_request" }[name], ...others } = props;
    const own = { full_name: "you/fork" };
    return rehearse({
      workflow: `.github/workflows/${name}.yml`,
      repository: this.repository,
      folder: this.folder,
      programs: join(__dirname, "programs"),
      github: {
        repository: "you/fork",
        server_url: "https://github.example",
        workflow: name,
        run_id: String(100 + ++this.runs),
        run_attempt: "1",
        sha: "0123456789".repeat(4),
        ref: name === "plan" ? "refs/pull/1/merge" : "refs/heads/main",
        event_name: event,
        token: "token-of-github",
        event: {
          repository: { private: this.github.repository.private },
          ...(name === "plan" && { pull_request: { number: 1, head: { repo: own } } }),
        },
      },
      vars: {
        BAKER_CONFIG: "config/shadownet.yaml",
        PLAN_SERVICE_ACCOUNT: "plan",
        APPLY_SERVICE_ACCOUNT: "apply",
        WORKLOAD_IDENTITY_PROVIDER: "provider",
      },
      environment: {
        WORLD: this.folder,
        ACCOUNT: "nobody",
        NODE_MODULES: this.packages,
        REAL_TERRAFORM: findProgram("terraform")!,
      },
      ...others,
    });
  }
}
