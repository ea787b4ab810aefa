import { scriptCases, bootScripts, serveScriptCases } from "../laboratory/kill/script-cases";
import { prepareDisk } from "../laboratory/kill/disk";
import { BadServer } from "../laboratory/stand-ins/bad-server";
import { findProgram } from "../laboratory/needs";
import { ScriptSandbox, shellPrograms, shells } from "../laboratory/kill/script-sandbox";
import { walletFileNames } from "../lib/tezos/wallet";
import { median } from "./measure";

export const bootPrograms = shellPrograms;

/** Median seconds of a rebooted pod's init containers, and of a bare loop over the same files. */
export interface BootTimes {
  readonly scripts: number;
  readonly loop: number;
  /** Median seconds of each script by itself. */
  readonly each: Readonly<Record<string, number>>;
}

/** Reads each file that the scripts read, and compares what they compare. */
const bareLoop = `
for name in public_keys public_key_hashs secret_keys; do cmp -s "$WALLET_DIR/$name" "$DATA_DIR/client/$name" || exit 1; done
cmp -s "$CONFIG_FILE" "$DATA_DIR/node/config.json" || exit 1
for file in network node/identity.json node/version.json; do [ -s "$DATA_DIR/$file" ] || exit 1; done
[ -d "$DATA_DIR/node/store" ]`;

/**
 * The init containers' scripts on a disk with data in place, in busybox's shell, one after the other. Without the start
 * of images, and with a stand-in for octez-node: what its own `upgrade storage --status` takes is not in it.
 */
export async function measureBoot(runs: number): Promise<BootTimes> {
  const scriptCase = scriptCases.find(({ name }) => name === "whole boot: data in place")!;
  const box = new ScriptSandbox();
  const server = await BadServer.start();
  try {
    serveScriptCases(server);
    prepareDisk(box, scriptCase);
    const environment = scriptCase.environment(box, server);
    const timed = async (scripts: readonly string[], wrapper: readonly string[] = []) => {
      const begin = process.hrtime.bigint();
      const { status, output } = await box.start(scripts, environment, shells[0], wrapper).ended;
      if (status !== 0) throw new Error(`${scripts.join(", ")} ended with ${status}: ${output}`);
      return Number(process.hrtime.bigint() - begin) / 1e9;
    };
    // The wallet as the baker's own start leaves it, without the alias of the case: then the loop can compare.
    for (const name of walletFileNames) box.write(`data/client/${name}`, box.read(`wallet/${name}`));
    const loop = () => timed([], [findProgram("busybox")!, "sh", "-c", bareLoop]);
    const times: Record<"scripts" | "loop", number[]> = { scripts: [], loop: [] };
    const each = new Map<string, number[]>(bootScripts.map((script) => [script, []]));
    for (let run = 0; run <= runs; run++) {
      const whole = await timed(bootScripts);
      const bare = await loop();
      // The first round fills caches.
      if (run === 0) continue;
      times.scripts.push(whole);
      times.loop.push(bare);
      for (const script of bootScripts) each.get(script)!.push(await timed([script]));
    }
    if (server.requests.length > 0) throw new Error(`A reboot has asked the network: ${server.requests.join(", ")}`);
    return {
      scripts: median(times.scripts),
      loop: median(times.loop),
      each: Object.fromEntries([...each].map(([script, seconds]) => [script, median(seconds)])),
    };
  } finally {
    box.remove();
    await server.stop();
  }
}
