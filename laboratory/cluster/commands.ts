import { spawn, spawnSync } from "node:child_process";

/** Runs a short program. @returns its standard output @throws Error with its standard error, if it fails */
export function command(argv: readonly string[], input?: string): string {
  const [program = "", ...parameters] = argv;
  const { status, signal, stdout, stderr, error } = spawnSync(program, parameters, { encoding: "utf8", input });
  if (status === 0) return stdout;
  throw new Error(`${argv.join(" ")}: ${error?.message ?? `exited with ${signal ?? status}`}\n${stderr}`);
}

/**
 * Runs a long program without blocking, so that signals are handled in the meantime.
 * @throws Error with the end of its output, if it fails
 */
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
      else reject(new Error(`${argv.join(" ")}: exited with ${signal ?? status}\n${output}`));
    });
  });
}
