import { closeFits, tradeOffs } from "../../../../lib/config/facts/trade-offs";
import { exampleConfiguration } from "../../../../laboratory/examples";

const small = (change?: Parameters<typeof exampleConfiguration>[0]) =>
  tradeOffs(exampleConfiguration(change, "config/shadownet.yaml"));

test("size full has none", () => {
  expect(tradeOffs(exampleConfiguration())).toEqual([]);
});

test("size small has several", () => {
  expect(small()).toEqual([
    "No public nodes: the baking node connects only to peers that it finds itself, none of which is yours.",
    "No spare VM: when the baking VM is lost, nothing is baked until a new one has been created (minutes).",
    "One zone: while us-central1-a is down, nothing is baked. If it is lost for good, the high watermarks are lost with the disk; the signers' own remain.",
    "One control plane: while Google upgrades it (minutes), pods keep running, but a failed VM or pod is not replaced.",
    "Less memory: octez-node has 10 GiB instead of 12. Octez asks for 16 GB for a whole machine.",
    "One forwarder: nothing is signed while its VM is being replaced (minutes).",
  ]);
});

test("an overridden part of a size is not listed", () => {
  const sentences = small((input) => {
    input.publicNodes = { count: 2 };
    input.forwarders = { count: 2 };
    input.google.pools = { baking: { vmsPerZone: 2 } };
    input.bakers[0]!.resources = { memoryGiB: 12 };
    input.google.pools.baking!.machineType = "e2-custom-4-20480";
  });
  expect(sentences).toEqual([expect.stringContaining("One zone"), expect.stringContaining("One control plane")]);
});

test("size full with one zone for baking has that one", () => {
  const sentences = tradeOffs(
    exampleConfiguration((input) => (input.google.pools = { baking: { zones: ["us-central1-b"], vmsPerZone: 2 } })),
  );
  expect(sentences).toEqual([expect.stringContaining("One zone for baking: while us-central1-b is down")]);
});

test("what fits closely is said in every size, and no more once it is enlarged", () => {
  expect(closeFits(exampleConfiguration())).toEqual([
    "VMs: no pool has room for pods of your own. Choose a larger machineType for them.",
    "Public nodes: 1.25 cores are reserved for each, and it can use at most 2. To import a snapshot and to catch up takes longer than with 4.",
    "Disks: 100 GiB hold the chain's data of today in history mode rolling, and must be enlarged when they have grown: docs/deploy.md.",
  ]);
  const larger = exampleConfiguration((input) => {
    input.google.pools = { public: { machineType: "e2-standard-4" } };
    input.bakers[0]!.diskGiB = 200;
  });
  expect(closeFits(larger)).toEqual([expect.stringMatching(/^VMs: /)]);
});
