import { mkdirSync } from "node:fs";
import { Annotations, App } from "cdktf";
import { loadConfiguration, type LoadedConfiguration } from "./lib/config/load";
import { addStacks } from "./lib/stacks/stacks";

/**
 * Reads a configuration file and writes the Terraform JSON of every stack to `<outdir>/stacks/<stack>/cdk.tf.json`.
 * Both `npm run synth` and cdktf's own commands call it.
 *
 * @throws ConfigurationError with all problems of the file, before anything is written
 */
export function synthesise(configurationFile: string, outdir: string): LoadedConfiguration {
  const loaded = loadConfiguration(configurationFile);
  const { configuration, warnings } = loaded;
  mkdirSync(outdir, { recursive: true });
  withoutTokenTraces(() => {
    const app = new App({ outdir });
    const { platform } = addStacks(app, configuration);
    // As annotations, which cdktf's commands print as warnings. They report a program's stderr as an error.
    for (const { path, message } of warnings) Annotations.of(platform).addWarning(`${path} ${message}`);
    app.synth();
  });
  return loaded;
}

/**
 * Runs `body` without the stack traces that cdktf captures for each of thousands of tokens, for its own error messages.
 * They take a third of the time of a synth. It captures them on plain objects; errors keep theirs. With DEBUG set they
 * are captured.
 */
function withoutTokenTraces(body: () => void): void {
  const { captureStackTrace } = Error;
  if (!process.env["DEBUG"]) {
    Error.captureStackTrace = (target, below) => {
      if (target instanceof Error) captureStackTrace(target, below);
    };
  }
  try {
    body();
  } finally {
    Error.captureStackTrace = captureStackTrace;
  }
}
