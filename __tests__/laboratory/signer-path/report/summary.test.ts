import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createColors } from "picocolors";
import { expectGolden } from "../../../support/golden";
import { reportPage } from "../../../../laboratory/signer-path/report/page";
import { reportSummary, writeReport } from "../../../../laboratory/signer-path/report/summary";
import { notReproduced, small } from "./sample-report";

const plain = createColors(false);

test("the summary has a line for each run", () => {
  expectGolden("golden/report.txt", reportSummary(small, plain));
});

test("the summary has a line for each failed check", () => {
  expect(reportSummary(notReproduced, plain)).toContain("✗ 503 from HAProxy: 0 requests (NOT OBSERVED)");
});

test("the page and the JSON are in a folder named after the start", () => {
  const folder = mkdtempSync(join(tmpdir(), "report-"));
  try {
    const { page, json } = writeReport(small, folder);
    expect(page).toBe(join(folder, "2026-11-23T14-30-00Z", "report.html"));
    expect(readFileSync(page, "utf8")).toBe(reportPage(small));
    expect(JSON.parse(readFileSync(json, "utf8"))).toEqual(small);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
