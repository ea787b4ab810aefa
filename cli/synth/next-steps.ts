import { exampleFields } from "../../lib/config/checks/examples";
import type { Configuration } from "../../lib/config/schema/configuration";
import { getCredentials } from "../../lib/config/facts/pools";
import { pathText } from "../../lib/config/reading/problems";
import { packageRoot } from "../../lib/package-root";
import { shellWord } from "../../lib/terminal/shell";
import { wrap } from "../../lib/terminal/wrap";
import { resourcesOf } from "../../lib/terraform/stack-json";
import { missingForTunnels } from "../../raspberry-pi/tunnels";
import { pathFromPackage } from "../configuration-file";
import type { SummaryProps } from "./summary-props";

interface Step {
  readonly what: string;
  readonly commands: readonly string[];
}

/** The file to which an example is copied. */
const newFile = "config/my-baker.yaml";

/** The next steps for the user, numbered, with commands to copy. README.md has the same. */
export function nextSteps(props: SummaryProps): string[] {
  return formatSteps(steps(props), props);
}

/**
 * The steps after a deployment, in the same form.
 * @param done names of secrets that have a version already
 */
export function stepsAfterDeployment(props: SummaryProps, done: readonly string[]): string[] {
  const all = steps(props);
  const deployment = all.findIndex(({ commands }) => commands.some((command) => command.startsWith("npm run deploy ")));
  const isDone = ({ commands }: Step) =>
    done.some((secret) => commands.some((line) => line.includes(` add ${secret} `)));
  return formatSteps(
    all.slice(deployment + 1).filter((step) => !isDone(step)),
    props,
  );
}

function formatSteps(all: readonly Step[], { colors }: SummaryProps): string[] {
  const isElsewhere = process.cwd() !== packageRoot;
  return [
    ...(isElsewhere
      ? [`  In the folder of this program:`, `       ${colors.cyan(`cd ${shellWord(packageRoot)}`)}`]
      : []),
    ...all.flatMap(({ what, commands }, index) => [
      ...wrap(what, "     ").map((line, row) => (row === 0 ? `  ${index + 1}. ${line.trimStart()}` : line)),
      ...commands.map((command) => `       ${colors.cyan(command)}`),
    ]),
  ];
}

/** The steps from a configuration to a baker, as far as this configuration does not show that they are done. */
export function steps(props: SummaryProps): Step[] {
  const { file, configuration, stacks } = props;
  const { name } = configuration;
  const path = shellWord(isExample(file) ? newFile : pathFromPackage(file.path));
  const synth = `npm run synth -- ${path}`;
  const missing = missingForTunnels(configuration);
  const hostKey = hasHostKey(configuration) ? [] : [hostKeyStep(props)];
  return [
    ...firstSteps(props, synth),
    {
      what: `Deploy. It first checks programs, logins and quotas, asks before it changes anything, and prints the forwarders' addresses.${hostKey.length > 0 ? " The pods wait for the keys of the next step." : ""}`,
      commands: ["gcloud auth login", "gcloud auth application-default login", `npm run deploy -- ${path}`],
    },
    ...hostKey,
    ...secretsOf(stacks, /-authentication-/).map((secret) => authenticationStep(secret, configuration)),
    {
      what: `Put ${missing.length > 0 ? missing.join(" and ") : "whatever has changed"} into the configuration, and install again on each Raspberry Pi, which starts its tunnels.`,
      commands: [synth, ...installCommands(props)],
    },
    {
      what: "Check.",
      commands: [
        `gcloud ${getCredentials(configuration).join(" ")}`,
        `kubectl --namespace ${name} get pods --output wide`,
        ...configuration.bakers
          .slice(0, 1)
          .map(
            ({ name: baker }) => `kubectl --namespace ${name} logs baker-${baker}-0 --container octez-baker --follow`,
          ),
      ],
    },
  ];
}

/**
 * Whether the Raspberry Pis pin a host key of the user's own. Another version of the secret would be one that none of them
 * accepts.
 */
const hasHostKey = (configuration: Configuration): boolean =>
  missingForTunnels(configuration).length === 0 &&
  !exampleFields(configuration).some((path) => pathText(path) === "forwarders.hostPublicKey");

const hostKeyStep = ({ configuration, stacks }: SummaryProps): Step => ({
  what: "Once: create the forwarders' ssh host key, and put its public half into the configuration as forwarders.hostPublicKey.",
  commands: [
    // In memory: the private half is never on a disk.
    "ssh-keygen -t ed25519 -N '' -C forwarder -f /dev/shm/host-key",
    ...secretsOf(stacks, /-host-key$/).map((secret) =>
      addVersion(secret, configuration.google.project, "/dev/shm/host-key"),
    ),
    "cat /dev/shm/host-key.pub",
    "rm /dev/shm/host-key /dev/shm/host-key.pub",
  ],
});

/** The key comes from where docs/deploy.md generates it: from memory. */
function authenticationStep(secret: string, { name, google: { project } }: Configuration): Step {
  const file = `/dev/shm/${secret.slice(`${name}-`.length)}`;
  return {
    what: "Once: add the secret key with which the baker authenticates to its signers, generated as in docs/deploy.md, A baker's authentication key.",
    commands: [`sed -n 's/^Secret Key: *unencrypted://p' ${file} | ${addVersion(secret, project, "-")}`, `rm ${file}`],
  };
}

/** What comes before the first deployment. */
function firstSteps(props: SummaryProps, synth: string): Step[] {
  const { file, configuration } = props;
  const copied = exampleFields(configuration).map(pathText);
  const write = {
    what: isExample(file)
      ? `Write the configuration: copy the example, and replace in it ${["name", ...copied].join(", ")}.`
      : `Replace what is still an example's: ${copied.join(", ")}.`,
    commands: [...(isExample(file) ? [`cp ${pathFromPackage(file.path)} ${newFile}`] : []), synth],
  };
  const prepare = {
    what: "Prepare each Raspberry Pi, and put the ssh public key that it prints into signers[].sshPublicKey.",
    commands: installCommands(props),
  };
  return [
    ...(isExample(file) || copied.length > 0 ? [write] : []),
    ...(missingForTunnels(configuration).length > 0 ? [prepare] : []),
  ];
}

/** Whether a file is one of those that come with this program, and is to be copied. */
const isExample = ({ path }: SummaryProps["file"]) =>
  /^config\/(shadownet|hodl-farm|every-option)\.yaml$/.test(pathFromPackage(path));

const installCommands = ({ configuration, folders }: SummaryProps): string[] =>
  configuration.signers.map(
    ({ name }) =>
      `scp -r ${shellWord(`${folders.raspberryPi}/${name}`)} ${name}: && ssh -t ${name} sudo ./${name}/install.sh`,
  );

const addVersion = (secret: string, project: string, file: string) =>
  `gcloud secrets versions add ${secret} --project ${project} --data-file=${file}`;

function secretsOf(stacks: SummaryProps["stacks"], name: RegExp): string[] {
  const secrets = resourcesOf<{ secret_id: string }>(stacks["platform"], "google_secret_manager_secret");
  return Object.values(secrets)
    .map(({ secret_id: secret }) => secret)
    .filter((secret) => name.test(secret));
}
