import { spawn, spawnSync } from "node:child_process";

/** Runs a program that takes a moment. @returns its output @throws Error with what it said */
export function command(argv: readonly string[], input?: string): string {
  const [program = "", ...parameters] = argv;
  const { status, signal, stdout, stderr, error } = spawnSync(program, parameters, { encoding: "utf8", input });
  if (status === 0) return stdout;
  throw new Error(`${argv.join(" ")}: ${error?.message ?? `ended with ${signal ?? status}`}\n${stderr}`);
}

/** Runs a program that takes long, so that ctrl-C is heard meanwhile. @throws Error with the end of what it said */
export function longCommand(argv: readonly string[]): Promise<void> {
  const [program = "", ...parameters] = argv;
  const child = spawn(program, parameters, { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  const keep = (data: Buffer) => (output = (output + data.toString()).slice(-4000));
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (status, signal) => {
      if (status === 0) resolve();
      else reject(new Error(`${argv.join(" ")}: ended with ${signal ?? status}\n${output}`));
    });
  });
}
