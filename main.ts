import { mkdirSync } from "node:fs";
import { Annotations, App } from "cdktf";
import { loadConfiguration, type LoadedConfiguration } from "./lib/config/load";
import { addStacks } from "./lib/stacks/stacks";

/**
 * One configuration file in, the Terraform JSON of every stack out: `<outdir>/stacks/<stack>/cdk.tf.json`.
 * `npm run synth` and all of cdktf's own commands come here.
 *
 * @throws ConfigurationError with all problems at once, before anything is written
 */
export function synthesise(configurationFile: string, outdir: string): LoadedConfiguration {
  const loaded = loadConfiguration(configurationFile);
  const { configuration, warnings } = loaded;
  mkdirSync(outdir, { recursive: true });
  withoutTokenTraces(() => {
    const app = new App({ outdir });
    const { platform } = addStacks(app, configuration);
    // cdktf's commands show them; what a program writes to stderr they call an error.
    for (const { path, message } of warnings) Annotations.of(platform).addWarning(`${path} ${message}`);
    app.synth();
  });
  return loaded;
}

/**
 * cdktf takes a whole stack trace for each of thousands of tokens, for its own error messages: a third of the time of a
 * synth. It takes them on plain objects; errors keep theirs.
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
