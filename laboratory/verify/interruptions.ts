import { setTimeout as pause } from "node:timers/promises";
import type { Configuration } from "../../lib/config/schema/configuration";
import { exampleConfiguration } from "../examples";
import type { ControlPlane } from "../cluster/control-plane";
import { signalGroup } from "../terraform/terraform";
import { differences } from "../terraform/provider-objects";
import type { TwoStacks } from "./two-stacks";

/** A way in which an apply ends before its end. */
interface Interruption {
  readonly title: string;
  /** Called once so many resources are made. */
  readonly cut: (apply: RunningApply) => Promise<void>;
  readonly afterwards?: () => Promise<void>;
  /** Whether the next apply must do without a person. */
  readonly converges: boolean;
}

interface RunningApply {
  readonly pid: number;
  readonly signal: (signal: NodeJS.Signals) => void;
}

/** A third of the way: some of everything is there, and much is not. */
const resourcesBeforeCut = 25;

export function interruptions(controlPlane: ControlPlane): Interruption[] {
  return [
    { title: "ctrl-C", cut: async ({ signal }) => signal("SIGINT"), converges: true },
    {
      title: "the API server is lost",
      cut: () => controlPlane.killApiServer(),
      afterwards: () => controlPlane.startApiServer(),
      converges: true,
    },
    {
      title: "SIGKILL",
      // What the provider has asked for is still made; Terraform, which would write it into its state, is gone.
      cut: async ({ pid, signal }) => {
        process.kill(pid, "SIGSTOP");
        await pause(1500);
        signal("SIGKILL");
      },
      converges: false,
    },
  ];
}

/** A deployment of its own for each interruption, since they share a control plane. */
export const interruptedConfiguration = (index: number): Configuration =>
  exampleConfiguration((input) => (input.name = `cut-${index}`));

/**
 * Cuts an apply off, and applies again until all is as it must be.
 * @returns what it took
 * @throws Error where it took more than it may
 */
export async function interrupt(stacks: TwoStacks, interruption: Interruption): Promise<string> {
  const { made, status } = await cutOffApply(stacks, interruption);
  await interruption.afterwards?.();
  if (status === 0) throw new Error(`it came too late: the apply was through with ${made}`);

  const imported: string[] = [];
  // Each apply gets beyond what the one before stumbled over.
  for (let rest = 5; ; rest--) {
    try {
      await stacks.apply();
      break;
    } catch (error) {
      const left = leftovers(String(error));
      if (left.length === 0 || rest === 0) throw error;
      for (const address of left) await stacks.importLeftover(address);
      imported.push(...left);
    }
  }
  if (imported.length > 0 && interruption.converges) throw new Error(`these had to be imported: ${imported.join()}`);
  if (imported.length === 0 && !interruption.converges) throw new Error("it left nothing behind; cut it off elsewhere");

  const drift = await stacks.drift();
  if (drift.length > 0) throw new Error(`the plan after it would still change ${drift.join()}`);
  const different = differences(stacks.compare());
  if (different.length > 0) throw new Error(`the provider made otherwise: ${different.join("; ")}`);
  const after = imported.length > 0 ? `${imported.length} imported as docs/deploy.md says, then` : "then";
  return `cut off after ${made} of ${stacks.resourceCount("baker")}; ${after} an apply, and no changes`;
}

async function cutOffApply(
  stacks: TwoStacks,
  { cut }: Interruption,
): Promise<{ readonly made: number; readonly status: number | null }> {
  const child = stacks.baker.start(["apply", "-input=false", "-auto-approve"]);
  let output = "";
  const made = () => output.split("Creation complete").length - 1;
  let cutting: Promise<void> | undefined;
  child.stderr!.resume();
  child.stdout!.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    if (made() >= resourcesBeforeCut)
      cutting ??= cut({ pid: child.pid!, signal: (signal) => signalGroup(child, signal) });
  });
  const status = await new Promise<number | null>((resolve) => child.once("close", resolve));
  await cutting;
  return { made: made(), status };
}

/** The resources of which Terraform says that they are there already. */
function leftovers(output: string): string[] {
  return output
    .split(/^Error: /m)
    .filter((error) => /already exists/.test(error))
    .flatMap((error) => /^\s*with (\S+?),/m.exec(error)?.[1] ?? []);
}
