import { spawnSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { copyProgram } from "../../bench/workspace";

export interface Environment {
  readonly [name: string]: string | undefined;
}

/** The program's command line, in a copy of the program that is removed after the test file. */
export class CommandLine {
  /** A temporary folder, which has the copy in it. */
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), "command-line-")));
  readonly program = copyProgram(join(this.folder, "program"));
  readonly launcher = join(this.program, "bin", "farm.js");

  constructor() {
    afterAll(() => rmSync(this.folder, { recursive: true, force: true }));
  }

  /** Runs a command. @param cwd @default - the program's folder */
  farm(args: readonly string[], { cwd = this.program, env = {} }: { cwd?: string; env?: Environment } = {}) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [this.launcher, ...args], {
      cwd,
      env: cleanEnvironment(env),
      encoding: "utf8",
    });
    return { status, stdout, stderr };
  }
}

/** This process's environment, without the variables by which a terminal or npm would change the output. */
export const cleanEnvironment = (own: Environment = {}): NodeJS.ProcessEnv => ({
  ...process.env,
  BAKER_CONFIG: undefined,
  CDKTF_OUTDIR: undefined,
  DEBUG: undefined,
  FORCE_COLOR: undefined,
  INIT_CWD: undefined,
  NO_COLOR: undefined,
  npm_lifecycle_event: undefined,
  ...own,
});
