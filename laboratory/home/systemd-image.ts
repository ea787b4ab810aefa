import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findProgram } from "../needs";
import { command, longCommand } from "../cluster/commands";

/** What the host needs to build the image and to run containers of it. */
export const systemdContainerNeeds = { linux: true, root: true, programs: ["podman", "runc", "debootstrap"] };

export type Suite = "bookworm" | "trixie";

/** The packages that install.sh installs, those that user-data needs, and every program that may manage the network. */
const packages = [
  "systemd",
  "systemd-sysv",
  "systemd-resolved",
  "dbus",
  "udev",
  "kmod",
  "procps",
  "iproute2",
  "iputils-ping",
  "e2fsprogs",
  "sudo",
  "python3",
  "curl",
  "ca-certificates",
  "openssh-client",
  "openssh-server",
  "autossh",
  "nftables",
  "cloud-init",
  "ifupdown",
  "isc-dhcp-client",
  "dhcpcd-base",
  "network-manager",
  "dnsmasq-base",
  "busybox",
];

/** Disabled in the image: each test enables what it needs. */
const disabled = [
  "NetworkManager.service",
  "NetworkManager-wait-online.service",
  "networking.service",
  "systemd-networkd.service",
  "systemd-networkd.socket",
  "systemd-networkd-wait-online.service",
  "systemd-resolved.service",
  "systemd-timesyncd.service",
  "ssh.service",
];

/**
 * Units that make no sense in a container: it has no console, and shares binary formats, devices and kernel with the
 * host. udev still sees new devices, such as network interfaces, but does not enumerate all of the host's in every
 * container. systemd 252 may wait forever for its own mounts on a busy host where many others are mounted and
 * unmounted.
 */
const masked = [
  "console-getty.service",
  "getty@tty1.service",
  "systemd-udev-settle.service",
  "systemd-binfmt.service",
  "systemd-udev-trigger.service",
  "dev-hugepages.mount",
  "dev-mqueue.mount",
  "sys-fs-fuse-connections.mount",
  "sys-kernel-config.mount",
  "sys-kernel-debug.mount",
  "sys-kernel-tracing.mount",
];

/**
 * Builds a podman image of Debian with systemd for SystemdContainer, unless it exists already; that takes two minutes.
 * The file /etc/cloud/cloud-init.disabled disables cloud-init in it.
 * @param log is called with each line of progress
 * @returns the image's name
 */
export async function systemdImage(log: (line: string) => void = () => {}, suite: Suite = "bookworm"): Promise<string> {
  const hash = createHash("sha256")
    .update(JSON.stringify([packages, disabled, masked]))
    .digest("hex")
    .slice(0, 12);
  const image = `localhost/hodl-farm-lab/systemd-${suite}:${hash}`;
  if (command(["podman", "images", "--quiet", image]).trim() !== "") return image;
  log(`building an image of Debian ${suite} with systemd, once; this takes two minutes`);
  const scratch = mkdtempSync(join(tmpdir(), "systemd-image-"));
  try {
    const [root, archive] = [join(scratch, "root"), join(scratch, "root.tar")];
    await longCommand([findProgram("debootstrap")!, "--variant=minbase", suite, root]);
    // With apt, because debootstrap can't resolve the dependencies of all of them.
    const install = "apt-get -qq update && apt-get -qqy install --no-install-recommends";
    const shell = `export DEBIAN_FRONTEND=noninteractive; ${install} ${packages.join(" ")} && apt-get clean`;
    await longCommand([findProgram("chroot")!, root, "/bin/sh", "-c", shell]);
    prepare(root);
    command(["tar", "-C", root, "-cf", archive, "."]);
    const path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    command(["podman", "import", "--quiet", "--change", `ENV PATH=${path}`, archive, image]);
    return image;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Like a new SD card: without an identity, ssh host keys, and the host's network settings. */
function prepare(root: string): void {
  for (const unit of disabled) command(["systemctl", `--root=${root}`, "--quiet", "disable", unit]);
  for (const unit of masked) {
    command(["systemctl", `--root=${root}`, "--quiet", "mask", unit]);
  }
  writeFileSync(join(root, "etc/cloud/cloud-init.disabled"), "");
  writeFileSync(join(root, "etc/machine-id"), "");
  for (const left of ["etc/network/interfaces", "etc/hostname", "etc/resolv.conf"]) {
    rmSync(join(root, left), { force: true });
  }
  rmSync(join(root, "etc/ssh/sshd_config.d"), { recursive: true, force: true });
}
