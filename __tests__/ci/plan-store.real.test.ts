import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeReal } from "../support/real";
import { packageRoot } from "../../lib/package-root";

/** gcloud and its bucket are the stand-ins of support/workflow. */
describeReal("plan-store.sh", { programs: ["bash", "jq", "tar"] }, () => {
  const programs = join(packageRoot, "__tests__/support/workflow/programs");
  const run = { GITHUB_RUN_ID: "7", GITHUB_RUN_ATTEMPT: "1", GITHUB_SHA: "a".repeat(40), ACCOUNT: "plan" };
  let folder: string;
  const store = (parameters: string[], environment: Partial<typeof run> = {}) => {
    const { status, stdout, stderr } = spawnSync(join(packageRoot, "ci/plan-store.sh"), parameters, {
      cwd: folder,
      encoding: "utf8",
      env: { ...process.env, PATH: `${programs}:${process.env["PATH"]}`, WORLD: folder, ...run, ...environment },
    });
    return { status, stdout, stderr };
  };
  const planOf = (stack: string, status = "changes") => {
    mkdirSync(join(folder, "plans", stack), { recursive: true });
    const terraform = { backend: { gcs: { bucket: "state-bucket" } } };
    writeFileSync(join(folder, "plans", stack, "cdk.tf.json"), JSON.stringify({ terraform }));
    writeFileSync(join(folder, "plans", stack, "status"), `${status}\n`);
    writeFileSync(join(folder, "plans", stack, "plan.tfplan"), `the plan of ${stack}`);
  };
  /** @returns location and SHA-256 */
  const put = (stack: string, environment: Partial<typeof run> = {}) => {
    const { stdout } = store(["put", stack], environment);
    return stdout
      .trimEnd()
      .split("\n")
      .map((line) => line.replace(/^\w+=/, "")) as [string, string];
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "plan-store-"));
    planOf("platform");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test("a later job of the same run gets the same files, also in a later attempt", () => {
    const [location, sha256] = put("platform");
    expect(location).toMatch(/^gs:\/\/state-bucket\/_plans\/7\/1\/platform\.tar\.gz#\d+$/);
    rmSync(join(folder, "plans"), { recursive: true });
    const { status } = store(["get", "platform", location, sha256], { ACCOUNT: "apply", GITHUB_RUN_ATTEMPT: "2" });
    expect(status).toBe(0);
    expect(readFileSync(join(folder, "plans/platform/plan.tfplan"), "utf8")).toBe("the plan of platform");
  });

  test.each([
    ["of another commit", "platform", { GITHUB_SHA: "b".repeat(40) }, "another stack, run or commit"],
    ["of another run", "platform", { GITHUB_RUN_ID: "8" }, "is not a plan of platform by this run"],
    ["of another stack", "baker", {}, "is not a plan of baker by this run"],
  ])("refuses the plan %s", (_, stack, environment, message) => {
    const [location, sha256] = put("platform");
    const { status, stderr } = store(["get", stack, location, sha256], environment);
    expect([status, stderr]).toEqual([1, expect.stringContaining(message)]);
  });

  test("refuses a plan with another digest, and says when it is gone", () => {
    const [location, sha256] = put("platform");
    expect(store(["get", "platform", location, "0".repeat(64)])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("is not the plan that this run has made"),
    });
    rmSync(join(folder, "bucket"), { recursive: true });
    expect(store(["get", "platform", location, sha256])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("Run the workflow again"),
    });
  });

  test("never replaces a plan, and stores none without changes", () => {
    put("platform");
    expect(store(["put", "platform"])).toMatchObject({ status: 1, stderr: expect.stringContaining("can't be stored") });
    planOf("baker", "waiting");
    expect(store(["put", "baker"])).toEqual({ status: 0, stdout: "", stderr: "" });
  });
});
