import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { diskZones } from "../../lib/config/facts/pools";
import type { Configuration, ConfigurationInput } from "../../lib/config/schema/configuration";
import { chainName } from "../../lib/tezos/node-configuration";
import { exampleConfiguration } from "../examples";
import { applyDefinitions } from "../stand-ins/gke";
import { drillObjects } from "../convert/drill-objects";
import { BakingPod } from "./baking-pod";
import { bootScenarios, Tally } from "./scenarios";
import { bakingPodImages } from "../stand-ins/octez-images";
import { Laboratory } from "../cluster/laboratory";
import { ofPool } from "../cluster/vm";
import { randomNumbers } from "../random";
import type { DrillOptions, DrillResult } from "../result";

/** Port of the snapshot server, in the laboratory's network. */
const snapshotPort = 8080;

/**
 * Complete boots of the synthesised baking pods on VMs, with every signer down, power cuts in every phase and crashing
 * containers. The pod must become Ready each time, and the files that keep it from signing twice must not change.
 * @throws Error if the laboratory can't be set up
 */
export async function bootDrill({
  log,
  seed,
  keep = false,
}: DrillOptions & { readonly seed: number }): Promise<DrillResult> {
  const begin = Date.now();
  const lab = await Laboratory.start({ log });
  try {
    const { address } = lab.network;
    const configurations = [hodlFarm(`http://${address}:${snapshotPort}`), shadownet()];
    const requests = serveSnapshot(lab, configurations[0]!);
    const images = bakingPodImages(lab, configurations[0]!);
    applyDefinitions(lab.controlPlane);
    log(`two baking pods on two VMs, every signer down; seed ${seed}`);

    const tally = new Tally();
    const failures: string[] = [];
    const drill = async (configuration: Configuration, index: number): Promise<void> => {
      const pod = preparePod(lab, configuration, images);
      const random = randomNumbers(seed + index);
      const snapshot = configuration.tezos.snapshot.enabled;
      for (const { title, run } of bootScenarios({ lab, pod, tally, snapshot, random })) {
        const since = Date.now();
        try {
          await run();
        } catch (error) {
          if (lab.interrupted) return;
          failures.push(`${configuration.name}: ${title}: ${(error as Error).message}`);
          log(`${configuration.name}: FAILED: ${title}: ${(error as Error).message}`);
          // The following scenarios start from the state that this one should have left.
          return;
        }
        log(`${configuration.name}: ${title} (${((Date.now() - since) / 1000).toFixed(0)} s)`);
      }
    };
    await Promise.all(configurations.map(drill));
    // An interrupted download must have been resumed, rather than restarted.
    if (failures.length === 0 && !requests().some((line) => /^GET \/snapshot bytes=[1-9]/.test(line))) {
      failures.push(`no request resumed the snapshot's download: ${requests().join(", ")}`);
    }
    if (keep) await untilInterrupted(lab, log);
    return { name: "boot", ok: failures.length === 0, lines: [...statistics(tally, begin), ...failures] };
  } finally {
    await lab.end();
  }
}

/** hodl.farm's configuration, with a snapshot from the local server. */
function hodlFarm(server: string): Configuration {
  return exampleConfiguration((input: ConfigurationInput) => {
    input.tezos = { ...input.tezos, snapshot: { url: `${server}/snapshot`, verifyUrl: `${server}/rpc` } };
  }, "config/hodl-farm.yaml");
}

/** The small example without a snapshot, with its disk in a different zone from the other one's. */
function shadownet(): Configuration {
  return exampleConfiguration((input: ConfigurationInput) => {
    input.google.zones = ["us-central1-a", "us-central1-c"];
    input.tezos = { ...input.tezos, snapshot: { enabled: false } };
  }, "config/shadownet.yaml");
}

/** @returns a function that returns the requests so far */
function serveSnapshot(lab: Laboratory, { tezos }: Configuration): () => string[] {
  // 8 MB in about 12 s: long enough to be interrupted.
  const parameters = [lab.network.address, String(snapshotPort), chainName(tezos.network)!, "8000000", "100"];
  const server = lab.run("laboratory/boot/snapshot-server.ts", parameters);
  let output = "";
  server.stdout!.on("data", (data: Buffer) => (output += data.toString()));
  return () => output.split("\n").filter(Boolean);
}

/** Applies the stack; its baking pod stays Pending while its VM is off. */
function preparePod(
  lab: Laboratory,
  configuration: Configuration,
  images: ReturnType<typeof bakingPodImages>,
): BakingPod {
  const { name, bakers } = configuration;
  const disks = join(lab.folder, "disks");
  const baker = `baker-${bakers[0]!.name}`;
  const disk = join(disks, `${name}-${baker}`);
  mkdirSync(disk, { recursive: true });
  const zone = diskZones(configuration)[0]!;
  const vm = lab.vm(`baking-${zone}`, {
    zone,
    ...ofPool("baking"),
    images,
  });
  const pod = new BakingPod(lab, vm, name, `${baker}-0`, disk);
  lab.apply(drillObjects(configuration, disks));
  return pod;
}

function statistics({ boots, powerCuts, crashes, ready, stops }: Tally, begin: number): string[] {
  const range = (values: number[]) =>
    values.length === 0 ? "-" : `${Math.min(...values).toFixed(0)} to ${Math.max(...values).toFixed(0)} s`;
  return [
    `${boots} boots, ${powerCuts} power cuts, ${crashes} container crashes, in ${((Date.now() - begin) / 60_000).toFixed(1)} min`,
    `time to Ready (${ready.length} times): ${range(ready)}; time to stop a pod (${stops.length} times): ${range(stops)}`,
  ];
}

async function untilInterrupted(lab: Laboratory, log: (line: string) => void): Promise<void> {
  log(`The laboratory keeps running until ctrl-C. Its kubectl: ${lab.kubectlCommand}`);
  // A timer keeps this process alive; the laboratory handles ctrl-C.
  await new Promise(() => setInterval(() => {}, 1 << 30));
}
