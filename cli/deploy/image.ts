import { spawn } from "node:child_process";
import { join } from "node:path";
import { packageRoot } from "../../lib/package-root";
import { exitCode, Failure } from "../../lib/terminal/failure";
import { print } from "../dialogue";
import type { Context } from "./context";

/**
 * Builds and pushes this project's own images, unless the registry has them: ci/push-images.sh.
 * @param stackJson path of baker's cdk.tf.json, which names them
 * @throws Failure if that fails
 */
export async function pushImages(context: Context, stackJson: string): Promise<void> {
  const { configuration, interruption } = context;
  const registry = `${configuration.google.region}-docker.pkg.dev`;
  print(`image: looking in ${registry}`);
  const status = await new Promise<number | null>((resolve, reject) => {
    // It may be killed at any time: a push that is cut off leaves no image behind.
    const child = spawn("bash", [join(packageRoot, "ci", "push-images.sh"), stackJson], {
      stdio: ["ignore", "inherit", "inherit"],
      signal: interruption.signal,
    });
    child.once("error", (error) => (interruption.signal.aborted ? resolve(null) : reject(error)));
    child.once("close", resolve);
  });
  interruption.check();
  if (status !== 0)
    throw new Failure(
      "The image is not pushed. Run the same command again: it continues here.",
      "",
      exitCode.incomplete,
    );
}
