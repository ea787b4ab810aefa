import { z } from "zod";
import { label, port } from "./fields";

/** The protocols that a signer can speak. */
export const signerProtocols = ["http", "tcp"] as const;
export type SignerProtocol = (typeof signerProtocols)[number];

const uplink = z.strictObject({
  name: z
    .string()
    .regex(
      /^[a-z][a-z0-9]{0,14}$/,
      "must be the name of a network interface of the Raspberry Pi, such as eth0, wlan0 or wwan0",
    )
    .describe("The network interface of the Raspberry Pi: eth0, wlan0, wwan0, usb0."),
  metered: z
    .boolean()
    .default(false)
    .describe("true for LTE and the like: checks and keep-alives are slow while nothing is wrong."),
});

export const signer = z.strictObject({
  name: label.describe("Name of the Raspberry Pi, and of the folder of its files."),
  sshPublicKey: z
    .string()
    .describe(
      "The Raspberry Pi's ssh public key (ssh-ed25519 AAAA…): install.sh makes the pair there and prints this half.",
    ),
  sshPort: port.describe(
    "The port at which the forwarders' sshd for this signer listens. Each signer has its own; it stays when others come and go.",
  ),
  protocol: z
    .enum(signerProtocols)
    .default("http")
    .describe("http: octez-signer, signatory, tezsign. tcp: Octez's length-prefixed protocol, as russignol speaks it."),
  software: z
    .enum(["octez-signer", "own"])
    .default("octez-signer")
    .describe("octez-signer: its unit is installed. own: you run a signer of your own at 127.0.0.1 and this port."),
  device: z
    .enum(["ledger", "none"])
    .default("none")
    .describe(
      "ledger: a udev rule and a health check for a Ledger are installed. none: keys in a file, or a signer that guards its own device.",
    ),
  port: port.default(6732).describe("The port at which the signer listens on the Raspberry Pi's loopback address."),
  slowestSignatureSeconds: z
    .number()
    .positive()
    .optional()
    .describe("The longest that an honest signature takes. Default: 1 with a Ledger, otherwise 0.2."),
  timeoutSeconds: z
    .number()
    .positive()
    .optional()
    .describe(
      "How long one path to this signer may take before the request is tried on its next path. Default: the slowest signature and 0.6, for two round trips from afar.",
    ),
  uplinks: z
    .array(uplink)
    .min(1)
    .max(4)
    .describe("The ways out of the house, the preferred one first. A tunnel stands on each of them all the time."),
});
