import { givenUp } from "../../../../lib/config/facts/given-up";
import { exampleConfiguration } from "../../../../laboratory/examples";

const small = (change?: Parameters<typeof exampleConfiguration>[0]) =>
  givenUp(exampleConfiguration(change, "config/shadownet.yaml"));

test("size full gives nothing up", () => {
  expect(givenUp(exampleConfiguration())).toEqual([]);
});

test("size small says all that it gives up", () => {
  expect(small()).toEqual([
    "No public nodes: the baking node finds its peers itself, and shares its way to the network with nobody.",
    "No spare VM: when the baking VM is lost, nothing is baked until a new one is made (minutes).",
    "One zone for baking: nothing is baked while us-central1-a is away, until you name another one.",
    "One forwarder: nothing is signed while its VM is replaced (minutes).",
  ]);
});

test("and nothing that was set by itself", () => {
  const sentences = small((input) => {
    input.publicNodes = { count: 2 };
    input.forwarders = { count: 2 };
    input.google.pools = { baking: { vmsPerZone: 2 } };
  });
  expect(sentences).toEqual([expect.stringContaining("One zone for baking")]);
});
