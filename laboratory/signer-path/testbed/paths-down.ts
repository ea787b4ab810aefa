import { spawnSync } from "node:child_process";
import { proxyMetricsPort } from "../../../lib/config/facts/signer-path";
import type { Laboratory } from "../../cluster/laboratory";
import type { Vm } from "../../cluster/vm";
import type { Testbed } from "./testbed";

/** The paths that a proxy currently considers down: "forwarder-1 pi-1 wwan0", "baker forwarder-2". */
export function pathsDown(lab: Laboratory, { cloud, configuration }: Testbed): string[] {
  const { forwarders, baking } = cloud;
  const proxyOf = (vm: Vm, pod: string) => podAddress(lab, cloud.namespace, vm, pod);
  return [
    ...forwarders.flatMap(({ name, vm }) =>
      configuration.signers.flatMap((signer) => {
        const uplinks = signer.uplinks.map((uplink) => uplink.name);
        const down = serversDown(lab, proxyOf(vm, name), `health-${signer.name}`, uplinks);
        return down.map((uplink) => `${name} ${signer.name} ${uplink}`);
      }),
    ),
    ...serversDown(
      lab,
      proxyOf(baking, "baker-"),
      "health-forwarders",
      forwarders.map(({ name }) => name),
    ).map((name) => `baker ${name}`),
  ];
}

/** The address of the pod with this prefix that currently runs on a VM. */
function podAddress(lab: Laboratory, namespace: string, vm: Vm, prefix: string): string | undefined {
  const { items } = lab.controlPlane.get(["-n", namespace, "pods", `--field-selector=spec.nodeName=${vm.name}`]);
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- an object of Kubernetes' API, read by path
  const pod = items.find(({ metadata }: any) => metadata.name.startsWith(prefix) && !metadata.deletionTimestamp);
  return pod?.status.podIP;
}

/** The servers of a backend that a proxy considers down; all of them if the proxy does not answer. */
function serversDown(
  lab: Laboratory,
  podAddress: string | undefined,
  backend: string,
  servers: readonly string[],
): string[] {
  if (podAddress === undefined) return [...servers];
  const url = `http://${podAddress}:${proxyMetricsPort}/metrics?scope=server`;
  const [program = "", ...rest] = [...lab.network.enter, "curl", "--silent", "--max-time", "1", url];
  const { stdout } = spawnSync(program, rest, { encoding: "utf8" });
  const isUp = (server: string) =>
    stdout.includes(`haproxy_server_status{proxy="${backend}",server="${server}",state="UP"} 1`);
  return servers.filter((server) => !isUp(server));
}
