import type { Fault } from "./fault";

export const systemFaults: Fault[] = [
  {
    title: "no firewall: a warning",
    break: "systemctl stop tezos-firewall",
    repair: "systemctl start tezos-firewall",
    found: { firewall: /is not active/ },
    status: 0,
  },
  {
    title: "a clock that is not synchronised: a warning",
    break: "echo no >/etc/synchronised",
    repair: "echo yes >/etc/synchronised",
    found: { clock: /is not synchronised/ },
    status: 0,
  },
  {
    title: "a disk that is read-only",
    break: "mount -t tmpfs -o ro,sync none /var/lib/octez-signer",
    repair: "umount /var/lib/octez-signer",
    found: { "disk under /var/lib/octez-signer": /read-only/ },
  },
  {
    title: "a disk that is full",
    break: "mount -t tmpfs -o size=8m,sync none /var/lib/octez-signer",
    repair: "umount /var/lib/octez-signer",
    found: { "disk under /var/lib/octez-signer": /is full/ },
  },
  {
    title: "watermarks that are not written through: a warning",
    break: "chattr -S /var/lib/octez-signer",
    repair: "chattr +S /var/lib/octez-signer",
    found: { watermarks: /a power cut may lose a watermark/ },
    status: 0,
  },
  {
    title: "an installation that was interrupted",
    break: "touch /etc/tezos-signer/manifest.wanted",
    repair: "rm /etc/tezos-signer/manifest.wanted",
    found: { installation: /was interrupted/ },
  },
];
