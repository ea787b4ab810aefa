import { OctezNode, type OctezNodeProps } from "../../../lib/tezos/octez-node";
import { OctezScripts } from "../../../lib/tezos/octez-scripts";
import { checkCommand } from "../../../lib/tezos/octez-command-line";
import { exampleConfiguration } from "../../../laboratory/examples";
import { stackOf } from "../../support/construct";

function octezNode(props: Partial<OctezNodeProps> = {}): OctezNode {
  let node: OctezNode;
  stackOf((scope) => {
    node = new OctezNode(scope, "node", {
      configuration: exampleConfiguration(),
      namespace: "farm",
      scripts: new OctezScripts(scope, "scripts", { namespace: "farm" }),
      name: "x",
      peering: "public",
      clusterRpc: false,
      resources: { cpu: 2, memoryGiB: 12 },
      ...props,
    });
  });
  return node!;
}

const environmentOf = ({ env }: OctezNode["containers"][number]) =>
  Object.fromEntries((env as { name: string; value: string }[]).map(({ name, value }) => [name, value]));

test("before the node runs: its configuration, then its data, then an upgrade of the data", () => {
  expect(octezNode().initContainers.map(({ command }) => command)).toEqual([
    ["/scripts/node-config.sh"],
    ["/scripts/snapshot.sh"],
    ["/scripts/storage-upgrade.sh"],
  ]);
});

test("scripts get all values from the environment", () => {
  const [, snapshot] = octezNode().initContainers;
  expect(environmentOf(snapshot!)).toEqual({
    DATA_DIR: "/data",
    NETWORK: "mainnet",
    CHAIN_NAME: "TEZOS_MAINNET",
    HISTORY_MODE: "rolling",
    SNAPSHOT_ENABLED: "true",
    SNAPSHOT_URL: "https://snapshots.tzinit.org/mainnet/rolling",
    SNAPSHOT_BLOCK_HASH: "",
    SNAPSHOT_VERIFY_URL: "https://rpc.tzkt.io/mainnet",
  });
});

test("an import may use what the node may use", () => {
  const { initContainers, containers } = octezNode();
  for (const each of initContainers) expect(each.resources).toEqual(containers[0]!.resources);
});

test("peers are addresses that Kubernetes inserts into the command, one variable for each", () => {
  const [node] = octezNode({ peering: "private", publicNodes: ["10.0.88.7", "10.0.88.8"] }).containers;
  expect(environmentOf(node!)).toEqual({ PUBLIC_NODE_0: "10.0.88.7", PUBLIC_NODE_1: "10.0.88.8" });
  expect(node!.command).toEqual([
    ...["octez-node", "run", "--data-dir", "/data/node"],
    ...["--peer", "$(PUBLIC_NODE_0):9732", "--peer", "$(PUBLIC_NODE_1):9732"],
  ]);
  expect(checkCommand(node!.command!)).toEqual([]);
});

test("probes only depend on the node; only readiness depends on the chain", () => {
  const [node] = octezNode().containers;
  const { startupProbe, livenessProbe, readinessProbe } = node!;
  expect(startupProbe!.exec!.command).toEqual(["/scripts/node-alive.sh"]);
  expect(livenessProbe!.exec!.command).toEqual(["/scripts/node-alive.sh"]);
  expect(readinessProbe!.exec!.command).toEqual(["/scripts/node-ready.sh"]);
  // Opening a large store takes minutes.
  expect(startupProbe!.periodSeconds! * startupProbe!.failureThreshold!).toBe(3600);
});

test("stops after its clients in the pod, if it has any", () => {
  expect(octezNode().containers[0]!.lifecycle).toBeUndefined();
  const { lifecycle } = octezNode({ waitForClientsSeconds: 60 }).containers[0]!;
  const command = ["env", "CLIENTS_PORT=8732", "CLIENTS_SECONDS=60", "sh", "/scripts/stop-after-clients.sh"];
  expect(lifecycle).toEqual({ preStop: [{ exec: { command } }] });
});

test("provides every volume that it mounts, except for the disk", () => {
  const { containers, initContainers, volumes } = octezNode();
  const mounts = [...containers, ...initContainers].flatMap(({ volumeMount }) => volumeMount as { name: string }[]);
  const wanted = new Set(mounts.map(({ name }) => name));
  expect(wanted).toEqual(new Set([...volumes.map(({ name }) => name), OctezNode.dataVolume]));
});

test("changing its configuration replaces the pod", () => {
  const checksum = (props: Partial<OctezNodeProps>) => octezNode(props).annotations["hodl.farm/node-config"];
  expect(checksum({})).toMatch(/^[0-9a-f]{64}$/);
  expect(checksum({ clusterRpc: true })).not.toBe(checksum({}));
  expect(octezNode().annotations["hodl.farm/node-scripts"]).toMatch(/^[0-9a-f]{64}$/);
});
