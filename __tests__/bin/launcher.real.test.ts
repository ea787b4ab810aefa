import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { packageRoot } from "../../lib/package-root";

/** A small program in a package of its own, with the real launcher and a cache of its own. */
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
  test("hands over the arguments and gives back the exit code", () => {
    program("console.log(args.join()); return args.length;");
    expect(farm(["a", "b"])).toEqual({ status: 2, stdout: "a,b\n", stderr: "" });
    expect(farm()).toEqual({ status: 0, stdout: "\n", stderr: "" });
  });

  test("builds once, and anew when a source has changed", () => {
    write("lib/value.ts", "export const value = 1;");
    program("console.log(value); return 0;", 'import { value } from "../lib/value";');
    expect(farm(["x"]).stdout).toBe("1\n");
    const before = cached();
    expect(farm(["x"]).stdout).toBe("1\n");
    expect(cached()).toEqual(before);
    write("lib/value.ts", "export const value = 2;");
    expect(farm(["x"]).stdout).toBe("2\n");
  });

  test("a source that is loaded late is loaded only then", () => {
    write("lib/late.ts", 'console.log("loaded");');
    program('if (args[0] === "late") await import("../lib/late"); return 0;');
    expect(farm(["early"]).stdout).toBe("");
    expect(farm(["late"]).stdout).toBe("loaded\n");
  });

  test("a defect is one line and how to report it; DEBUG=1 shows where in the sources", () => {
    write("lib/faulty.ts", '\n\nexport function fault(): never {\n  throw new TypeError("no such thing");\n}\n');
    program("fault();", 'import { fault } from "../lib/faulty";');
    const quiet = farm();
    expect(quiet.status).toBe(70);
    expect(quiet.stderr).toMatch(
      /^internal error: no such thing\nThis is a defect of the program\. Please report it at https:\/\/example\.org\/issues .*\n$/,
    );
    expect(farm([], { DEBUG: "1" }).stderr).toContain("at fault (lib/faulty.ts:4:9)");
  });

  test("says what can't be compiled", () => {
    program("return x;", 'import { x } from "./missing";');
    expect(farm()).toMatchObject({ status: 70, stderr: expect.stringContaining('Could not resolve "./missing"') });
  });

  test("runs without a cache where none can be written", () => {
    rmSync(join(root, "node_modules", ".cache"), { recursive: true });
    write("node_modules/.cache", "a file in the place of the folder");
    program('console.log("ran"); return 0;');
    expect(farm()).toEqual({ status: 0, stdout: "ran\n", stderr: "" });
    rmSync(join(root, "node_modules", ".cache"));
  });

  test("a damaged cache is made anew", () => {
    program('console.log("ran"); return 0;');
    farm(["verb"]);
    for (const name of cached()) if (name.endsWith(".v8")) write(`node_modules/.cache/hodl-farm/${name}`, "damaged");
    expect(farm(["verb"])).toEqual({ status: 0, stdout: "ran\n", stderr: "" });
    for (const name of cached()) if (name.endsWith(".js")) rmSync(join(root, "node_modules/.cache/hodl-farm", name));
    expect(farm(["verb"])).toEqual({ status: 0, stdout: "ran\n", stderr: "" });
  });

  test("says how to install the packages", () => {
    rmSync(join(root, "node_modules"), { recursive: true });
    expect(farm()).toMatchObject({ stdout: "", stderr: "error: the packages are not installed. Run: npm ci\n" });
  });
});
