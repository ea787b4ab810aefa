import { colorsFor } from "../../lib/terminal/colors";
import { resourcesOf } from "../../lib/terraform/stack-json";
import type { Terraform } from "../../lib/terraform/terraform";
import type { ConfigurationFile } from "../configuration-file";
import { json, ProgramError } from "../programs";
import { stepsAfterDeployment } from "../synth/next-steps";
import type { Published } from "../synth/synth";
import type { Context } from "./context";
import { outputsOf } from "./state";

/** The forwarders' addresses, and what is left to do after a deployment. */
export async function whatIsNext(
  context: Context,
  file: ConfigurationFile,
  published: Published,
  platform: Terraform,
): Promise<string[]> {
  const colors = colorsFor(process.stdout);
  const { forwarder_addresses: addresses } = await outputsOf(context, platform);
  const done = await secretsWithVersion(context, published.stacks);
  return [
    ...(Array.isArray(addresses) ? [`forwarders.addresses: [${addresses.join(", ")}]`] : []),
    "",
    colors.bold("Next"),
    ...stepsAfterDeployment({ file, ...published, colors }, done),
  ];
}

async function secretsWithVersion(context: Context, stacks: Published["stacks"]): Promise<string[]> {
  const secrets = resourcesOf<{ secret_id: string }>(stacks["platform"], "google_secret_manager_secret");
  const { project } = context.configuration.google;
  const found = await Promise.all(
    Object.values(secrets).map(async ({ secret_id: secret }) => {
      const list = ["gcloud", "secrets", "versions", "list", secret, "--project", project, "--filter=state=ENABLED"];
      try {
        return (await json<unknown[]>([...list, "--format=json"], context.interruption)).length > 0 ? [secret] : [];
      } catch (error) {
        // Whoever may not look is told the step.
        if (error instanceof ProgramError) return [];
        throw error;
      }
    }),
  );
  return found.flat();
}
