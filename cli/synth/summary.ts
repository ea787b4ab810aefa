import { forwarderAddresses, missingForTunnels } from "../../raspberry-pi/tunnels";
import { tradeOffs } from "../../lib/config/facts/trade-offs";
import type { Configuration } from "../../lib/config/schema/configuration";
import {
  pathTimeoutSeconds,
  signatureDeadlineSeconds,
  signersOf,
  stageTimeouts,
} from "../../lib/config/facts/signer-path";
import { table } from "../../lib/terminal/table";
import { bullet, wrap } from "../../lib/terminal/wrap";
import { zoneList } from "../zone-list";
import { costLines, quotaLines } from "./estimate";
import { nextSteps } from "./next-steps";
import { poolsOf, workloadsOf, type Pool, type Workload } from "./placement";
import type { SummaryProps } from "./summary-props";
import { resourceCount, resourcesOf, type StackJson } from "../../lib/terraform/stack-json";

/** A summary of what was synthesised, and the next steps. Lines have at most 100 columns unless names are very long. */
export function summary(props: SummaryProps): string {
  const { configuration, stacks, colors } = props;
  const platform = stacks["platform"] ?? {};
  const pools = poolsOf(platform);
  const workloads = workloadsOf(stacks["baker"] ?? {}, pools);
  const sections: [title: string, lines: string[]][] = [
    ["Node pools", poolLines(pools)],
    ["Pods and where they may run", podLines(workloads)],
    ["Disks", diskLines(platform, pools, workloads)],
    ["Addresses", addressLines(platform, configuration)],
    ["Tunnels, from each uplink to each forwarder", tunnelLines(configuration)],
    ["Signing requests", signerPathLines(configuration)],
    ["Cost a month", costLines(props)],
    ["Quotas", quotaLines(props)],
    ["Trade-offs compared with size full", tradeOffs(configuration).flatMap((sentence) => bullet(sentence))],
    ["Written", writtenLines(props)],
    ["Next steps", nextSteps(props)],
  ];
  return [
    headline(props),
    ...sections
      .filter(([, lines]) => lines.length > 0)
      .map(([title, lines]) => [colors.bold(title), ...lines].join("\n")),
    "",
  ].join("\n\n");
}

function headline({ file, configuration, colors }: SummaryProps): string {
  const { name, size, tezos, google } = configuration;
  return [
    `${colors.bold(colors.green(name))}  size ${size}, ${tezos.network}, Octez ${tezos.octezVersion}, history mode ${tezos.historyMode}`,
    `  project ${google.project}, region ${google.region}`,
    `  configuration ${file.path}, ${file.reason}`,
  ].join("\n");
}

function poolLines(pools: readonly Pool[]): string[] {
  const rows = pools.map(({ name, vms, machineType, zones, taints }) => [
    name,
    `${vms} × ${machineType}`,
    zoneList(zones),
    taints.length > 0 ? "only its own pods" : "",
  ]);
  const vms = pools.reduce((sum, pool) => sum + pool.vms, 0);
  return table([...rows, ["", `${vms} VMs`]]);
}

function podLines(workloads: readonly Workload[]): string[] {
  const rows = workloads.map(({ name, replicas, pools, zones, neverWith, containers }) => [
    replicas === 1 ? name : `${name} × ${replicas}`,
    pools.length > 0 ? `${pools.join(", ")}: ${zoneList(zones)}` : "nowhere",
    neverWith.length > 0 ? `never on a VM with ${neverWith.join(", ")}` : "",
    containers,
  ]);
  const lines = table(rows.map((row) => row.slice(0, 3) as string[]));
  return workloads.flatMap(({ containers }, index) => [lines[index]!, ...wrap(containers.join(", "), "      ")]);
}

function diskLines(platform: StackJson, pools: readonly Pool[], workloads: readonly Workload[]): string[] {
  const regional = Object.values(
    resourcesOf<{ name: string; size: number; replica_zones: string[] }>(platform, "google_compute_region_disk"),
  );
  const zonal = Object.values(
    resourcesOf<{ name: string; size: number; zone: string }>(platform, "google_compute_disk"),
  );
  return table([
    ...zonal.map(({ name, size, zone }) => [name, `${size} GiB`, `in ${zone}`]),
    ...regional.map(({ name, size, replica_zones: zones }) => [
      name,
      `${size} GiB`,
      `replicated in ${zoneList(zones, " and ")}`,
    ]),
    ...workloads.flatMap(({ name, replicas, ownDisksGiB, zones }) =>
      ownDisksGiB.map((size) => [`data of ${name}`, `${replicas} × ${size} GiB`, `each in ${zoneList(zones, " or ")}`]),
    ),
    ...pools.map(({ name, vms, bootDiskGiB }) => [`boot disks of ${name}`, `${vms} × ${bootDiskGiB} GiB`]),
  ]);
}

function addressLines(platform: StackJson, configuration: Configuration): string[] {
  const known = forwarderAddresses(configuration);
  const reserved = Object.values(
    resourcesOf<{ name: string; description?: string }>(platform, "google_compute_address"),
  );
  return table(
    reserved.map(({ name, description = "" }) => {
      const forwarder = /-forwarder-(\d+)$/.exec(name)?.[1];
      return [name, (forwarder && known[Number(forwarder) - 1]) ?? "after deploy", description];
    }),
  );
}

function tunnelLines(configuration: Configuration): string[] {
  const { signers, forwarders } = configuration;
  const missing = missingForTunnels(configuration);
  const addresses = forwarderAddresses(configuration);
  const rows = signers.map((signer) => [
    signer.name,
    signer.uplinks.map(({ name, metered }) => (metered ? `${name} (metered)` : name)).join(", "),
    Array.from(
      { length: forwarders.count },
      (_, index) => `${addresses[index] ?? `forwarder-${index + 1}`}:${signer.sshPort}`,
    ).join(", "),
  ]);
  const count = signers.reduce((sum, { uplinks }) => sum + uplinks.length * forwarders.count, 0);
  const state = missing.length > 0 ? `, as soon as the configuration has ${missing.join(" and ")}` : "";
  return [...table(rows), `  ${count} tunnel${count === 1 ? "" : "s"}${state}`];
}

function signerPathLines(configuration: Configuration): string[] {
  return configuration.bakers.flatMap((baker) => {
    const { signerSeconds, forwarderSeconds } = stageTimeouts(configuration, baker);
    const signers = signersOf(configuration, baker);
    const order = signers.map(({ name }) => name).join(", then ");
    const paths = [...new Set(signers.map((signer) => `${pathTimeoutSeconds(signer)} s`))].join(" or ");
    const steps = [
      signers.some(({ uplinks }) => uplinks.length > 1) && `the next uplink after ${paths}`,
      signers.length > 1 && `the next signer after ${signerSeconds} s`,
      `${configuration.forwarders.count > 1 ? "the next forwarder" : "the request fails"} after ${forwarderSeconds} s`,
    ].filter((step) => step !== false);
    const end = `the deadline is ${signatureDeadlineSeconds} s`;
    return [`  ${baker.name}: ${order}`, ...wrap(`${steps.join(", ")}; ${end}`, "      ")];
  });
}

function writtenLines({ stacks, folders, configuration }: SummaryProps): string[] {
  return table([
    ...Object.entries(stacks).map(([name, stack]) => [
      `${folders.stacks}/stacks/${name}/cdk.tf.json`,
      `${resourceCount(stack)} resources`,
    ]),
    ...configuration.signers.map(({ name }) => [`${folders.raspberryPi}/${name}/`, `for the Raspberry Pi ${name}`]),
  ]);
}
