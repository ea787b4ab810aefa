import { z } from "zod";

// A file is parsed only once: compiling parsers takes longer than parsing without them.
z.config({ jitless: true });

/** A size of at least `minimum` GiB. */
export const gibibytes = (minimum: number) => z.int().min(minimum).max(65536);
export const port = z.int().min(1).max(65535);
/**
 * An RFC 1035 label, which both Google Cloud and Kubernetes accept as a name. Service account ids are derived from it;
 * they have at most 30 characters (https://cloud.google.com/iam/docs/service-accounts-create).
 */
export const label = z
  .string()
  .regex(
    /^[a-z]([-a-z0-9]*[a-z0-9])?$/,
    "must consist of lower-case letters, digits and hyphens, and begin with a letter, like hodl-farm",
  )
  .max(20, "must have at most 20 characters, since ids of service accounts are derived from it");
export const cidr = z.string().describe("IPv4 range in CIDR notation, such as 10.0.96.0/22.");
export const url = z.url({ protocol: /^https?$/, error: "must be an http or https URL", abort: true });

const cores = z
  .number()
  .positive()
  .describe("Cores to reserve. There is no CPU limit: throttling would cost attestations.");
const memory = z.number().positive().describe("Memory in GiB: both the reservation and the limit.");

/** Cores and memory. Each field has its own default, so that one can be set without the other. */
export const resources = (cpu: number, memoryGiB: number) =>
  z
    .strictObject({ cpu: cores.default(cpu), memoryGiB: memory.default(memoryGiB) })
    .prefault({})
    .describe("What each reserves on its VM.");

/** Cores and memory, of which the default of the latter depends on other fields. */
export const resourcesBySize = (cpu: number) =>
  z.strictObject({ cpu: cores.default(cpu), memoryGiB: memory.exactOptional() }).prefault({});
