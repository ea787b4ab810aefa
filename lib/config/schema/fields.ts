import { z } from "zod";

// One file is read once: zod compiling a parser for it takes longer than reading without.
z.config({ jitless: true });

export const gibibytes = (least: number) => z.int().min(least).max(65536);
export const port = z.int().min(1).max(65535);
/** Google and Kubernetes both take it: RFC 1035 label. Length: names derived from it must fit in 30 characters. */
export const label = z
  .string()
  .regex(
    /^[a-z]([-a-z0-9]*[a-z0-9])?$/,
    "must be lower-case letters, digits and hyphens, and begin with a letter, like hodl-farm",
  )
  .max(20, "must have 20 characters at most: service account names made from it end at 30");
export const cidr = z.string().describe("IPv4 range in CIDR notation, such as 10.0.96.0/22.");
export const url = z.url({ protocol: /^https?$/, error: "must be an http or https URL", abort: true });

/** Defaults for each field by itself, so that one of them can be set alone. */
export const resources = (cpu: number, memoryGiB: number) =>
  z
    .strictObject({
      cpu: z
        .number()
        .positive()
        .default(cpu)
        .describe("Cores that are reserved. There is no CPU limit: throttling would cost attestations."),
      memoryGiB: z.number().positive().default(memoryGiB).describe("GiB of memory, reserved and the limit."),
    })
    .prefault({})
    .describe("What each reserves on its VM.");
