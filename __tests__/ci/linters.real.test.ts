import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describeReal } from "../support/real";
import { packageRoot } from "../../lib/package-root";

const inCi = readdirSync(join(packageRoot, "ci")).filter((name) => name.endsWith(".sh"));
const scripts = [".ci/run", ...inCi.map((name) => join("ci", name))];

/** What the program says about the repository; "" is what is wanted. */
function complaints(program: string, ...parameters: string[]): string {
  const { status, stdout, stderr } = spawnSync(program, parameters, { cwd: packageRoot, encoding: "utf8" });
  return status === 0 ? "" : `${stdout}${stderr}`;
}

describeReal("the workflows", { programs: ["actionlint"] }, () => {
  test("actionlint finds nothing wrong", () => expect(complaints("actionlint", "-no-color")).toBe(""));
});

describeReal("the workflows' security", { programs: ["zizmor"] }, () => {
  test("zizmor finds nothing of medium severity or worse", () => {
    expect(complaints("zizmor", "--offline", "--quiet", "--min-severity", "medium", ".github")).toBe("");
  });
});

describeReal("the pipeline's scripts", { programs: ["shellcheck", "bash"] }, () => {
  test.each(scripts)("shellcheck finds nothing wrong with %s", (script) =>
    expect(complaints("shellcheck", script)).toBe(""),
  );
});

describeReal("the images", { programs: ["hadolint"] }, () => {
  test.each(readdirSync(join(packageRoot, "images")))("hadolint finds nothing wrong with %s", (image) =>
    expect(complaints("hadolint", join("images", image, "Dockerfile"))).toBe(""),
  );
});
