import { z } from "zod";
import { gibibytes, label, port, resources } from "./fields";

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
  name: label.describe("Name of the baker: its pod, disk and wallet alias carry it."),
  keys: z.strictObject(keys).describe("The baker's keys by role. Only public keys."),
  votes: z
    .strictObject({
      liquidityBaking: z.enum(["pass", "on", "off"]).default("pass").describe("--liquidity-baking-toggle-vote."),
    })
    .prefault({})
    .describe("What the baker votes for in each block."),
  dal: z
    .boolean()
    .default(false)
    .describe("true: a DAL node is run for this baker, on the public pool, with an address of its own."),
  peering: z
    .enum(["hybrid", "private"])
    .default("hybrid")
    .describe(
      "hybrid: the public nodes are trusted peers, and the baking node dials out as well; nothing can dial in. private: the public nodes only.",
    ),
  signers: z
    .array(z.string())
    .min(1)
    .describe(
      "Names of the signers that hold this baker's keys, in strict order: the second is only asked when the first is out of reach.",
    ),
  signerPort: port
    .default(8445)
    .describe("The forwarders' port, inside the cluster, for this baker's requests. Each baker has its own."),
  authenticationPublicKey: z
    .string()
    .optional()
    .describe(
      "Public half (edpk…) of the key with which this baker proves itself to octez-signer (--require-authentication). The private half is put into Secret Manager by hand.",
    ),
  diskGiB: gibibytes(10).default(200).describe("Size of the baker's regional disk, in GiB. It can grow, never shrink."),
  resources: resources(2, 12).describe(
    "Of octez-node; the baker, accuser and proxy take 1 core and 2.2 GiB beside it.",
  ),
});
