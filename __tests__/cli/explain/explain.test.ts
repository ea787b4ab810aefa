import { createColors } from "picocolors";
import { explain, explanation } from "../../../cli/explain/explain";
import { exampleConfiguration, exampleFiles } from "../../../laboratory/examples";
import { expectGolden } from "../../support/golden";

const shown = (file: string) => explanation(exampleConfiguration(undefined, file), createColors(false));

test.each(exampleFiles)("explains %s", (file) => {
  expectGolden(`golden/${file.replace(/.*\/(.*)\.yaml/, "$1")}.txt`, `${shown(file)}\n`);
});

test("fits in 100 columns", () => {
  const lines = exampleFiles.flatMap((file) => shown(file).split("\n"));
  expect(lines.filter((line) => line.length > 100)).toEqual([]);
});

test("says what is not known, and what is estimated, of another region and machine type", () => {
  const text = explanation(
    exampleConfiguration((input) => {
      input.google.region = "europe-west1";
      input.google.zones = ["europe-west1-b", "europe-west1-c"];
      input.google.pools = { system: { machineType: "c3-standard-4" } };
    }),
    createColors(false),
  );
  expect(text).toContain("Without system: no price of that machine type is known here.");
  expect(text).toContain("VMs and disks in europe-west1 are estimated from us-central1's prices.");
});

test("prints JSON for scripts", () => {
  let printed = "";
  jest.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  explain("config/hodl-farm.yaml", { json: true });
  jest.restoreAllMocks();
  const { lines, monthly, quotas } = JSON.parse(printed) as {
    lines: { dollars: number; estimated: boolean }[];
    monthly: { fixed: number };
    quotas: unknown[];
  };
  const sum = lines.filter(({ estimated }) => !estimated).reduce((all, { dollars }) => all + dollars, 0);
  expect(monthly.fixed).toBeCloseTo(sum, 1);
  expect(quotas.length).toBeGreaterThan(5);
});
