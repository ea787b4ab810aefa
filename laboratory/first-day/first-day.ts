import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadConfiguration } from "../../lib/config/load";
import { packageRoot } from "../../lib/package-root";
import { Failure } from "../../lib/terminal/failure";
import { podmanBuild } from "../cluster/forwarder-image";
import { Laboratory } from "../cluster/laboratory";
import { Registry } from "../cluster/registry";
import { GoogleStandIn } from "../google/stand-in";
import type { DrillOptions, DrillResult } from "../result";
import { drillKey } from "../stand-ins/octez-signer";
import { CertificateAuthority } from "./certificate-authority";
import { commandsOf, type DocumentedStep, sectionOf, stepsOfSection, stepsOfSynth } from "./documented-steps";
import { FirstSignature } from "./first-signature";
import { Gke } from "./gke";
import { NewRaspberryPi } from "./home";
import { Internet } from "./internet";
import { ConfigurationText, type Person, replies } from "./person";
import { CommandFailed, Rehearsal } from "./rehearsal";
import { pushStandIns } from "./registry";
import type { Ended } from "./terminal";
import { waitingFor } from "./waiting";
import { cloneIn, openTerminal } from "./workstation";

const person: Person = {
  project: "my-project",
  name: "my-baker",
  delegate: drillKey("first day").publicKey,
};
/** In the example's configuration. */
const [region, signer] = ["us-central1", "pi"];
/** Where README's commands keep the forwarders' host key for a moment. */
const hostKeyFile = "/dev/shm/host-key";
const configurationFile = "config/my-baker.yaml";
/** How long Google takes, shortened. */
const slow = [
  { on: /^CREATE_CLUSTER/, milliseconds: 10_000 },
  { on: /NODE_POOL/, milliseconds: 3_000 },
];
const addOnDelaySeconds = 60;

/**
 * Rehearses the first day: from a clone and a new configuration to the first signature, by the very commands that README
 * prints under "Deploy", in their order. A command that is not printed is not run; a printed one that fails fails the
 * drill. What synth prints as its next steps is compared with README.
 *
 * A person's computer is a bash in a pseudo-terminal with a home, /etc/hosts, ssh configuration and PATH of its own
 * (workstation.ts, terminal.ts). What a person does between two commands, the drill does: it replies to questions, and
 * copies values that were printed into the configuration (person.ts).
 *
 * Real: git, npm, Terraform and its providers, kubectl, ssh and scp, the control plane, kubelets and containerd
 * (cluster), the forwarder's image and its registry (cluster/registry.ts), the Raspberry Pi's system, bundle and tunnels (home.ts).
 * Stand-ins: Google's API (laboratory/google); gcloud, GKE's plugin and docker, which is podman (programs/); GKE, which
 * makes VMs join as the node pools say (gke.ts), with CSI drivers for disks and secrets (drivers.ts) and load balancers;
 * the names and certificates of Google's hosts (internet.ts, certificate-authority.ts); Octez.
 */
export async function firstDayDrill({ log, keep = false }: DrillOptions): Promise<DrillResult> {
  // A person's own, perhaps: the rehearsal would replace and delete it.
  if (existsSync(hostKeyFile)) throw new Failure(`${hostKeyFile} exists. If you don't need it any more, delete it.`);
  const dockerBuild = await podmanBuild(log);
  const lab = await Laboratory.start({ log });
  try {
    return await rehearse(lab, dockerBuild, log);
  } finally {
    if (keep && !lab.interrupted) {
      log(`The laboratory keeps running until ctrl-C. Its kubectl: ${lab.kubectlCommand}`);
      // A timer keeps this process alive; the laboratory handles ctrl-C.
      await new Promise(() => setInterval(() => {}, 1 << 30));
    }
    await lab.end();
  }
}

async function rehearse(
  lab: Laboratory,
  dockerBuild: readonly string[],
  log: (line: string) => void,
): Promise<DrillResult> {
  const google = await new GoogleStandIn({ faults: { slow, serviceActivationMilliseconds: 3000 } }).start();
  lab.atEnd(() => google.stop());
  const authority = new CertificateAuthority(join(lab.folder, "certificates"));
  const internet = new Internet(lab, authority);
  const registry = new Registry(lab);
  await registry.start();
  const registryHost = `${region}-docker.pkg.dev`;
  // As docker and curl send gcloud's token.
  const password = Buffer.from("oauth2accesstoken:fake").toString("base64");
  await internet.exposeHttp(registryHost, target(registry.url), [`Basic ${password}`, "Bearer fake"]);
  const home = await NewRaspberryPi.start(lab, join(lab.folder, "keys"), signer, log);
  await internet.exposePort(signer, { host: home.address, port: 22 });

  const problems: string[] = [];
  const gke = new Gke({
    lab,
    google,
    internet,
    registries: { [registryHost]: registry.url, "docker.io": registry.url },
    addOnDelaySeconds,
    log: (line) => log(`   · ${line}`),
  });
  gke.start((error) => problems.push(`the stand-in for GKE: ${error.message}`));

  const tokenFile = join(lab.folder, "token");
  writeFileSync(tokenFile, lab.controlPlane.token, { mode: 0o600 });
  const workstation = {
    folder: join(lab.folder, "workstation"),
    hostsFile: internet.hostsFile,
    certificates: authority.bundle,
    sshConfig: home.sshConfig,
    tokenFile,
    dockerBuild,
    google: { ...google.variables, GOOGLE_STAND_IN: google.url },
  };
  for (const file of [hostKeyFile, `${hostKeyFile}.pub`]) lab.atEnd(() => rmSync(file, { force: true }));
  const terminal = await openTerminal(workstation);
  lab.atEnd(() => terminal.end());

  const clone = cloneIn(workstation);
  const configuration = new ConfigurationText(join(clone, configurationFile));
  const firstSignature = new FirstSignature(lab, gke, home.pi, person.delegate);
  const transcript = transcriptFile();
  let printed: readonly DocumentedStep[] | undefined;
  let pushed: Promise<void> | undefined;
  const afterCommand = async (command: string, { output }: Ended) => {
    if (command.startsWith("cp ")) configuration.begin(person);
    if (/^npm run synth -- /.test(command)) {
      printed ??= stepsOfSynth(output);
      // Once: changes of the configuration after that don't change the images.
      pushed ??= pushStandIns(lab, registry, loadConfiguration(join(clone, configurationFile)).configuration);
      await pushed;
    }
  };
  const rehearsal = new Rehearsal({
    terminal,
    replies,
    configuration,
    log,
    transcript: (text) => appendFileSync(transcript, text),
    waiting: () => waitingFor(lab, person.name),
    optionsOf: (command) => (/\s--follow\b/.test(command) ? { enough: firstSignature.poll } : undefined),
    afterCommand,
  });

  const begin = Date.now();
  const steps = documentedSteps(home.downloadSigner());
  try {
    for (const step of steps) {
      await rehearsal.step(step);
      // The stand-in for octez-signer can neither generate nor import one.
      if (step.title === signerTitle) home.importKey(drillKey("first day"));
    }
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    problems.push(error.message);
  }
  problems.push(...differences(steps, printed ?? []));
  const signed = firstSignature.seconds;
  if (signed === undefined && problems.length === 0) problems.push("no signature");
  const total = (Date.now() - begin) / 1000;
  const lines = [
    ...rehearsal.times.map(({ title, seconds }) => `${seconds.toFixed(0).padStart(5)} s  ${title}`),
    `${total.toFixed(0).padStart(5)} s  altogether`,
    ...(signed === undefined ? [] : [`the first signature after ${signed.toFixed(0)} s`]),
    `what was printed: ${transcript}`,
    ...problems,
  ];
  return { name: "first-day", ok: problems.length === 0, lines };
}

const target = (url: string) => ({ host: new URL(url).hostname, port: Number(new URL(url).port) });

const signerTitle = "octez-signer";

/**
 * The steps of README, and between them what they refer to docs/raspberry-pi.md for: octez-signer.
 * @param checksum of the octez-signer that was downloaded
 */
function documentedSteps(checksum: string): DocumentedStep[] {
  const page = (name: string) => readFileSync(join(packageRoot, name), "utf8");
  const readme = page("README.md");
  const steps = stepsOfSection(readme, "Deploy");
  const lastInstall = steps.map(({ commands }) => commands.some((one) => one.includes("install.sh"))).lastIndexOf(true);
  const [install] = commandsOf(sectionOf(page("docs/raspberry-pi.md"), signerTitle));
  // The page's Raspberry Pi has another name.
  const onPi = install!.replace("./pi-1/", `./${signer}/`).replace("SUM", checksum);
  return [
    { number: 0, title: "Start", commands: commandsOf(readme).slice(0, 1) },
    ...steps.slice(0, lastInstall + 1),
    { number: lastInstall + 1, title: signerTitle, commands: [`ssh -t ${signer} '${onPi}'`] },
    ...steps.slice(lastInstall + 1),
  ];
}

/** Commands that only one of README and synth prints. What README's first step begins with, synth can't know. */
function differences(readme: readonly DocumentedStep[], synth: readonly DocumentedStep[]): string[] {
  const own = readme.filter(({ number, title }) => number > 0 && title !== signerTitle);
  const [documented, printed] = [own, synth].map((steps) => new Set(steps.flatMap(({ commands }) => commands)));
  return [
    ...[...printed!].filter((command) => !documented!.has(command)).map((command) => `only synth prints: ${command}`),
    ...[...documented!]
      .filter((command) => !printed!.has(command) && !command.startsWith("cp "))
      .map((command) => `only README prints: ${command}`),
  ];
}

function transcriptFile(): string {
  const folder = join(packageRoot, "dist/drills", `first-day-${new Date().toISOString().replaceAll(":", "-")}`);
  mkdirSync(folder, { recursive: true });
  return join(folder, "transcript.txt");
}
