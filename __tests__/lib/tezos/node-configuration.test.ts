import { nodeConfiguration, type NodeConfigurationProps } from "../../../lib/tezos/node-configuration";
import { exampleConfiguration } from "../../../laboratory/examples";

const configuration = exampleConfiguration();
const read = (props: NodeConfigurationProps, network: string = configuration.tezos.network) =>
  JSON.parse(nodeConfiguration({ ...configuration, tezos: { ...configuration.tezos, network } }, props)) as object;

test("a public node listens for peers, and lets DAL nodes read its RPC", () => {
  expect(read({ peering: "public", publicNodes: 0, clusterRpc: true })).toEqual({
    "data-dir": "/data/node",
    rpc: {
      "listen-addrs": ["127.0.0.1:8732", "0.0.0.0:8733"],
      acl: [{ address: "0.0.0.0:8733", whitelist: ["GET /**", "POST /injection/operation"] }],
    },
    p2p: { "listen-addr": "0.0.0.0:9732" },
    shell: { history_mode: "rolling" },
    metrics_addr: ["0.0.0.0:9932"],
    network: "mainnet",
  });
});

test("a hybrid node doesn't listen, and uses the network's own bootstrap peers", () => {
  expect(read({ peering: "hybrid", publicNodes: 2, clusterRpc: false })).toEqual({
    "data-dir": "/data/node",
    rpc: { "listen-addrs": ["127.0.0.1:8732"] },
    p2p: {},
    shell: { history_mode: "rolling" },
    metrics_addr: ["0.0.0.0:9932"],
    network: "mainnet",
  });
});

test.each([
  [1, 1],
  [2, 2],
  [5, 2],
])(
  "a private node with %i public nodes has no other peers, and must be in sync with %i of them",
  (publicNodes, threshold) => {
    expect(read({ peering: "private", publicNodes, clusterRpc: false })).toMatchObject({
      p2p: { "bootstrap-peers": [], "private-mode": true },
      shell: { chain_validator: { synchronisation_threshold: threshold } },
    });
  },
);

test("a network given by a URL is left to node-config.sh, which inserts it before the last line", () => {
  const text = nodeConfiguration(
    { ...configuration, tezos: { ...configuration.tezos, network: "https://teztnets.com/weeklynet" } },
    { peering: "public", publicNodes: 0, clusterRpc: false },
  );
  expect(text).not.toContain('"network"');
  expect(text.split("\n").at(-1)).toBe("}");
});
