import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Failure } from "../../../lib/terminal/failure";
import { planComment, readStackPlans } from "../../../cli/plan-comment/plan-comment";
import { capturePrinted } from "../../support/printed";

const folder = mkdtempSync(join(tmpdir(), "plan-comment-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const printed = capturePrinted();

function failure(body: () => void): Failure {
  try {
    body();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error("planComment did not fail");
}

describe("planComment", () => {
  test("shows all stacks, or one", () => {
    planComment(folder, {});
    expect(printed.text).toContain("| platform |");
    expect(printed.text).toContain("| baker |");
    printed.text = "";
    planComment(folder, { stack: "baker", runUrl: "https://example.org/run" });
    expect(printed.text).not.toContain("| platform |");
    expect(printed.text).toContain("https://example.org/run");
  });

  test("refuses a stack and a folder that do not exist", () => {
    expect(failure(() => planComment(folder, { stack: "x" })).message).toBe(
      "Stack x does not exist. The stacks are platform and baker.",
    );
    expect(failure(() => planComment(join(folder, "none"), {})).message).toContain("does not exist");
  });
});

describe("readStackPlans", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "plans-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  test("reads the output of plan-stack.sh, and counts a missing stack as failed", () => {
    mkdirSync(join(folder, "platform"));
    writeFileSync(join(folder, "platform", "status"), "changes\n");
    writeFileSync(join(folder, "platform", "plan.txt"), "the plan");
    writeFileSync(join(folder, "platform", "plan.json"), '{"format_version":"1.2"}');
    writeFileSync(join(folder, "platform", "location"), "gs://state/x#1\n");
    expect(readStackPlans(folder)).toEqual([
      {
        stack: "platform",
        status: "changes",
        text: "the plan",
        location: "gs://state/x#1",
        plan: { format_version: "1.2" },
      },
      { stack: "baker", status: "failed", text: "Not planned: an earlier step failed." },
    ]);
  });
});
