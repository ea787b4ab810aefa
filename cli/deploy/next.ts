import { resourcesOf } from "../../lib/terraform/stack-json";
import type { Terraform } from "../../lib/terraform/terraform";
import { missingForTunnels } from "../../raspberry-pi/tunnels";
import { ProgramError } from "../programs";
import type { Published } from "../synth/synth";
import { getCredentials } from "./cluster";
import type { Context } from "./context";
import { json } from "./preflight";
import { outputsOf } from "./state";

/** What is left to do after a deployment: secrets without a version, what the configuration lacks, and how to look. */
export async function whatIsNext(context: Context, published: Published, platform: Terraform): Promise<string[]> {
  const { configuration, stacks, folders } = published;
  const { name, signers } = configuration;
  const outputs = await outputsOf(context, platform);
  const empty = await secretsWithoutVersion(context, stacks);
  const missing = missingForTunnels(configuration);
  const addresses = outputs["forwarder_addresses"];
  const tasks = [
    ...(empty.length > 0
      ? [`Add a version to each secret; its pods wait for it (docs/deploy.md tells how): ${empty.join(", ")}`]
      : []),
    ...(missing.length > 0
      ? [`Put ${missing.join(" and ")} into the configuration, and run the same command again: ${context.again}`]
      : []),
    `Install the bundle on each Raspberry Pi: ${signers.map((signer) => `${folders.raspberryPi}/${signer.name}`).join(", ")}`,
    `Watch the pods: gcloud ${getCredentials(context).join(" ")} && kubectl --namespace ${name} get pods --output wide`,
  ];
  return [
    ...(Array.isArray(addresses) ? [`forwarders.addresses: [${addresses.join(", ")}]`] : []),
    "Next:",
    ...tasks.map((task, index) => `  ${index + 1}. ${task}`),
  ];
}

async function secretsWithoutVersion(context: Context, stacks: Published["stacks"]): Promise<string[]> {
  const secrets = resourcesOf<{ secret_id: string }>(stacks["platform"], "google_secret_manager_secret");
  const { project } = context.configuration.google;
  const states = await Promise.all(
    Object.values(secrets).map(async ({ secret_id: secret }) => {
      const list = ["gcloud", "secrets", "versions", "list", secret, "--project", project, "--filter=state=ENABLED"];
      try {
        return (await json<unknown[]>([...list, "--format=json"], context.interruption)).length > 0 ? [] : [secret];
      } catch (error) {
        if (error instanceof ProgramError) return [];
        throw error;
      }
    }),
  );
  return states.flat();
}
