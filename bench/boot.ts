import { scriptCases, bootScripts, serveScriptCases } from "../laboratory/kill/script-cases";
import { prepareDisk } from "../laboratory/kill/disk";
import { BadServer } from "../laboratory/stand-ins/bad-server";
import { findProgram } from "../laboratory/needs";
import { ScriptSandbox, shellPrograms, shells } from "../laboratory/kill/script-sandbox";
import { walletFileNames } from "../lib/tezos/wallet";
import { median } from "./measure";

export const bootPrograms = shellPrograms;

/** How long a restarted pod's init containers take, and a minimal loop over the same files: medians in seconds. */
export interface BootTimes {
  readonly scripts: number;
  readonly loop: number;
  /** Each script alone. */
  readonly each: Readonly<Record<string, number>>;
}

/** Reads and compares the same files as the scripts. */
const minimalLoop = `
for name in public_keys public_key_hashs secret_keys; do cmp -s "$WALLET_DIR/$name" "$DATA_DIR/client/$name" || exit 1; done
cmp -s "$CONFIG_FILE" "$DATA_DIR/node/config.json" || exit 1
for file in network node/identity.json node/version.json; do [ -s "$DATA_DIR/$file" ] || exit 1; done
[ -d "$DATA_DIR/node/store" ]`;

/**
 * Runs the init containers' scripts in sequence, in busybox's shell, on a disk with data in place. Excludes the start of
 * the containers, and the time of octez-node's `upgrade storage --status`, because octez-node is a stand-in.
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
      if (status !== 0) throw new Error(`${scripts.join(", ")} exited with ${status}: ${output}`);
      return Number(process.hrtime.bigint() - begin) / 1e9;
    };
    // The same wallet as after the baker's own start, without the alias of the case, so that the loop can compare it.
    for (const name of walletFileNames) box.write(`data/client/${name}`, box.read(`wallet/${name}`));
    const loop = () => timed([], [findProgram("busybox")!, "sh", "-c", minimalLoop]);
    const times: Record<"scripts" | "loop", number[]> = { scripts: [], loop: [] };
    const each = new Map<string, number[]>(bootScripts.map((script) => [script, []]));
    for (let run = 0; run <= runs; run++) {
      const scriptsTime = await timed(bootScripts);
      const loopTime = await loop();
      // The first round fills caches.
      if (run === 0) continue;
      times.scripts.push(scriptsTime);
      times.loop.push(loopTime);
      for (const script of bootScripts) each.get(script)!.push(await timed([script]));
    }
    if (server.requests.length > 0)
      throw new Error(`A restart has sent requests to the network: ${server.requests.join(", ")}`);
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
