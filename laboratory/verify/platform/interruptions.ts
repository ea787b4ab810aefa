import type { AppliedPlatform } from "./applied-platform";
import { interruptAt, type InterruptingSignal } from "./interrupted-writes";
import type { Recovery, Undisturbed } from "./recover";
import { shareOut } from "./share-out";
import { spread, type Write } from "./writes";

/** What is interrupted, and where. */
export interface InterruptionsProps {
  readonly writes: readonly Write[];
  /** How many of the writes, evenly spread. */
  readonly count: number;
  readonly signal: InterruptingSignal;
  readonly expected: Undisturbed;
  /** Platforms of the same configuration, of which each is used for one interruption at a time: applies mostly wait. */
  readonly platforms: readonly AppliedPlatform[];
  /** Receives how far it is. */
  readonly progress: (how: string) => void;
}

/**
 * Interrupts an apply at each of some writes, each time from a state of just before.
 * @returns a summary
 * @throws Error with all writes after which it did not recover
 */
export async function interruptAtWrites(props: InterruptionsProps): Promise<string> {
  const { writes, count, signal, expected, platforms, progress } = props;
  const chosen = spread(writes, count);
  const recoveries: Recovery[] = [];
  const problems: string[] = [];
  await shareOut(chosen, platforms, async (write, platform) => {
    try {
      recoveries.push(await interruptAt(platform, write, signal, expected));
    } catch (error) {
      problems.push(`${write.title}: ${(error as Error).message}`);
    }
    progress(`${recoveries.length + problems.length} of ${chosen.length} writes`);
  });
  if (problems.length > 0) throw new Error(`${problems.length} of ${chosen.length} writes: ${problems.join("\n")}`);
  return `${chosen.length} of ${writes.length} writes: ${summary(recoveries)}`;
}

function summary(recoveries: readonly Recovery[]): string {
  const imported = recoveries.filter((recovery) => recovery.imported.length > 0).length;
  const deleted = recoveries.filter((recovery) => recovery.deleted.length > 0).length;
  const plain = recoveries.filter(({ untainted, imported, deleted }) =>
    [untainted, imported, deleted].every(({ length }) => length === 0),
  ).length;
  return [
    `${plain} applied again`,
    ...(imported > 0 ? [`${imported} after imports`] : []),
    ...(deleted > 0 ? [`${deleted} after something that is there twice was deleted`] : []),
    "each time as without an interruption, and no changes",
  ].join(", ");
}
