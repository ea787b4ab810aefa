import type { RecordedRequest } from "../../google/stand-in";
import type { AppliedPlatform, Checkpoint } from "./applied-platform";

/** A write of an apply. */
export interface Write {
  /** For people: method, resource and, where it says one, name. */
  readonly title: string;
  readonly request: RecordedRequest;
  /** A moment before it, from which an apply makes it again. */
  readonly before: Checkpoint;
}

/**
 * Applies an empty platform, one resource after the other, and remembers the moment before each resource. The platform is
 * then applied.
 */
export async function recordWrites(platform: AppliedPlatform): Promise<Write[]> {
  const { google } = platform;
  const writes: Write[] = [];
  let before = platform.checkpoint();
  let answered = before.google;
  google.beforeAnswer = (request) => {
    const { state } = platform.checkpoint();
    // While the state is the same, the write belongs to the same resource as the one before.
    if (state !== before.state) before = { state, google: answered };
    answered = google.snapshot();
    writes.push({ title: writeTitle(request), request, before });
  };
  try {
    await platform.terraform.run(["apply", "-input=false", "-auto-approve", "-parallelism=1"]);
  } finally {
    google.beforeAnswer = undefined;
  }
  return writes;
}

/** Whether two requests ask for the same. The provider enables services one by one, or several at once. */
export const isSameWrite = (a: RecordedRequest, b: RecordedRequest): boolean =>
  writeTitle(a) === writeTitle(b) ||
  [a, b].every(({ path }) => /\/services(\/[^/]+)?:(batchEnable|enable)$/.test(path));

/** Such as `POST addresses hodl-farm-nat`. */
export function writeTitle({ method, path, body }: RecordedRequest): string {
  const [, , ...parts] = path.split("/").filter((part) => part !== "");
  const own =
    body["name"] ?? body["cluster"]?.name ?? body["nodePool"]?.name ?? body["accountId"] ?? body["displayName"];
  return [method, parts.slice(-2).join("/"), ...(typeof own === "string" ? [own] : [])].join(" ");
}

/** Some of the items, evenly spread, with the first and the last. */
export function spread<T>(items: readonly T[], count: number): T[] {
  if (items.length <= count) return [...items];
  return Array.from({ length: count }, (_, index) => items[Math.round((index * (items.length - 1)) / (count - 1))]!);
}
