import { missingForTunnels } from "../../raspberry-pi/tunnels";
import { imageRepository } from "../../lib/config/facts/images";
import { forwarderImage } from "../../lib/forwarder/image";
import type { SummaryProps } from "./summary-props";
import { resourcesOf } from "../../lib/terraform/stack-json";

interface Step {
  readonly what: string;
  readonly commands: readonly string[];
}

/** The next steps for the user, numbered, with commands to copy. */
export function nextSteps(props: SummaryProps): string[] {
  const { colors } = props;
  return steps(props).flatMap(({ what, commands }, index) => [
    `  ${index + 1}. ${what}`,
    ...commands.map((command) => `       ${colors.cyan(command)}`),
  ]);
}

function steps({ file, configuration, stacks, folders }: SummaryProps): Step[] {
  const { google, signers } = configuration;
  const environment = file.reason === "the default" ? "" : `BAKER_CONFIG=${file.path} `;
  const missing = missingForTunnels(configuration);
  const install = signers.map(
    ({ name }) => `scp -r ${folders.raspberryPi}/${name} ${name}: && ssh -t ${name} sudo ./${name}/install.sh`,
  );
  const firstInstall = {
    what: "Prepare each Raspberry Pi, and put the ssh public key that it prints into signers[].sshPublicKey.",
    commands: install,
  };
  return [
    ...(missing.length > 0 ? [firstInstall] : []),
    {
      what: "Give Terraform and docker your credentials (gcloud and terraform must be installed).",
      commands: [
        "gcloud auth application-default login",
        `gcloud auth configure-docker ${google.region}-docker.pkg.dev`,
        "gcloud components install gke-gcloud-auth-plugin",
      ],
    },
    {
      what: "Deploy. The pods wait for the image and the keys of the next steps.",
      commands: [`${environment}npx cdktf deploy '*'`],
    },
    {
      what: "Build and push the forwarder's image.",
      commands: [forwarderImage(imageRepository(configuration))].flatMap((image) => [
        `IMAGE=${image}`,
        `docker build --platform linux/amd64 --tag $IMAGE images/${/([^/]+):[^/]*$/.exec(image)?.[1]}`,
        "docker push $IMAGE",
      ]),
    },
    {
      what: "Once: create the forwarders' ssh host key, and put its public half into the configuration.",
      commands: [
        // In memory: the private half is never on a disk.
        "ssh-keygen -t ed25519 -N '' -C forwarder -f /dev/shm/host-key",
        ...secretsOf(stacks, /-host-key$/).map((name) => addVersion(name, google.project, "/dev/shm/host-key")),
        "cat /dev/shm/host-key.pub   # forwarders.hostPublicKey",
        "rm /dev/shm/host-key /dev/shm/host-key.pub",
      ],
    },
    ...secretsOf(stacks, /-authentication-/).map((name) => ({
      what: "Once: add the secret key (edsk…) with which the baker authenticates to its signers.",
      commands: [addVersion(name, google.project, "-")],
    })),
    {
      what: `Put ${missing.length > 0 ? missing.join(" and ") : "everything that has changed"} into the configuration, and synthesise again.`,
      commands: [
        `${environment}npx cdktf output platform   # forwarder_addresses`,
        `npm run synth${argument(file.path, environment)}`,
      ],
    },
    { what: "Install on each Raspberry Pi; this starts its tunnels.", commands: install },
  ];
}

const argument = (path: string, environment: string) => (environment === "" ? "" : ` -- ${path}`);
const addVersion = (secret: string, project: string, file: string) =>
  `gcloud secrets versions add ${secret} --project ${project} --data-file=${file}`;

function secretsOf(stacks: SummaryProps["stacks"], name: RegExp): string[] {
  const secrets = resourcesOf<{ secret_id: string }>(stacks["platform"], "google_secret_manager_secret");
  return Object.values(secrets)
    .map(({ secret_id: secret }) => secret)
    .filter((secret) => name.test(secret));
}
