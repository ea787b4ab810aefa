import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { basename, join } from "node:path";
import { type AddressInfo, createServer } from "node:net";
import { userInfo } from "node:os";
import { sshUser } from "../../lib/config/facts/signer-path";
import { folderTag, imageFolder } from "../../lib/forwarder/image";
import { buildForwarderImage } from "../cluster/forwarder-image";
import { findProgram, type Needs } from "../needs";
import { forThisSshd } from "./openssh-version";

/** An sshd that a test can run with the deployed texts. */
export interface TestedSshd {
  readonly title: string;
  readonly needs: Needs;
  /** As whom a client logs in. */
  readonly user: string;
  /** Who sshd is; left out: who the test is. */
  readonly owner?: { readonly uid: number; readonly gid: number };
  /** What it can read of the text. */
  readonly readable: (text: string) => string;
  /** What has to be done once, before. */
  readonly prepare: () => Promise<void>;
  /** Starts it with sshd_config of that folder; all that this names is in the folder too. */
  readonly start: (folder: string) => RunningSshd;
}

export interface RunningSshd {
  readonly log: () => string;
  readonly stop: () => void;
}

const clients = ["ssh", "ssh-keygen"];

/** This machine's own. Root's becomes daemon, so that it is as unprivileged as in its container. */
export const machineSshd: TestedSshd = {
  title: "this machine's sshd",
  needs: { programs: ["sshd", ...clients], linux: true },
  ...(process.getuid?.() === 0 ? daemon() : { user: userInfo().username }),
  readable: forThisSshd,
  prepare: async () => {},
  start(folder) {
    const { uid, gid } = this.owner ?? {};
    return running(spawn(findProgram("sshd")!, ["-D", "-e", "-f", join(folder, "sshd_config")], { uid, gid }));
  },
};

const image = `localhost/signer-forwarder-test:${folderTag(imageFolder)}`;

/** The image's, as restricted as its container is. */
export const imageSshd: TestedSshd & { readonly image: string } = {
  image,
  title: "the image's sshd",
  needs: { programs: ["podman", "runc", "debootstrap", ...clients], root: true, linux: true },
  user: sshUser,
  owner: { uid: 1000, gid: 1000 },
  readable: (text) => text,
  prepare: async () => {
    if (spawnSync("podman", ["image", "exists", image]).status !== 0) await buildForwarderImage(image, () => {});
  },
  start(folder) {
    const name = `sshd-${basename(folder)}`;
    const container = spawn("podman", [
      ...["--runtime", "runc", "run", "--rm", "--name", name, "--network", "host", "--volume", `${folder}:${folder}`],
      ...["--read-only", "--read-only-tmpfs=false", "--cap-drop", "all", "--security-opt", "no-new-privileges"],
      // Not more than a container's maker may have.
      ...["--ulimit", "nofile=1024:1024", "--ulimit", "nproc=4096:4096"],
      ...[image, "-f", join(folder, "sshd_config")],
    ]);
    return running(container, () =>
      execFileSync("podman", ["rm", "--force", "--time", "0", name], { stdio: "ignore" }),
    );
  },
};

/** What the image's own programs say. */
export const inImage = (program: string, ...parameters: string[]) =>
  spawnSync(
    "podman",
    [
      "--runtime",
      "runc",
      "run",
      "--rm",
      "--network",
      "none",
      "--ulimit",
      "nofile=1024:1024",
      "--ulimit",
      "nproc=4096:4096",
      "--entrypoint",
      program,
      image,
      ...parameters,
    ],
    { encoding: "utf8" },
  );

function running(process: ChildProcess, end: () => void = () => process.kill("SIGKILL")): RunningSshd {
  let log = "";
  for (const stream of [process.stdout, process.stderr]) stream!.on("data", (text) => (log += text));
  return { log: () => log, stop: end };
}

/** Every Linux has it. (systemd calls nobody's account locked.) */
function daemon() {
  const [user, , uid, gid] = execFileSync("getent", ["passwd", "daemon"], { encoding: "utf8" }).split(":");
  return { user: user!, owner: { uid: Number(uid), gid: Number(gid) } };
}

/** A port of loopback at which nobody listens. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
