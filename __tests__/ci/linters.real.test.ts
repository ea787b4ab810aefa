import { execFileSync, spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describeReal } from "../support/real";
import { packageRoot } from "../../lib/package-root";

const inCi = readdirSync(join(packageRoot, "ci")).filter((name) => name.endsWith(".sh"));
const scripts = [".ci/run", ...inCi.map((name) => join("ci", name))];

const read = (file: string) => readFileSync(join(packageRoot, file), "utf8");

/** Every file that git tracks. */
const trackedFiles = (): string[] =>
  execFileSync("git", ["ls-files"], { cwd: packageRoot, encoding: "utf8" }).trimEnd().split("\n");

/** What a program reports about the repository. Empty if it finds nothing. */
function complaints(program: string, parameters: readonly string[], input?: string): string {
  const { status, stdout, stderr } = spawnSync(program, parameters, { cwd: packageRoot, encoding: "utf8", input });
  return status === 0 ? "" : `${stdout}${stderr}`;
}

describeReal("the workflows", { programs: ["actionlint"] }, () => {
  test("actionlint finds nothing wrong", () => expect(complaints("actionlint", ["-no-color"])).toBe(""));
});

describeReal("the workflows' security", { programs: ["zizmor"] }, () => {
  test("zizmor finds nothing of medium severity or worse", () => {
    expect(complaints("zizmor", ["--offline", "--quiet", "--min-severity", "medium", ".github"])).toBe("");
  });
});

describeReal("the pipeline's scripts", { programs: ["shellcheck", "bash"] }, () => {
  test.each(scripts)("shellcheck finds nothing wrong with %s", (script) =>
    expect(complaints("shellcheck", [script])).toBe(""),
  );
});

describeReal("the Python", { programs: ["ruff", "mypy", "git"] }, () => {
  /** Files with .py in their names, and programs that begin with #!…python3. */
  let files: string[];
  beforeAll(() => {
    files = trackedFiles().filter((file) => file.endsWith(".py") || /^#!\S*(\/env )?\bpython3?\b/.test(read(file)));
  });

  test("ruff checks every Python file, also those without .py in their names", () => {
    const { stdout } = spawnSync("ruff", ["check", "--show-files"], { cwd: packageRoot, encoding: "utf8" });
    const checked = stdout.split("\n").map((path) => relative(packageRoot, path));
    expect(checked.filter((path) => path !== "" && path !== "pyproject.toml").sort()).toEqual(files);
    expect(files).toContain("raspberry-pi/files/usr/local/bin/signer-doctor");
  });

  test("ruff finds nothing wrong", () => expect(complaints("ruff", ["check", "--quiet"])).toBe(""));
  test("ruff would format nothing differently", () =>
    expect(complaints("ruff", ["format", "--diff", "--quiet"])).toBe(""));
  test("mypy finds no type errors", () => expect(complaints("mypy", files)).toBe(""));
});

describeReal("the images", { programs: ["hadolint"] }, () => {
  test.each(readdirSync(join(packageRoot, "images")))("hadolint finds nothing wrong with %s", (image) =>
    expect(complaints("hadolint", [join("images", image, "Dockerfile")])).toBe(""),
  );
});

describeReal("the spelling", { programs: ["cspell", "git"] }, () => {
  test("cspell finds no unknown word in any tracked file", () => {
    const options = ["--file-list", "stdin", "--dot", "--no-progress", "--no-summary"];
    expect(complaints("cspell", options, trackedFiles().join("\n"))).toBe("");
  });

  test("ci/words.txt is sorted, and each of its words is used", () => {
    const words = read("ci/words.txt").trimEnd().split("\n");
    expect(words).toEqual([...new Set(words)].sort((a, b) => a.localeCompare(b, "en")));
    const texts = trackedFiles()
      .filter((file) => file !== "ci/words.txt")
      .map((file) => read(file).toLowerCase());
    expect(words.filter((word) => !texts.some((text) => text.includes(word.toLowerCase())))).toEqual([]);
  });
});
