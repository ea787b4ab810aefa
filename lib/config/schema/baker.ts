import { z } from "zod";
import { gibibytes, label, port, resourcesBySize } from "./fields";

/** The roles that a key can have for a baker. */
export const keyRoles = ["delegate", "consensus", "nextConsensus", "companion"] as const;
export type KeyRole = (typeof keyRoles)[number];

const key = z
  .strictObject({
    publicKey: z
      .string()
      .describe(
        "Public key: edpk… (tz1), sppk… (tz2), p2pk… (tz3) or BLpk… (tz4). `octez-client show address ALIAS` prints it.",
      ),
    publicKeyHash: z
      .string()
      .optional()
      .describe("Hash of the public key (tz1…, tz2…, tz3… or tz4…), as a check: it must match publicKey."),
  })
  .describe("A public key, and optionally its hash as a check.");

const keys = {
  delegate: key.describe("The key that is registered as delegate."),
  consensus: key
    .optional()
    .describe("The key that signs blocks and attestations instead of the delegate's, once it is active."),
  nextConsensus: key
    .optional()
    .describe("The next consensus key: the baker already has it, and signs with it once it is active."),
  companion: key.optional().describe("A tz4 key that signs DAL attestations alongside a tz4 consensus key."),
} satisfies Record<KeyRole, z.ZodType>;

export const baker = z.strictObject({
  name: label.describe("Name of the baker, of its pod and disk, and of its delegate's alias in the wallet."),
  keys: z.strictObject(keys).describe("The baker's keys by role. Public keys only."),
  votes: z
    .strictObject({
      liquidityBaking: z
        .enum(["pass", "on", "off"])
        .default("pass")
        .describe("Vote on the liquidity baking subsidy: octez-baker's --liquidity-baking-toggle-vote."),
    })
    .prefault({})
    .describe("What the baker votes for in each block."),
  dal: z
    .boolean()
    .default(false)
    .describe("true: this baker gets a DAL node, with its own public address, in the pool public."),
  peering: z
    .enum(["hybrid", "private"])
    .default("hybrid")
    .describe(
      "hybrid: the public nodes are trusted peers, and the baking node also connects to the open network; nothing can connect to it. private: the public nodes are its only peers.",
    ),
  signers: z
    .array(z.string())
    .min(1)
    .describe(
      "Names of the signers that hold this baker's keys, in strict order: the second is used only while the first can't be reached or can't sign.",
    ),
  signerPort: port
    .default(8445)
    .describe("The forwarders' port for this baker's requests, inside the cluster. Different for each baker."),
  authenticationPublicKey: z
    .string()
    .optional()
    .describe(
      "Public key (edpk…) with which this baker authenticates to octez-signer (--require-authentication). You add the private key to Secret Manager yourself.",
    ),
  diskGiB: gibibytes(10)
    .exactOptional()
    .describe(
      "Size of the baker's disk, in GiB. It can grow, never shrink. Default: 100 on mainnet, else 50; more in history mode full or archive.",
    ),
  resources: resourcesBySize(2).describe(
    "What octez-node reserves: 12 GiB by default, or 10 with size small. The other containers of the baking pod reserve about 1 core and 2.1 GiB in addition.",
  ),
});
