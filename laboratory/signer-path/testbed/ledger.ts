import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { RaspberryPi } from "../../home/raspberry-pi";

/** Where Linux shows the vendor of a USB device, on the Raspberry Pi. */
const vendorFile = "/sys/bus/usb/devices/1-1/idVendor";
/** Ledger's USB vendor: https://github.com/LedgerHQ/udev-rules/blob/master/20-hw1.rules */
const vendor = "2c97";

/** Installs a unit that pretends that a Ledger is plugged in, also after a power loss. */
export function installLedgerStandIn(pi: RaspberryPi): void {
  const unit = `[Unit]
DefaultDependencies=no
Before=sysinit.target
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=mount -t tmpfs tmpfs /sys/bus
ExecStart=mkdir -p ${dirname(vendorFile)}
ExecStart=sh -c 'echo ${vendor} >${vendorFile}'
[Install]
WantedBy=sysinit.target
`;
  writeFileSync(join(pi.disk, "etc/systemd/system/stand-in-ledger.service"), unit);
  pi.sh("systemctl daemon-reload; systemctl enable --now stand-in-ledger.service 2>&1");
}

/** Plugs the pretended Ledger in, or unplugs it. */
export function setLedgerPlugged(pi: RaspberryPi, plugged: boolean): void {
  pi.sh(plugged ? `echo ${vendor} >${vendorFile}` : `rm ${vendorFile}`);
}
