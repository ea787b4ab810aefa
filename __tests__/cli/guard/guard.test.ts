import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Failure } from "../../../lib/terminal/failure";
import { guard } from "../../../cli/guard/guard";
import { capturePrinted } from "../../support/printed";

const folder = mkdtempSync(join(tmpdir(), "guard-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const printed = capturePrinted();

function plan(name: string, actions: string[]): string {
  const file = join(folder, name);
  const change = { address: "google_compute_address.a", type: "google_compute_address", change: { actions } };
  writeFileSync(file, JSON.stringify({ format_version: "1.2", planned_values: {}, resource_changes: [change] }));
  return file;
}
function failure(body: () => void): Failure {
  try {
    body();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error("guard did not fail");
}

describe("guard", () => {
  test("accepts plans that delete nothing", () => {
    guard([plan("a.json", ["create"])]);
    guard([plan("a.json", ["create"]), plan("b.json", ["no-op"])]);
    expect(printed.text).toBe(
      "The plan deletes nothing that can't be recreated.\nThe 2 plans delete nothing that can't be recreated.\n",
    );
  });

  test("names the plan that it refuses", () => {
    const [good, bad] = [plan("a.json", ["create"]), plan("b.json", ["delete"])];
    const { details } = failure(() => guard([good, bad]));
    expect(details).toContain(`${bad}: google_compute_address.a would be deleted`);
    expect(details).not.toContain(good);
    expect(details).toContain("docs/deploy.md");
  });

  test.each([
    ["that is missing", "missing.json", undefined, "can't be read as JSON: ENOENT"],
    ["that is not JSON", "text.json", "plan", "can't be read as JSON"],
    ["that is not a plan", "state.json", "{}", "This is not a plan"],
  ])("refuses a file %s", (_, name, text, message) => {
    const file = join(folder, name);
    if (text !== undefined) writeFileSync(file, text);
    expect(failure(() => guard([file])).message).toContain(message);
  });
});
