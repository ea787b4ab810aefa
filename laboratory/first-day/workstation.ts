import { mkdirSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { binaries } from "../cluster/control-plane";
import { longCommand } from "../cluster/commands";
import { packageRoot } from "../../lib/package-root";
import { Terminal } from "./terminal";

export interface WorkstationProps {
  /** Folder for the clone and for the person's home. */
  readonly folder: string;
  /** To be /etc/hosts. */
  readonly hostsFile: string;
  /** Certificates to trust. */
  readonly certificates: string;
  /** To be /etc/ssh/ssh_config. */
  readonly sshConfig: string;
  /** File with the token that the cluster accepts. */
  readonly tokenFile: string;
  /** The command by which the stand-in for docker builds an image. */
  readonly dockerBuild: readonly string[];
  /** Environment variables that lead Terraform's provider and gcloud to the stand-in for Google's API. */
  readonly google: NodeJS.ProcessEnv;
}

/**
 * A person's computer: this host, with a home folder, /etc/hosts and ssh configuration of its own, a clone of the
 * repository, and the stand-ins for gcloud, docker and their helpers in PATH.
 */
export async function openTerminal(props: WorkstationProps): Promise<Terminal> {
  const { folder, hostsFile, sshConfig } = props;
  const clone = join(folder, "hodl-farm");
  mkdirSync(join(folder, "home"), { recursive: true });
  writeFileSync(join(folder, "ssh_config"), sshConfig);
  await longCommand(["git", "clone", "--quiet", packageRoot, clone]);
  const mounts = [
    [hostsFile, "/etc/hosts"],
    [join(folder, "ssh_config"), "/etc/ssh/ssh_config"],
  ].flat();
  const shell = ["bash", "--noprofile", "--norc", "--noediting", "-i"];
  const enter = 'mount --bind "$1" "$2" && mount --bind "$3" "$4" && shift 4 && exec "$@"';
  const command = ["unshare", "--mount", "--propagation", "private", "sh", "-c", enter, "sh", ...mounts, ...shell];
  return Terminal.start(command, clone, environment(props));
}

/** Path of the clone. */
export const cloneIn = ({ folder }: Pick<WorkstationProps, "folder">): string => join(folder, "hodl-farm");

function environment({
  folder,
  certificates,
  tokenFile,
  dockerBuild,
  google,
}: WorkstationProps): Record<string, string> {
  const programs = join(packageRoot, "laboratory/first-day/programs");
  const all: NodeJS.ProcessEnv = {
    ...process.env,
    ...google,
    HOME: join(folder, "home"),
    PATH: [programs, binaries(), process.env["PATH"], "/usr/sbin", "/sbin"].join(delimiter),
    // Go's programs, curl and npm trust these.
    SSL_CERT_FILE: certificates,
    CURL_CA_BUNDLE: certificates,
    NODE_EXTRA_CA_CERTS: certificates,
    GOOGLE_STAND_IN: google["GOOGLE_STAND_IN"],
    CLUSTER_TOKEN_FILE: tokenFile,
    DOCKER_BUILD: dockerBuild.join(" "),
    // Its cache only saves time.
    npm_config_cache: process.env["npm_config_cache"] ?? join(homedir(), ".npm"),
    CHECKPOINT_DISABLE: "1",
    KUBECONFIG: undefined,
    BAKER_CONFIG: undefined,
    XDG_CACHE_HOME: undefined,
    DEBUG: undefined,
    SSH_AUTH_SOCK: undefined,
    // Set by npm for the drill itself.
    INIT_CWD: undefined,
    npm_lifecycle_event: undefined,
  };
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
