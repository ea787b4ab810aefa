import { spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { packageRoot } from "../../lib/package-root";

/** A small program in its own package, with the real launcher and its own cache. */
const root = realpathSync(mkdtempSync(join(tmpdir(), "launcher-")));
afterAll(() => rmSync(root, { recursive: true, force: true }));
cpSync(join(packageRoot, "bin"), join(root, "bin"), { recursive: true });
mkdirSync(join(root, "node_modules"));
for (const name of ["esbuild", "@esbuild"])
  symlinkSync(join(packageRoot, "node_modules", name), join(root, "node_modules", name));
write("package.json", '{"bugs":{"url":"https://example.org/issues"}}');
write("tsconfig.json", "{}");

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}
function program(body: string, others = ""): void {
  write("cli/program.ts", `${others}\nexport async function run(args: string[]): Promise<number> {\n  ${body}\n}\n`);
}
function farm(args: string[] = [], env: NodeJS.ProcessEnv = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, "bin", "farm.js"), ...args], {
    env: { ...process.env, DEBUG: undefined, ...env },
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}
const cached = () => readdirSync(join(root, "node_modules", ".cache", "hodl-farm")).sort();

describe("launcher", () => {
  test("passes on the arguments and the exit code", () => {
    program("console.log(args.join()); return args.length;");
    expect(farm(["a", "b"])).toEqual({ status: 2, stdout: "a,b\n", stderr: "" });
    expect(farm()).toEqual({ status: 0, stdout: "\n", stderr: "" });
  });

  test("builds once, and again when a source has changed", () => {
    write("lib/value.ts", "export const value = 1;");
    program("console.log(value); return 0;", 'import { value } from "../lib/value";');
    expect(farm(["x"]).stdout).toBe("1\n");
    const before = cached();
    expect(farm(["x"]).stdout).toBe("1\n");
    expect(cached()).toEqual(before);
    write("lib/value.ts", "export const value = 2;");
    expect(farm(["x"]).stdout).toBe("2\n");
  });

  test("characters that are not ASCII stay as they are, and the cache is used", () => {
    program('const tag = (texts) => texts[0]; console.log("“".replace(/[“]/, "„"), tag`…`); return 0;');
    // A file that is written again is another file.
    const files = () => cached().map((name) => statSync(join(root, "node_modules", ".cache", "hodl-farm", name)).ino);
    expect(farm().stdout).toBe("„ …\n");
    const before = files();
    expect(farm().stdout).toBe("„ …\n");
    expect(files()).toEqual(before);
  });

  test("a dynamic import is evaluated only when it is reached", () => {
    write("lib/late.ts", 'console.log("loaded");');
    program('if (args[0] === "late") await import("../lib/late"); return 0;');
    expect(farm(["early"]).stdout).toBe("");
    expect(farm(["late"]).stdout).toBe("loaded\n");
  });

  test("reports a bug in one line and how to report it; DEBUG=1 shows where in the sources it is", () => {
    write("lib/faulty.ts", '\n\nexport function fault(): never {\n  throw new TypeError("no such thing");\n}\n');
    program("fault();", 'import { fault } from "../lib/faulty";');
    const quiet = farm();
    expect(quiet.status).toBe(70);
    expect(quiet.stderr).toMatch(
      /^internal error: no such thing\nThis is a bug in the program\. Please report it at https:\/\/example\.org\/issues .*\n$/,
    );
    expect(farm([], { DEBUG: "1" }).stderr).toContain("at fault (lib/faulty.ts:4:9)");
  });

  test("shows deprecation warnings only with DEBUG=1", () => {
    program('process.emitWarning("old", "DeprecationWarning"); return 0;');
    expect(farm().stderr).toBe("");
    expect(farm([], { DEBUG: "1" }).stderr).toContain("DeprecationWarning: old");
  });

  test("reports what can't be compiled", () => {
    program("return x;", 'import { x } from "./missing";');
    expect(farm()).toMatchObject({ status: 70, stderr: expect.stringContaining('Could not resolve "./missing"') });
  });

  test("runs without a cache if none can be written", () => {
    rmSync(join(root, "node_modules", ".cache"), { recursive: true });
    write("node_modules/.cache", "a file instead of the folder");
    program('console.log("ran"); return 0;');
    expect(farm()).toEqual({ status: 0, stdout: "ran\n", stderr: "" });
    rmSync(join(root, "node_modules", ".cache"));
  });

  test("recreates a damaged cache", () => {
    program('console.log("ran"); return 0;');
    farm(["command"]);
    for (const name of cached()) if (name.endsWith(".v8")) write(`node_modules/.cache/hodl-farm/${name}`, "damaged");
    expect(farm(["command"])).toEqual({ status: 0, stdout: "ran\n", stderr: "" });
    for (const name of cached()) if (name.endsWith(".js")) rmSync(join(root, "node_modules/.cache/hodl-farm", name));
    expect(farm(["command"])).toEqual({ status: 0, stdout: "ran\n", stderr: "" });
  });

  test.each([
    ["cut short", (code: string) => code.slice(0, code.length / 2)],
    ["damaged", (code: string) => `)${code.slice(1)}`],
  ])("builds again if the cached program is %s", (_title, damage) => {
    program('console.log("ran"); return 0;');
    farm(["command"]);
    for (const name of cached().filter((each) => each.endsWith(".js"))) {
      const file = join(root, "node_modules/.cache/hodl-farm", name);
      writeFileSync(file, damage(readFileSync(file, "utf8")));
    }
    expect(farm(["command"])).toEqual({ status: 0, stdout: "ran\n", stderr: "" });
    expect(farm(["command"])).toEqual({ status: 0, stdout: "ran\n", stderr: "" });
  });

  const explanation = {
    status: 1,
    stdout: "",
    stderr: "error: the packages are not installed, or not completely. Run: npm ci\n",
  };

  test("explains how to install a package that is missing", () => {
    program("return some;", 'import some from "some-package";');
    expect(farm()).toEqual(explanation);
  });

  test("explains how to install a part of a package that is missing", () => {
    write("node_modules/some-package/index.js", 'export { part as default } from "./part.js";');
    program("return some;", 'import some from "some-package";');
    expect(farm()).toEqual(explanation);
  });

  test("explains how to install the packages", () => {
    rmSync(join(root, "node_modules"), { recursive: true });
    expect(farm()).toEqual(explanation);
  });
});
