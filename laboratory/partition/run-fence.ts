import { spawn } from "node:child_process";
import { join } from "node:path";

import type { GcloudStandIn } from "../stand-ins/gcloud";
import { packageRoot } from "../../lib/package-root";

/** How fence is run. */
export interface FenceRun {
  /** The stand-in for gcloud that it calls. */
  readonly gcloud: GcloudStandIn;
  /** Standard input. @default - none */
  readonly input?: string;
  /** Called five times a second while it runs. @default - none */
  readonly poll?: () => void;
  /** Command prefix that enters the cluster's network. @default - none */
  readonly enter?: readonly string[];
}

/** How it ended. */
export interface Ending {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `farm fence` as a user at a terminal does. */
export function runFence(
  parameters: readonly string[],
  { gcloud, input, poll, enter = [] }: FenceRun,
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
  const polling = setInterval(() => poll?.(), 200);
  return new Promise((resolve) =>
    child.once("close", (status) => {
      clearInterval(polling);
      resolve({ status, stdout, stderr });
    }),
  );
}
