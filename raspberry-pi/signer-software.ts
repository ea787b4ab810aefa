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
 * The public keys of which octez-signer wants a proof with each request, as its file authorized_keys holds them.
 * Undefined: no baker of this signer has one, and requests are not authenticated.
 */
export function authorizedKeys(configuration: Configuration, signer: SignerConfiguration): string | undefined {
  const keys = bakersOf(configuration, signer).flatMap(({ name, authenticationPublicKey }) =>
    authenticationPublicKey ? [{ name, value: authenticationPublicKey }] : [],
  );
  return keys.length === 0 ? undefined : `${JSON.stringify(keys, null, 2)}\n`;
}

/** octez-signer as a service. It runs where /usr/local/bin/octez-signer is, which install.sh puts there if given. */
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
      "# Blocks, preattestations and attestations only: with no other magic byte can the key move a coin. The watermark",
      "# never lets two different payloads of one level and round be signed.",
      `ExecStart=/usr/local/bin/octez-signer --base-dir ${octezSignerData} ${authentication}launch http signer \\`,
      `  --address 127.0.0.1 --port ${signer.port} --check-high-watermark --magic-bytes 0x11,0x12,0x13`,
      "Restart=always",
      "RestartSec=1",
      "# The last process to go when memory runs out.",
      "OOMScoreAdjust=-900",
      "# No core file with a key in it.",
      "LimitCORE=0",
    ],
    allowed: {
      // AF_INET6: it listens on ::ffff:127.0.0.1. AF_NETLINK: libusb hears through it of a Ledger that comes and goes.
      addressFamilies: ["AF_INET", "AF_INET6", "AF_UNIX", ...(ledger ? ["AF_NETLINK"] : [])],
      addresses: ["localhost"],
      devices: ledger ? ["char-usb_device rw", "char-hidraw rw"] : [],
    },
  });
}

/** Lets the group `ledger` open a Ledger. */
export const ledgerRules =
  (): string => `# A Ledger, as USB device (libusb) and as HID device, for the group of the signer's user.
# power/control: a device that has been put to sleep answers the next request late.
SUBSYSTEM=="usb", ENV{DEVTYPE}=="usb_device", ATTR{idVendor}=="2c97", GROUP="ledger", MODE="0660", ATTR{power/control}="on"
SUBSYSTEM=="hidraw", ATTRS{idVendor}=="2c97", GROUP="ledger", MODE="0660"
`;

/** SIGNER_PROTOCOL of signer-health: how it asks a signer of each protocol. */
const healthProtocol: Record<SignerProtocol, "http" | "tcp"> = { http: "http", tcp: "tcp" };

/** The settings of the health endpoint. */
export function healthEnvironment(configuration: Configuration, signer: SignerConfiguration): string {
  return environmentFile({
    HEALTH_PORT: healthPort,
    SIGNER_PROTOCOL: healthProtocol[signer.protocol],
    SIGNER_PORT: signer.port,
    KEY_HASHES: keyHashesOf(configuration, signer).join(" "),
    DEVICE: signer.device,
    DATA_FOLDER: signer.software === "octez-signer" ? octezSignerData : "",
    // By then the forwarder has given up on two tries. Never so short that one slow answer counts.
    STUCK_SECONDS: Math.max(1, 2 * pathTimeoutSeconds(signer)),
    // Of signer-doctor: on a longer way the forwarders give each request up.
    ROUND_TRIP_SECONDS: roundTripSeconds(signer),
  });
}

export const healthUnit = (): string =>
  serviceUnit({
    description: "Health of the Tezos signer",
    unit: ["StartLimitIntervalSec=0"],
    service: [
      "# A user that can't read the signer's files.",
      "DynamicUser=yes",
      `EnvironmentFile=${settingsFolder}/health.env`,
      "Type=notify",
      `ExecStart=${scriptFolder}/signer-health`,
      "Restart=always",
      "RestartSec=1",
      "# It tells systemd twice a second that it still takes connections.",
      "WatchdogSec=10",
      "TasksMax=64",
    ],
    allowed: {
      // AF_NETLINK: the kernel's socket diagnosis.
      addressFamilies: ["AF_INET", "AF_UNIX", "AF_NETLINK"],
      addresses: ["localhost"],
      // It writes nothing there: without this line the disk would look read-only to it.
      writable: [`-${octezSignerData}`],
    },
  });
