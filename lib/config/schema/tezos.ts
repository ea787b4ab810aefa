import { z } from "zod";
import { url } from "./fields";

/** https://octez.tezos.com/docs/user/multinetwork.html */
const builtInNetworks = ["mainnet", "shadownet", "ghostnet", "sandbox"] as const;

export const tezos = z.strictObject({
  network: z
    .union([z.enum(builtInNetworks), url], {
      error: `must be ${builtInNetworks.join(", ")} or the URL of a network's definition`,
    })
    .describe(
      "A network that octez-node knows by name, or the URL of a network's definition (https://teztnets.com/…).",
    ),
  octezVersion: z
    .string()
    .regex(/^(0|[1-9]\d*)(\.(0|[1-9]\d*)){1,2}$/, 'must be a released version in quotes, such as "25.1"')
    .default("25.1")
    .describe("Version of Octez: 25.0 or newer."),
  images: z
    .strictObject({
      octez: z
        .string()
        .optional()
        .describe(
          "Image of the Octez programs. Default: tezos/tezos-bare:octez-v<octezVersion>. A digest may follow: …@sha256:…",
        ),
      haproxy: z.string().default("haproxy:3.0.11-alpine").describe("Image of HAProxy, 3.0 or newer."),
    })
    .prefault({})
    .describe("Container images, each with a version. Never latest."),
  historyMode: z
    .enum(["rolling", "full", "archive"])
    .default("rolling")
    .describe("octez-node's --history-mode. A baker needs only rolling."),
  snapshot: z
    .strictObject({
      enabled: z
        .boolean()
        .default(true)
        .describe("false: get the chain from the network's peers instead, which takes days on mainnet."),
      url: url
        .optional()
        .describe(
          "Where a node with an empty disk gets its snapshot. Default: https://snapshots.tzinit.org/<network>/<historyMode>.",
        ),
      blockHash: z
        .string()
        .optional()
        .describe("Hash of the snapshot's block, if you know it. Default: verifyUrl is asked for it."),
      verifyUrl: url
        .optional()
        .describe(
          "RPC of a node that the snapshot's provider does not run. The snapshot is used only if this node has the same block hash at the snapshot's level. Default: https://rpc.tzkt.io/<network>.",
        ),
    })
    .prefault({})
    .describe("How a node with an empty disk gets the chain."),
});
