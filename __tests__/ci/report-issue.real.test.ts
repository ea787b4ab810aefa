import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describeReal } from "../support/real";
import { packageRoot } from "../../lib/package-root";
import { World } from "../support/workflow/world";

/** GitHub is the stand-in of support/workflow; pipeline.real.test.ts shows the issue's life in the runs of the workflows. */
describeReal("report-issue.sh", { programs: ["bash", "jq", "git"] }, () => {
  let world: World;
  beforeEach(() => void (world = new World("")));
  afterEach(() => world.remove());

  const report = (subject: string, problems: string, environment: Record<string, string> = {}) =>
    spawnSync(join(packageRoot, "ci/report-issue.sh"), [subject], {
      input: problems,
      encoding: "utf8",
      env: {
        PATH: `${join(packageRoot, "__tests__/support/workflow/programs")}:${process.env["PATH"]}`,
        WORLD: world.folder,
        JOB_PERMISSIONS: '{"issues":"write"}',
        GH_TOKEN: "token",
        GITHUB_REPOSITORY: "you/fork",
        GITHUB_SERVER_URL: "https://github.example",
        GITHUB_WORKFLOW: "image",
        GITHUB_RUN_ID: "1",
        GITHUB_SHA: "a".repeat(40),
        GITHUB_EVENT_NAME: "push",
        ...environment,
      },
    });
  const pushed = (days: number, isPrivate = false) => {
    const pushed_at = new Date(Date.now() - days * 86_400_000).toISOString();
    world.github = { ...world.github, repository: { private: isPrivate, pushed_at } };
  };

  test("each subject has an issue of its own", () => {
    expect(report("deployment", "baker differs from main\n").status).toBe(1);
    expect(report("forwarder image", "it can't be built\n").status).toBe(1);
    expect(report("deployment", "").status).toBe(0);
    expect(world.issues).toMatchObject([
      { title: "deployment: baker differs from main", state: "closed" },
      { title: "forwarder image: it can't be built", state: "open" },
    ]);
  });

  test("where issues are off, as in a new fork, it prints the problems and how to turn them on", () => {
    world.github = { ...world.github, hasIssues: false };
    const { status, stdout, stderr } = report("deployment", "baker differs from main");
    expect([status, stdout]).toEqual([1, "baker differs from main\n"]);
    expect(stderr).toContain("gh repo edit --enable-issues");
  });

  test("says when GitHub will stop the schedules of a public repository, without failing, and until there is a push", () => {
    const schedule = { GITHUB_EVENT_NAME: "schedule" };
    pushed(49);
    expect(report("deployment", "", schedule).status).toBe(0);
    pushed(51, true);
    expect(report("deployment", "", schedule).status).toBe(0);
    expect(world.issues).toEqual([]);

    pushed(51);
    expect(report("deployment", "").status).toBe(0);
    expect(world.issues).toEqual([]);
    expect(report("deployment", "", schedule).status).toBe(0);
    const stops = new Date(Date.now() + 9 * 86_400_000).toISOString().slice(0, 10);
    const title = `deployment: without a push, GitHub stops scheduled runs on ${stops}`;
    expect(world.issues).toMatchObject([{ title, state: "open" }]);
    expect(report("deployment", "", schedule).status).toBe(0);
    expect(world.commentsOn(world.issues[0]!.number)).toEqual([]);

    pushed(0);
    report("deployment", "", schedule);
    expect(world.issues).toMatchObject([{ state: "closed" }]);
  });
});
