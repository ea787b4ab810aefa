import { exampleConfiguration } from "../../../laboratory/examples";
import { synthesise, type StackJson } from "../../../laboratory/synthesis";

const { platform } = synthesise(exampleConfiguration((input) => (input.bakers[0]!.dal = true)));
const all = Object.values<StackJson>(platform.resource.google_compute_address);

test("one for each forwarder, each DAL node and Cloud NAT; all are external and protected from deletion", () => {
  expect(all.map(({ name }) => name)).toEqual([
    "hodl-farm-dal-baker",
    "hodl-farm-forwarder-1",
    "hodl-farm-forwarder-2",
    "hodl-farm-nat",
  ]);
  for (const address of all) {
    expect(address).toMatchObject({
      address_type: "EXTERNAL",
      network_tier: "PREMIUM",
      lifecycle: { prevent_destroy: true },
    });
  }
});
