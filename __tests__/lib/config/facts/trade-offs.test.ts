import { tradeOffs } from "../../../../lib/config/facts/trade-offs";
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
    "One zone for baking: while us-central1-a is down, nothing is baked until you configure a different zone.",
    "One forwarder: nothing is signed while its VM is being replaced (minutes).",
  ]);
});

test("an overridden part of a size is not listed", () => {
  const sentences = small((input) => {
    input.publicNodes = { count: 2 };
    input.forwarders = { count: 2 };
    input.google.pools = { baking: { vmsPerZone: 2 } };
  });
  expect(sentences).toEqual([expect.stringContaining("One zone for baking")]);
});
