import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Failure } from "../../../lib/terminal/failure";
import { commentPlans } from "../../../cli/plan-comment/plan-comment";

const folder = mkdtempSync(join(tmpdir(), "plan-comment-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let printed = "";
beforeEach(() => {
  printed = "";
  jest.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed += String(text);
    return true;
  });
});
afterEach(() => jest.restoreAllMocks());

function failure(body: () => void): Failure {
  try {
    body();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error("it did not fail");
}

describe("commentPlans", () => {
  test("shows all stacks, or one", () => {
    commentPlans(folder, {});
    expect(printed).toContain("| platform |");
    expect(printed).toContain("| baker |");
    printed = "";
    commentPlans(folder, { stack: "baker", runUrl: "https://example.org/run" });
    expect(printed).not.toContain("| platform |");
    expect(printed).toContain("https://example.org/run");
  });

  test("refuses a stack that there is not, and a folder that there is not", () => {
    expect(failure(() => commentPlans(folder, { stack: "x" })).message).toBe(
      "There is no stack x. There are platform and baker.",
    );
    expect(failure(() => commentPlans(join(folder, "none"), {})).message).toContain("There is no folder");
  });
});
