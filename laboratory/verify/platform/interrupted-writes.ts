import { setTimeout as pause } from "node:timers/promises";
import { signalGroup } from "../../terraform/terraform";
import type { AppliedPlatform } from "./applied-platform";
import { recover, type Recovery, type Undisturbed } from "./recover";
import { isSameWrite, type Write } from "./writes";

/** How an apply is interrupted: by ctrl-C, which Terraform obeys, or by an end that it doesn't notice. */
export type InterruptingSignal = "SIGINT" | "SIGKILL";

/** Time that Terraform gets to notice a ctrl-C before Google answers, in milliseconds. */
const noticing = 300;

/**
 * Interrupts an apply while a write is under way: Google has done it and has not answered yet. Then recovers.
 *
 * @param platform a platform of which nothing else makes use meanwhile
 * @param leftOver what is at Google and in no plan after a ctrl-C @default - nothing
 * @throws Error if ctrl-C does not let Terraform end by itself, or if it does not recover
 */
export async function interruptAt(
  platform: AppliedPlatform,
  write: Write,
  signal: InterruptingSignal,
  expected: Undisturbed,
  leftOver: readonly string[] = [],
): Promise<Recovery> {
  const { google, terraform } = platform;
  platform.restore(write.before);
  const child = terraform.start(["apply", "-input=false", "-auto-approve"]);
  child.stderr!.resume();
  child.stdout!.resume();
  const ended = new Promise<{ status: number | null }>((resolve) =>
    child.once("close", (status) => resolve({ status })),
  );
  let interrupted = false;
  google.beforeAnswer = async (request) => {
    if (interrupted || !isSameWrite(request, write.request)) return;
    interrupted = true;
    signalGroup(child, signal);
    if (signal === "SIGINT") await pause(noticing);
    // Whatever else is under way is lost too.
    else await ended;
  };
  const { status } = await ended;
  google.beforeAnswer = undefined;
  if (!interrupted) throw new Error(`it was not asked for again, and Terraform ended with ${status}`);
  if (signal === "SIGINT" && status === null) throw new Error("ctrl-C has killed Terraform");
  const recovery = await recover(platform, expected);
  const problem = unexpected(write, signal, recovery, leftOver);
  if (problem) throw new Error(problem);
  return recovery;
}

/**
 * What is needed besides applying again. After ctrl-C: nothing. After a kill: what Google created and could not say it did is
 * imported or, where Google makes up the names, there twice.
 */
function unexpected(
  { title }: Write,
  signal: InterruptingSignal,
  { untainted, imported, deleted }: Recovery,
  leftOver: readonly string[],
): string | undefined {
  const needed = [...untainted, ...imported, ...deleted];
  if (signal === "SIGINT") {
    const asKnown = needed.join() === leftOver.join();
    return asKnown ? undefined : `after ctrl-C it needs ${needed.join(", ") || "nothing"}`;
  }
  if (untainted.length > 0) return `after a kill it marks ${untainted.join(", ")}`;
  if (/^POST \S+\/(alertPolicies|notificationChannels) /.test(title))
    return deleted.length > 0 ? undefined : "nothing is there twice";
  const creates = /^POST \S+ \S+$/.test(title) && !/:setIamPolicy|setLabels|:enable|:batchEnable/.test(title);
  return creates && imported.length === 0 ? "nothing had to be imported" : undefined;
}
