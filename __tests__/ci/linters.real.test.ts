import { spawnSync } from "node:child_process";
import { closeSync, openSync, readdirSync, readSync } from "node:fs";
import { join, relative } from "node:path";
import { describeReal } from "../support/real";
import { packageRoot } from "../../lib/package-root";

const inCi = readdirSync(join(packageRoot, "ci")).filter((name) => name.endsWith(".sh"));
const scripts = [".ci/run", ...inCi.map((name) => join("ci", name))];

/** All Python files of the repository: those with .py in their names, and programs that begin with #!…python3. */
function pythonFiles(): string[] {
  const notOurs = ["node_modules", "cdktf.out", "dist"];
  const within = (folder: string): string[] =>
    readdirSync(join(packageRoot, folder), { withFileTypes: true }).flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return entry.name.startsWith(".") || notOurs.includes(entry.name) ? [] : within(path);
      return entry.isFile() && (path.endsWith(".py") || isPythonProgram(path)) ? [path] : [];
    });
  return within("").sort();
}

function isPythonProgram(path: string): boolean {
  const file = openSync(join(packageRoot, path), "r");
  try {
    const start = Buffer.alloc(64);
    readSync(file, start);
    return /^#!\S*(\/env )?\bpython3?\b/.test(start.toString("latin1"));
  } finally {
    closeSync(file);
  }
}

/** What a program reports about the repository. Empty if it finds nothing. */
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

describeReal("the Python", { programs: ["ruff", "mypy"] }, () => {
  const files = pythonFiles();

  test("ruff checks every Python file, also those without .py in their names", () => {
    const { stdout } = spawnSync("ruff", ["check", "--show-files"], { cwd: packageRoot, encoding: "utf8" });
    const checked = stdout.split("\n").map((path) => relative(packageRoot, path));
    expect(checked.filter((path) => path !== "" && path !== "pyproject.toml").sort()).toEqual(files);
    expect(files).toContain("raspberry-pi/files/usr/local/bin/signer-doctor");
  });

  test("ruff finds nothing wrong", () => expect(complaints("ruff", "check", "--quiet")).toBe(""));
  test("ruff would format nothing differently", () =>
    expect(complaints("ruff", "format", "--diff", "--quiet")).toBe(""));
  test("mypy finds no type errors", () => expect(complaints("mypy", ...files)).toBe(""));
});

describeReal("the images", { programs: ["hadolint"] }, () => {
  test.each(readdirSync(join(packageRoot, "images")))("hadolint finds nothing wrong with %s", (image) =>
    expect(complaints("hadolint", join("images", image, "Dockerfile"))).toBe(""),
  );
});
