import { signingKeyHashes } from "../lib/config/facts/keys";
import type { Configuration, SignerConfiguration, SignerProtocol } from "../lib/config/schema/configuration";
import { bakersOf, healthPort, pathTimeoutSeconds, roundTripSeconds } from "../lib/config/facts/signer-path";
import { environmentFile } from "./environment-file";
import { octezSignerData, scriptFolder, settingsFolder } from "./paths";
import { serviceUnit } from "./unit";

/** Hashes of the keys with which a signer's bakers sign. */
export function keyHashesOf(configuration: Configuration, signer: SignerConfiguration): string[] {
  return [...new Set(bakersOf(configuration, signer).flatMap(signingKeyHashes))];
}

/**
 * octez-signer's file authorized_keys: the public keys that may authenticate a signing request
 * (https://octez.tezos.com/docs/user/key-management.html). Undefined if no baker of this signer has such a key:
 * requests are not authenticated then.
 */
export function authorizedKeys(configuration: Configuration, signer: SignerConfiguration): string | undefined {
  const keys = bakersOf(configuration, signer).flatMap(({ name, authenticationPublicKey }) =>
    authenticationPublicKey ? [{ name, value: authenticationPublicKey }] : [],
  );
  return keys.length === 0 ? undefined : `${JSON.stringify(keys, null, 2)}\n`;
}

/**
 * octez-signer's service. It is started if /usr/local/bin/octez-signer exists, which install.sh can install.
 * The command line: https://octez.tezos.com/docs/user/key-management.html
 */
export function octezSignerUnit(configuration: Configuration, signer: SignerConfiguration): string {
  const ledger = signer.device === "ledger";
  const authentication = authorizedKeys(configuration, signer) ? "--require-authentication " : "";
  return serviceUnit({
    description: "Octez signer",
    unit: ["ConditionFileIsExecutable=/usr/local/bin/octez-signer", "StartLimitIntervalSec=0"],
    service: [
      "Type=exec",
      "User=octez-signer",
      ...(ledger ? ["SupplementaryGroups=ledger"] : []),
      "StateDirectory=octez-signer",
      "StateDirectoryMode=0700",
      "# The magic bytes allow blocks, preattestations and attestations only: the key can't sign a transfer. The",
      "# watermark check never signs two different payloads for one level and round.",
      `ExecStart=/usr/local/bin/octez-signer --base-dir ${octezSignerData} ${authentication}launch http signer \\`,
      `  --address 127.0.0.1 --port ${signer.port} --check-high-watermark --magic-bytes 0x11,0x12,0x13`,
      "Restart=always",
      "RestartSec=1",
      "# The last process to be killed when memory runs out.",
      "OOMScoreAdjust=-900",
      "# No core dumps: they would contain the key.",
      "LimitCORE=0",
    ],
    allowed: {
      // AF_INET6: it listens on ::ffff:127.0.0.1. AF_NETLINK: libusb is notified of a Ledger's connection through it.
      addressFamilies: ["AF_INET", "AF_INET6", "AF_UNIX", ...(ledger ? ["AF_NETLINK"] : [])],
      addresses: ["localhost"],
      devices: ledger ? ["char-usb_device rw", "char-hidraw rw"] : [],
    },
  });
}

/** udev rules that let the group `ledger` open a Ledger. */
export const ledgerRules =
  (): string => `# Lets the signer's group open a Ledger, as a USB device (libusb) and as a HID device. Vendor ID:
# https://github.com/LedgerHQ/udev-rules/blob/master/20-hw1.rules
# power/control: no power saving, because a suspended device would answer the next request late.
SUBSYSTEM=="usb", ENV{DEVTYPE}=="usb_device", ATTR{idVendor}=="2c97", GROUP="ledger", MODE="0660", ATTR{power/control}="on"
SUBSYSTEM=="hidraw", ATTRS{idVendor}=="2c97", GROUP="ledger", MODE="0660"
`;

/** The health endpoint's SIGNER_PROTOCOL: how it queries a signer of each protocol. */
const healthProtocol: Record<SignerProtocol, "http" | "tcp"> = { http: "http", tcp: "tcp" };

/** The settings of the health endpoint and of signer-doctor. */
export function healthEnvironment(configuration: Configuration, signer: SignerConfiguration): string {
  return environmentFile({
    HEALTH_PORT: healthPort,
    SIGNER_PROTOCOL: healthProtocol[signer.protocol],
    SIGNER_PORT: signer.port,
    KEY_HASHES: keyHashesOf(configuration, signer).join(" "),
    DEVICE: signer.device,
    DATA_FOLDER: signer.software === "octez-signer" ? octezSignerData : "",
    // By then the forwarder has given up on two attempts. At least 1 s, so that a slow answer does not count.
    STUCK_SECONDS: Math.max(1, 2 * pathTimeoutSeconds(signer)),
    // For signer-doctor: with a longer round trip, the forwarders give up on every request.
    ROUND_TRIP_SECONDS: roundTripSeconds(signer),
  });
}

/** The unit of the health endpoint. */
export const healthUnit = (): string =>
  serviceUnit({
    description: "Health of the Tezos signer",
    unit: ["StartLimitIntervalSec=0"],
    service: [
      "# A temporary user, which can't read the signer's files.",
      "DynamicUser=yes",
      `EnvironmentFile=${settingsFolder}/health.env`,
      "Type=notify",
      `ExecStart=${scriptFolder}/signer-health`,
      "Restart=always",
      "RestartSec=1",
      "# While it accepts connections, it notifies systemd twice a second.",
      "WatchdogSec=10",
      "TasksMax=64",
    ],
    allowed: {
      // AF_NETLINK: for the kernel's socket diagnosis.
      addressFamilies: ["AF_INET", "AF_UNIX", "AF_NETLINK"],
      addresses: ["localhost"],
      // It writes nothing there, but with ProtectSystem=strict alone the disk would always look read-only to it.
      writable: [`-${octezSignerData}`],
    },
  });
