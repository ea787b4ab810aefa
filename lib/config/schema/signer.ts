import { z } from "zod";
import { label, port } from "./fields";

/** The protocols that a signer can speak. */
export const signerProtocols = ["http", "tcp"] as const;
export type SignerProtocol = (typeof signerProtocols)[number];

const uplink = z.strictObject({
  name: z
    .string()
    .regex(
      // At most 15 characters: https://github.com/torvalds/linux/blob/v6.12/include/uapi/linux/if.h (IFNAMSIZ). eth0:1 is an
      // address, not an interface. With .health, the socket of one uplink could be that of another one's health checks.
      /^(?!.*\.health$)[A-Za-z0-9][-_.A-Za-z0-9]{0,14}$/,
      "must be the name of a network interface of the Raspberry Pi, such as eth0, wlan0, wwan0 or eth0.10",
    )
    .describe("The network interface of the Raspberry Pi: eth0, wlan0, wwan0, usb0."),
  metered: z
    .boolean()
    .default(false)
    .describe("true for LTE and the like: health checks and keep-alives are infrequent while everything works."),
});

export const signer = z.strictObject({
  name: label.describe("Name of the Raspberry Pi, and of the folder with its files."),
  sshPublicKey: z
    .string()
    .describe("The Raspberry Pi's ssh public key (ssh-ed25519 AAAA…). install.sh creates the key pair and prints it."),
  sshPort: port.describe(
    "The forwarders' port to which this signer connects by ssh. Different for each signer; it doesn't change when signers are added or removed.",
  ),
  protocol: z
    .enum(signerProtocols)
    .default("http")
    .describe("http: octez-signer, signatory, tezsign. tcp: Octez's length-prefixed protocol, as russignol speaks it."),
  software: z
    .enum(["octez-signer", "own"])
    .default("octez-signer")
    .describe("octez-signer: a systemd unit for it is installed. own: you run a different signer at 127.0.0.1:<port>."),
  device: z
    .enum(["ledger", "none"])
    .default("none")
    .describe(
      "ledger: a udev rule and a health check for a Ledger are installed. none: the keys are in a file, or the signer manages its own device.",
    ),
  port: port.default(6732).describe("The port at which the signer listens on the Raspberry Pi's loopback address."),
  slowestSignatureSeconds: z
    .number()
    .positive()
    .optional()
    .describe(
      "The longest that this signer takes for a signature, in seconds. Default: 1 with a Ledger, otherwise 0.2.",
    ),
  timeoutSeconds: z
    .number()
    .positive()
    .optional()
    .describe(
      "How long one path to this signer may take, in seconds, before the request is retried on the next one. Default: slowestSignatureSeconds + 0.6, which allows for two slow round trips.",
    ),
  uplinks: z
    .array(uplink)
    .min(1)
    .max(4)
    .describe(
      "The Raspberry Pi's connections to the internet, the preferred one first. It keeps a tunnel open on each of them.",
    ),
});
