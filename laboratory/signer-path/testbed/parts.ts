import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { KubernetesObject } from "../../convert/kubernetes-objects";
import { command } from "../../cluster/commands";
import type { RaspberryPi } from "../../home/raspberry-pi";

/* eslint-disable @typescript-eslint/no-explicit-any -- objects of Kubernetes' API, read by path */

/** Where a Ledger's vendor is told, on the Raspberry Pi. */
export const ledger = "/sys/bus/usb/devices/1-1/idVendor";

/** A unit that stands in for a USB port with a Ledger: this machine has none to give away. Also after a loss of power. */
export function plugInLedger(pi: RaspberryPi): void {
  const unit = `[Unit]
DefaultDependencies=no
Before=sysinit.target
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=mount -t tmpfs tmpfs /sys/bus
ExecStart=mkdir -p ${dirname(ledger)}
ExecStart=sh -c 'echo 2c97 >${ledger}'
[Install]
WantedBy=sysinit.target
`;
  writeFileSync(join(pi.disk, "etc/systemd/system/stand-in-ledger.service"), unit);
  pi.sh("systemctl daemon-reload; systemctl enable --now stand-in-ledger.service 2>&1");
}

/** The addresses that the stack `platform` has reserved, in the forwarders' order. */
export function forwarderAddresses(objects: readonly KubernetesObject[]): string[] {
  const address = ({ kind, metadata, spec }: any) =>
    kind === "Service" && /^forwarder-\d+-ssh$/.test(metadata.name) ? [[metadata.name, spec.loadBalancerIP]] : [];
  const byName: [string, string][] = objects.flatMap(address) as [string, string][];
  return byName.sort(([one], [other]) => one.localeCompare(other)).map(([, ip]) => ip);
}

export function sshdImage(objects: readonly KubernetesObject[]): string {
  const containers = objects.flatMap(
    ({ kind, spec }: any) => (kind === "Deployment" ? spec.template.spec.containers : []) as any[],
  );
  return containers.find(({ name }) => name.startsWith("sshd-")).image;
}

/** An ed25519 key pair as OpenSSH writes it. */
export function newSshKey(): { readonly privateKey: string; readonly publicKey: string } {
  const folder = mkdtempSync(join(tmpdir(), "ssh-key-"));
  try {
    command(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "forwarder", "-f", join(folder, "key")]);
    const read = (name: string) => readFileSync(join(folder, name), "utf8");
    return { privateKey: read("key"), publicKey: read("key.pub").trim() };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
