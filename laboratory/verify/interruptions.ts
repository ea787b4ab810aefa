import { setTimeout as pause } from "node:timers/promises";
import type { Configuration } from "../../lib/config/schema/configuration";
import { exampleConfiguration } from "../examples";
import type { ControlPlane } from "../cluster/control-plane";
import { existingResources, signalGroup } from "../terraform/terraform";
import { differences } from "../terraform/provider-objects";
import type { TwoStacks } from "./two-stacks";

/** A way to interrupt an apply. */
interface Interruption {
  readonly title: string;
  /** Called once resourcesBeforeInterruption resources have been created. */
  readonly interrupt: (apply: RunningApply) => Promise<void>;
  readonly afterwards?: () => Promise<void>;
  /** Whether the next apply must succeed without manual work. */
  readonly converges: boolean;
}

interface RunningApply {
  readonly pid: number;
  readonly signal: (signal: NodeJS.Signals) => void;
}

/** Roughly a third: some resources of most types exist, and many do not. */
const resourcesBeforeInterruption = 25;

/** All interruptions. */
export function interruptions(controlPlane: ControlPlane): Interruption[] {
  return [
    { title: "ctrl-C", interrupt: async ({ signal }) => signal("SIGINT"), converges: true },
    {
      title: "the API server is killed",
      interrupt: () => controlPlane.killApiServer(),
      afterwards: () => controlPlane.startApiServer(),
      converges: true,
    },
    {
      title: "SIGKILL",
      // Terraform stops while its provider keeps creating resources, which are then missing from the state.
      interrupt: async ({ pid, signal }) => {
        process.kill(pid, "SIGSTOP");
        await pause(1500);
        signal("SIGKILL");
      },
      converges: false,
    },
  ];
}

/** A separate deployment for each interruption, since they share a control plane. */
export const interruptedConfiguration = (index: number): Configuration =>
  exampleConfiguration((input) => (input.name = `cut-${index}`));

/**
 * Interrupts an apply, then applies again until everything is deployed.
 * @returns a summary
 * @throws Error if that needs more manual work than it may, or if the result is wrong
 */
export async function interrupt(stacks: TwoStacks, interruption: Interruption): Promise<string> {
  const { created, status } = await interruptedApply(stacks, interruption);
  await interruption.afterwards?.();
  if (status === 0) throw new Error(`too late: the apply had already completed, with ${created} resources`);

  const imported: string[] = [];
  // Each attempt gets beyond the resources at which the previous one failed.
  for (let remaining = 5; ; remaining--) {
    try {
      await stacks.apply();
      break;
    } catch (error) {
      const existing = existingResources(String(error));
      if (existing.length === 0 || remaining === 0) throw error;
      for (const address of existing) await stacks.importExisting(address);
      imported.push(...existing);
    }
  }
  if (imported.length > 0 && interruption.converges) throw new Error(`these had to be imported: ${imported.join()}`);
  if (imported.length === 0 && !interruption.converges)
    throw new Error("nothing had to be imported: interrupt it at a different point");

  const drift = await stacks.drift();
  if (drift.length > 0) throw new Error(`the next plan would still change ${drift.join()}`);
  const different = differences(stacks.compare());
  if (different.length > 0) throw new Error(`the provider created something else: ${different.join("; ")}`);
  const imports = imported.length > 0 ? `${imported.length} imported as in docs/deploy.md, then` : "then";
  return `interrupted after ${created} of ${stacks.resourceCount("baker")} resources; ${imports} an apply, and no changes`;
}

async function interruptedApply(
  stacks: TwoStacks,
  { interrupt }: Interruption,
): Promise<{ readonly created: number; readonly status: number | null }> {
  const child = stacks.baker.start(["apply", "-input=false", "-auto-approve"]);
  let output = "";
  const created = () => output.split("Creation complete").length - 1;
  let interrupting: Promise<void> | undefined;
  child.stderr!.resume();
  child.stdout!.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    if (created() >= resourcesBeforeInterruption)
      interrupting ??= interrupt({ pid: child.pid!, signal: (signal) => signalGroup(child, signal) });
  });
  const status = await new Promise<number | null>((resolve) => child.once("close", resolve));
  await interrupting;
  return { created: created(), status };
}
