import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { basename, join } from "node:path";
import { type AddressInfo, createServer } from "node:net";
import { userInfo } from "node:os";
import { sshUser } from "../../lib/config/facts/signer-path";
import { folderTag, imageFolder } from "../../lib/forwarder/image";
import { buildForwarderImage } from "../cluster/forwarder-image";
import { findProgram, type Needs } from "../needs";
import { forHostSshd } from "./openssh-version";

/** An sshd that a test can run with the deployed configuration. */
export interface TestedSshd {
  readonly title: string;
  readonly needs: Needs;
  /** The user as whom clients log in. */
  readonly user: string;
  /** The user that sshd runs as. @default - the user that runs the test */
  readonly owner?: { readonly uid: number; readonly gid: number };
  /** Removes from a configuration what this sshd does not support. */
  readonly adapt: (text: string) => string;
  /** Must be called once before start(). */
  readonly prepare: () => Promise<void>;
  /** Starts it with the sshd_config of a folder, which also contains all files that this refers to. */
  readonly start: (folder: string) => RunningSshd;
}

/** An sshd that runs until it is stopped. */
export interface RunningSshd {
  readonly log: () => string;
  readonly stop: () => void;
}

const clients = ["ssh", "ssh-keygen"];

/** The host's own. If the test runs as root, sshd runs as the user daemon, as unprivileged as in its container. */
export const hostSshd: TestedSshd = {
  title: "the host's sshd",
  needs: { programs: ["sshd", ...clients], linux: true },
  ...(process.getuid?.() === 0 ? daemon() : { user: userInfo().username }),
  adapt: forHostSshd,
  prepare: async () => {},
  start(folder) {
    const { uid, gid } = this.owner ?? {};
    return running(spawn(findProgram("sshd")!, ["-D", "-e", "-f", join(folder, "sshd_config")], { uid, gid }));
  },
};

const image = `localhost/signer-forwarder-test:${folderTag(imageFolder)}`;

/** The image's, in a container as restricted as the deployed one. */
export const imageSshd: TestedSshd & { readonly image: string } = {
  image,
  title: "the image's sshd",
  needs: { programs: ["podman", "runc", "debootstrap", ...clients], root: true, linux: true },
  user: sshUser,
  owner: { uid: 1000, gid: 1000 },
  adapt: (text) => text,
  prepare: async () => {
    if (spawnSync("podman", ["image", "exists", image]).status !== 0) await buildForwarderImage(image, () => {});
  },
  start(folder) {
    const name = `sshd-${basename(folder)}`;
    const container = spawn("podman", [
      ...["--runtime", "runc", "run", "--rm", "--name", name, "--network", "host", "--volume", `${folder}:${folder}`],
      ...["--read-only", "--read-only-tmpfs=false", "--cap-drop", "all", "--security-opt", "no-new-privileges"],
      // Also works where the host's own limits are low.
      ...["--ulimit", "nofile=1024:1024", "--ulimit", "nproc=4096:4096"],
      ...[image, "-f", join(folder, "sshd_config")],
    ]);
    return running(container, () =>
      execFileSync("podman", ["rm", "--force", "--time", "0", name], { stdio: "ignore" }),
    );
  },
};

/** Runs a program of the image. */
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

/** Every Linux has this user. (Not nobody, whose account is locked where systemd defines it.) */
function daemon() {
  const [user, , uid, gid] = execFileSync("getent", ["passwd", "daemon"], { encoding: "utf8" }).split(":");
  return { user: user!, owner: { uid: Number(uid), gid: Number(gid) } };
}

/** A free port of the loopback interface. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
