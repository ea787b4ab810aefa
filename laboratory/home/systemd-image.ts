import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findProgram } from "../needs";
import { command, longCommand } from "../cluster/commands";

/** What of this machine is needed to make the image, and to run machines of it. */
export const systemdContainerNeeds = { linux: true, root: true, programs: ["podman", "runc", "debootstrap"] };

export type Suite = "bookworm" | "trixie";

/** What install.sh would install, what user-data needs, and each program that may manage a Raspberry Pi's network. */
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

/** All that is installed is off at first: each laboratory and test turns on what it wants. */
const off = [
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
 * A container has no console to log in at, and its binary formats, devices and kernel are this machine's: udev sees the
 * devices that come, such as cables, and is not asked to look at all that are there, by each machine of a laboratory.
 * On a busy machine systemd 252 may wait for ever with mounts of its own, when many others come and go.
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
 * A podman image of a Debian with systemd, to be started as a machine (systemd-machine.ts). It is made once, which takes
 * two minutes, and stays with podman. cloud-init is off by /etc/cloud/cloud-init.disabled.
 * @returns the image's name
 */
export async function systemdImage(log: (line: string) => void = () => {}, suite: Suite = "bookworm"): Promise<string> {
  const made = createHash("sha256")
    .update(JSON.stringify([packages, off, masked]))
    .digest("hex")
    .slice(0, 12);
  const image = `localhost/hodl-farm-lab/systemd-${suite}:${made}`;
  if (command(["podman", "images", "--quiet", image]).trim() !== "") return image;
  log(`making a Debian ${suite} with systemd: two minutes, once`);
  const scratch = mkdtempSync(join(tmpdir(), "systemd-image-"));
  try {
    const [root, archive] = [join(scratch, "root"), join(scratch, "root.tar")];
    await longCommand([findProgram("debootstrap")!, "--variant=minbase", suite, root]);
    // By apt: debootstrap does not understand what all of them depend on.
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

/** As a fresh card is: with no identity, no host key of ssh and no network settings of this machine's. */
function prepare(root: string): void {
  for (const unit of off) command(["systemctl", `--root=${root}`, "--quiet", "disable", unit]);
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
