import { spawn } from "node:child_process";
import { join } from "node:path";

import type { GcloudStandIn } from "../stand-ins/gcloud";
import { packageRoot } from "../../lib/package-root";

export interface FenceRun {
  readonly gcloud: GcloudStandIn;
  /** What is typed. @default - nothing */
  readonly input?: string;
  /** Called again and again while it runs: plays the hypervisor, and looks. @default - nothing */
  readonly look?: () => void;
  /** What stands before a command that is to run in the cluster's network. @default - it is this machine's */
  readonly enter?: readonly string[];
}

export interface Ending {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `farm fence` as somebody at a terminal does. */
export function runFence(
  parameters: readonly string[],
  { gcloud, input, look, enter = [] }: FenceRun,
): Promise<Ending> {
  const [program = "", ...rest] = [
    ...enter,
    process.execPath,
    join(packageRoot, "bin/farm.js"),
    "fence",
    ...parameters,
  ];
  const child = spawn(program, rest, { env: { ...process.env, NO_COLOR: "1", ...gcloud.environment } });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (data: Buffer) => (stdout += data.toString()));
  child.stderr.on("data", (data: Buffer) => (stderr += data.toString()));
  child.stdin.end(input ?? "");
  const looking = setInterval(() => look?.(), 200);
  return new Promise((resolve) =>
    child.once("close", (status) => {
      clearInterval(looking);
      resolve({ status, stdout, stderr });
    }),
  );
}
