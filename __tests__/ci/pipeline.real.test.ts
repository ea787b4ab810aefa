import { execFileSync } from "node:child_process";
import { appendFileSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describeReal } from "../support/real";
import type { Rehearsed, Result } from "../support/workflow/rehearsal";
import { linkPackages, World, type Issue } from "../support/workflow/world";

/** A value that only those who may read the state should see. */
const range = "10.99.88.0/24";
const output = "cross-stack-output-range";
const image = "us-central1-docker.pkg.dev/example-project/baker/signer-forwarder:0123456789ab";
const backend = { gcs: { bucket: "state-bucket", prefix: "baker" } };
const platform = (input: string, more: object = {}) => ({
  terraform: { backend },
  resource: { terraform_data: { network: { input, ...more } } },
  output: { [output]: { value: "${terraform_data.network.output}" } },
});
const baker = (world: World, name: string) => ({
  terraform: { backend },
  data: {
    terraform_remote_state: {
      "cross-stack-reference-input-platform": {
        backend: "local",
        config: { path: `${world.folder}/state/platform.tfstate` },
      },
    },
  },
  resource: {
    terraform_data: {
      pod: {
        input: {
          image,
          name,
          range: `\${data.terraform_remote_state.cross-stack-reference-input-platform.outputs.${output}}`,
        },
      },
    },
  },
});
/** The apply of a stack with this fails. */
const failing = { provisioner: [{ "local-exec": { command: "exit 1" } }], triggers_replace: "again" };

const resultsOf = ({ jobs }: Rehearsed) =>
  Object.fromEntries(Object.entries(jobs).map(([name, { result }]) => [name, result]));
/** Shows the log of a run that ends otherwise. */
function expectResults(run: Rehearsed, expected: Record<string, Result>): void {
  const results = resultsOf(run);
  const isExpected = Object.entries(expected).every(([job, result]) => results[job] === result);
  if (!isExpected) throw new Error(`The run ended with ${JSON.stringify(results)}. Its log:\n${run.log}`);
}
const succeeded: Record<string, Result> = {
  "plan-platform": "success",
  "apply-platform": "success",
  "plan-baker": "success",
  "apply-baker": "success",
  report: "success",
};

/**
 * Runs the jobs of the workflows in order: what their files say is evaluated as GitHub does, and every script is run by
 * bash. Terraform, jq, node and the program are real; GitHub, its runners and actions, gcloud, docker, the registry, npm
 * and the synthesised stacks are stand-ins (support/workflow).
 */
describeReal("the pipeline", { programs: ["terraform", "jq", "bash", "git"] }, () => {
  jest.setTimeout(300_000);
  let packages: string;
  let world: World;
  beforeAll(() => void (packages = linkPackages()));
  afterAll(() => rmSync(packages, { recursive: true }));
  beforeEach(() => {
    world = new World(packages);
    world.stacks = { platform: platform(range), baker: baker(world, "one") };
  });
  afterEach(() => world.remove());

  /** What everybody can read in a public repository. */
  const published = (run: Rehearsed) =>
    [
      run.log,
      run.summary,
      ...world.files(run.artifacts.slice(world.folder.length)).map((file) => readFileSync(file, "utf8")),
      JSON.stringify(world.github),
    ].join("\n");

  test("the first deployment plans, waits for approval, applies and pushes in order; the second has nothing to do", () => {
    const approvals: string[] = [];
    const approve = (environment: string) => {
      approvals.push(`${environment} after ${world.stateOf("platform") === "" ? "nothing" : "platform"}`);
      return true;
    };
    const first = world.run("deploy", { approve });
    expectResults(first, succeeded);
    expect(approvals).toEqual(["platform after nothing", "baker after platform"]);
    const steps = world.takeCalls().filter((call) => !/ terraform (init|show|output) /.test(call));
    expect(steps.map((call) => call.replaceAll(/\/tmp\/tmp\S+/g, "FILE").replaceAll(/#\d+/g, "#N"))).toEqual([
      "plan: terraform plan platform",
      "plan: gcloud storage cp --quiet --if-generation-match=0 FILE gs://state-bucket/_plans/101/1/platform.tar.gz",
      "plan: gcloud storage objects describe gs://state-bucket/_plans/101/1/platform.tar.gz --format=value(generation)",
      "apply: gcloud storage cp --quiet gs://state-bucket/_plans/101/1/platform.tar.gz#N FILE",
      "apply: terraform apply platform",
      "plan: terraform plan baker",
      "plan: gcloud storage cp --quiet --if-generation-match=0 FILE gs://state-bucket/_plans/101/1/baker.tar.gz",
      "plan: gcloud storage objects describe gs://state-bucket/_plans/101/1/baker.tar.gz --format=value(generation)",
      "apply: gcloud storage cp --quiet gs://state-bucket/_plans/101/1/baker.tar.gz#N FILE",
      "apply: gcloud auth print-access-token",
      expect.stringMatching(`^apply: docker build .* --tag ${image} `),
      "apply: gcloud auth configure-docker us-central1-docker.pkg.dev --quiet",
      `apply: docker push ${image}`,
      "apply: terraform apply baker",
    ]);
    expect(world.stateOf("baker")).toContain(range);
    expect(world.issues).toEqual([]);

    const second = world.run("deploy", { approve });
    expectResults(second, { ...succeeded, "apply-platform": "skipped", "apply-baker": "skipped" });
    expect(approvals).toHaveLength(2);

    // Another baker with the same image: nothing is built again.
    world.stacks = { baker: baker(world, "two") };
    expectResults(world.run("deploy"), { ...succeeded, "apply-platform": "skipped" });
    expect(world.takeCalls().filter((call) => call.includes("docker "))).toEqual([]);
  });

  test("one issue opens with a failed apply, follows the drift, and closes when the deployment is main's", () => {
    world.run("deploy");
    world.stacks = { platform: platform(range, failing) };
    expectResults(world.run("deploy"), {
      "plan-platform": "success",
      "apply-platform": "failure",
      "plan-baker": "skipped",
      "apply-baker": "skipped",
      report: "failure",
    });
    const title = "deployment: platform was not applied (failure); baker was not planned";
    expect(world.issues).toEqual([expect.objectContaining({ state: "open", title })]);
    const [{ number, body }] = world.issues as [Issue];
    expect(body).toContain("https://github.example/you/fork/actions/runs/102");
    expect(world.commentsOn(number)).toEqual([]);

    // In the night the same stack differs; and in the next nothing has changed, so nobody is notified.
    const night = world.run("drift");
    expectResults(night, { "plan-platform": "success", "plan-baker": "success", report: "failure" });
    world.run("drift");
    expect(world.issues).toMatchObject([{ number, state: "open", title: "deployment: platform differs from main" }]);
    expect(world.issues[0]!.body).toContain("actions/runs/104");
    expect(world.commentsOn(number)).toEqual([expect.stringContaining("- platform differs from main")]);

    world.stacks = { platform: platform("10.0.0.0/8") };
    expectResults(world.run("deploy"), succeeded);
    expect(world.issues).toMatchObject([{ number, state: "closed" }]);
    expect(world.commentsOn(number)).toHaveLength(2);

    // A later problem opens a new one.
    expectResults(world.run("drift"), { report: "success" });
    world.stacks = { platform: platform("10.0.0.0/9") };
    expectResults(world.run("deploy", { approve: () => false }), { report: "failure" });
    expect(world.issues).toMatchObject([{ state: "closed" }, { state: "open", title }]);
  });

  test("refuses a plan that was changed after it was made", () => {
    const beforeJob = (job: string) => {
      if (job === "apply-platform") appendFileSync(world.files("bucket/_plans")[0]!, "more");
    };
    const run = world.run("deploy", { beforeJob });
    expectResults(run, { "apply-platform": "failure", report: "failure" });
    expect(run.log).toContain("is not the plan that this run has made");
    expect(world.stateOf("platform")).toBe("");
  });

  test("publishes no value and no token in a public repository, and the whole plan in a private one", () => {
    const publicRun = world.run("deploy");
    expect(publicRun.summary).toContain("terraform_data.network");
    expect(published(publicRun)).not.toMatch(/10\.99\.88|token-of/);

    world.stacks = { platform: platform("10.99.88.0/25") };
    world.commitConfiguration((text) =>
      text.replace("size: small", "size: full").replace("[us-central1-a]", "[us-central1-a, us-central1-b]"),
    );
    const request = world.run("plan");
    expectResults(request, { plan: "success", comment: "success", "plan-passed": "success" });
    expect(published(request)).not.toMatch(/10\.99\.88|token-of/);
    expect(world.files(request.artifacts.slice(world.folder.length))).toEqual([
      expect.stringMatching(/artifacts\/comment\/comment\.md$/),
    ]);
    expect(world.commentsOn(1)).toEqual([expect.stringContaining("~ terraform_data.network")]);
    expect(world.commentsOn(1)).toEqual([expect.stringMatching(/^Monthly cost .*: \d+ → \d+ \(\+\d+\)\.$/m)]);

    // The comment's own command shows the plan to those who may read the bucket. Here the bucket is a folder.
    const [, object] = /gs:\/\/state-bucket\/(\S+)#\d+/.exec(world.commentsOn(1)[0]!)!;
    const plan = execFileSync("tar", ["-xzOf", join(world.folder, "bucket", object!), "./plan.txt"], {
      encoding: "utf8",
    });
    expect(plan).toContain("10.99.88.0/25");

    world.github = { ...world.github, repository: { ...world.github.repository, private: true } };
    world.run("plan");
    expect(world.commentsOn(1)).toEqual([expect.stringContaining("10.99.88.0/25")]);
  });

  test("a pull request that can't be planned has a comment with the reason, and a failed check", () => {
    world.stacks = { platform: { ...platform(range), resource: { terraform_data: { network: { inputt: range } } } } };
    const { plan, comment, "plan-passed": passed } = resultsOf(world.run("plan"));
    expect([plan, comment, passed]).toEqual(["failure", "success", "failure"]);
    expect(world.commentsOn(1)).toEqual([expect.stringContaining("**planning failed**")]);
  });

  test("a pull request of a fork is not planned, and its check passes", () => {
    const vars = {};
    const run = world.run("plan", { vars });
    expectResults(run, { plan: "skipped", comment: "skipped", "plan-passed": "success" });
    expect(world.takeCalls()).toEqual([]);
  });
});
