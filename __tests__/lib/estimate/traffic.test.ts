import { exampleConfiguration } from "../../../laboratory/examples";
import { inventory } from "../../../lib/estimate/inventory";
import { dalNodeRate, octezNodeRate, traffic } from "../../../lib/estimate/traffic";

const month = 730 * 3600;
const gib = (kibPerSecond: number) => (kibPerSecond * month) / 1024 / 1024;

test("every octez-node with peers sends to the internet, through Cloud NAT", () => {
  const { egressGiB, natGiB } = traffic(inventory(exampleConfiguration()));
  // One baking node and two public nodes; the forwarders add little.
  expect(egressGiB).toBeCloseTo(gib(3 * octezNodeRate.outKiB + 2), 6);
  expect(natGiB).toBeCloseTo(gib(3 * (octezNodeRate.inKiB + octezNodeRate.outKiB)), 6);
});

test("a private baking node has no peers on the internet", () => {
  const { natGiB } = traffic(inventory(exampleConfiguration((input) => (input.bakers[0]!.peering = "private"))));
  expect(natGiB).toBeCloseTo(gib(2 * (octezNodeRate.inKiB + octezNodeRate.outKiB)), 6);
});

test("a DAL node's own documentation makes about 3,200 GiB a month", () => {
  expect(gib(dalNodeRate.inKiB + dalNodeRate.outKiB)).toBeGreaterThan(3000);
  expect(gib(dalNodeRate.inKiB + dalNodeRate.outKiB)).toBeLessThan(3300);
});

test("what DAL and public nodes exchange does not go through Cloud NAT", () => {
  const { natGiB, egressGiB } = traffic(inventory(exampleConfiguration((input) => (input.bakers[0]!.dal = true))));
  expect(natGiB).toBeCloseTo(gib(octezNodeRate.inKiB + octezNodeRate.outKiB), 6);
  expect(egressGiB).toBeCloseTo(gib(3 * octezNodeRate.outKiB + dalNodeRate.outKiB + 2), 6);
});
