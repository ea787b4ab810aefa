import { snapshotSource } from "../../../../lib/config/facts/octez";
import { exampleConfiguration } from "../../../../laboratory/examples";

test("the snapshot depends on the network and the history mode by default", () => {
  expect(snapshotSource(exampleConfiguration((input) => (input.tezos.historyMode = "full")))).toEqual({
    url: "https://snapshots.tzinit.org/mainnet/full",
    blockHash: undefined,
    verifyUrl: "https://rpc.tzkt.io/mainnet",
  });
  expect(snapshotSource(exampleConfiguration(undefined, "config/every-option.yaml"))).toEqual({
    url: "https://snapshots.example.com/shadownet/2026-07-21.rolling",
    blockHash: "BLockGenesisGenesisGenesisGenesisGenesisf79b5d1CoW2",
    verifyUrl: "https://rpc.tzkt.io/shadownet",
  });
  const network = "https://teztnets.com/x";
  const snapshot = { url: "https://example.com/x", blockHash: "BLockGenesisGenesisGenesisGenesisGenesisf79b5d1CoW2" };
  const custom = exampleConfiguration((input) => Object.assign(input.tezos, { network, snapshot }));
  expect(snapshotSource(custom)).toEqual({ ...snapshot, verifyUrl: undefined });
});

test("there is no snapshot if it is disabled", () => {
  expect(snapshotSource(exampleConfiguration((input) => (input.tezos.snapshot = { enabled: false })))).toBeUndefined();
});
