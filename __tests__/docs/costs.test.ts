import { readFileSync } from "node:fs";
import { join } from "node:path";
import { exampleConfiguration } from "../../laboratory/examples";
import { costs, type CostLine } from "../../lib/estimate/costs";
import { prices } from "../../lib/estimate/prices";
import { packageRoot } from "../../lib/package-root";

const page = readFileSync(join(packageRoot, "docs", "costs.md"), "utf8");
const full = costs(exampleConfiguration());
const small = costs(exampleConfiguration(undefined, "config/shadownet.yaml"));

/** The numbers of a row of the page's tables. */
const row = (title: string): number[] => {
  const cells = page
    .split("\n")
    .find((line) => line.startsWith(`| ${title} |`))!
    .split("|")
    .slice(2, -1);
  return cells.map((cell) => Number(/[\d.]+/.exec(cell)![0]));
};
const sumOf = (bill: typeof full, groups: readonly CostLine["group"][]) =>
  Math.round(
    bill.lines
      .filter(({ group, estimated }) => groups.includes(group) && !estimated)
      .reduce((all, { dollars }) => all + dollars!, 0),
  );

test.each<[string, CostLine["group"][]]>([
  ["VMs", ["VMs"]],
  ["disks", ["Disks"]],
  ["cluster", ["Cluster"]],
  ["load balancers, addresses, Cloud NAT", ["Network"]],
  ["monitoring and alerts", ["Operations"]],
])("the page's row %s is what explain prints", (title, groups) => {
  expect(row(title)).toEqual([sumOf(full, groups), sumOf(small, groups)]);
});

test("the page's sums are those that explain prints", () => {
  expect(row("**sum**")).toEqual([Math.round(full.fixed), Math.round(small.fixed)]);
  expect(row("traffic, logs and metrics, an estimate")).toEqual([
    Math.round(full.estimated),
    Math.round(small.estimated),
  ]);
});

test("the page's price of size small with a public node is what explain prints", () => {
  const { fixed, estimated } = costs(
    exampleConfiguration((input) => (input.publicNodes = { count: 1 }), "config/shadownet.yaml"),
  );
  expect(page).toContain(`costs ${Math.round(fixed)} $ and about ${Math.round(estimated)} $ for traffic`);
});

test("the arithmetic of Cloud NAT and of addresses", () => {
  const month = 730 * 3600;
  const [into, out] = [1024, 250].map((kib) => (kib * month) / 1024 / 1024) as [number, number];
  expect([Math.round(into), Math.round(out)]).toEqual([2566, 627]);
  expect(Math.round((into + out) * prices.natGiB)).toBe(144);
  expect(Math.round(out * prices.egressGiB)).toBe(75);
  expect(Math.round((prices.address - prices.natVm) / prices.natGiB)).toBe(58);
  for (const text of ["2,566 GiB in, 627 GiB out", "| 144 $", "58 GiB a month"]) expect(page).toContain(text);
});
