import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createColors } from "picocolors";
import { expectGolden } from "../../../support/golden";
import type { DrillRun } from "../../../../laboratory/signer-path/records";
import { madeUpReport, madeUpRun } from "../../../../laboratory/signer-path/report/made-up";
import { reportPage } from "../../../../laboratory/signer-path/report/page";
import { LiveRun, Progress } from "../../../../laboratory/signer-path/report/progress";
import { gapsWithoutSigner } from "../../../../laboratory/signer-path/report/reading";
import { reportSummary, writeReport } from "../../../../laboratory/signer-path/report/summary";

const plain = createColors(false);
const title = "the active uplink is dropped in silence";
const fault = { at: 1, until: 2, text: "pi-1's wire drops every packet" };
const seen = [{ text: "503 from HAProxy", actual: "10 requests", passed: true }];
const ours = madeUpRun({ name: "1", title, seconds: 4, fault });
const before = madeUpRun({
  name: "1",
  title,
  system: "2019",
  seconds: 4,
  fault,
  lost: ["503 Service Unavailable", 1, 4],
  checks: seen,
});
const small = madeUpReport([before, ours]);

/** Tags that are closed by another than their own end, or never. */
function unbalanced(page: string): string[] {
  const open: string[] = [];
  for (const [tag, slash, name = "", end] of page.matchAll(/<(\/?)([a-z][a-z0-9]*)[^>]*?(\/?)>/gi)) {
    if (end === "/" || name === "meta") continue;
    if (slash === "") open.push(name);
    else if (open.pop() !== name) return [tag];
  }
  return open;
}

/** How many a browser has to draw. */
const elements = (page: string) => page.match(/<(use|rect|line|text)/g)!.length;

const marks = (page: string, shape: string) =>
  [...page.matchAll(new RegExp(`href="#${shape}" x="[^"]*" y="[^"]*"><title>(?:(\\d+) requests)?`, "g"))]
    .map(([, count]) => Number(count ?? 1))
    .reduce((sum, count) => sum + count, 0);

test("a small report", () => {
  const page = reportPage(small);
  expectGolden("golden/report.html", page);
  expectGolden("golden/report.txt", reportSummary(small, plain));
  expect(unbalanced(page)).toEqual([]);
});

test("loads nothing and runs nothing", () => {
  const page = reportPage(small);
  expect(page).not.toMatch(/<script|<link|<img|@import|\son\w+=|\bsrc=/i);
  const addresses = [...page.matchAll(/(?:href="|url\()([^")]*)/g)].map(([, address]) => address);
  expect(new Set(addresses.filter((address) => !address!.startsWith("#")))).toEqual(new Set());
  expect(page).toContain(`content="default-src &#39;none&#39;`.replaceAll("&#39;", "'"));
});

test("escapes whatever a program may say", () => {
  const evil = `"><script>alert('x')</script>&amp;`;
  const request = { ...ours.requests[0]!, outcome: "failed" as const, error: evil, path: evil };
  const run: DrillRun = {
    ...ours,
    title: evil,
    faults: [{ at: 1, text: evil }],
    requests: [...ours.requests, request, { ...ours.requests[1]!, signer: evil, path: evil }],
    stateChanges: [{ at: 1, where: evil, what: evil, state: "down", text: evil }],
    statistics: { ...ours.statistics, doubles: [evil], bySigner: { [evil]: 1 } },
    checks: [{ text: evil, actual: evil, passed: false }],
  };
  const page = reportPage({ ...madeUpReport([run]), startedAt: evil, versions: { [evil]: evil } });
  expect(page).not.toContain("<script");
  expect(page).not.toContain("&amp;");
  expect(unbalanced(page)).toEqual([]);
});

describe("an hour with 18,000 requests", () => {
  const hour = { name: "soak", title: "an hour", seconds: 3600, restless: 60 };

  test("is a page of less than 1 MB that keeps each late and each lost one", () => {
    const run = madeUpRun({ ...hour, fault: { ...fault, at: 600, until: 700 }, lost: ["no answer", 1000, 1007] });
    const page = reportPage(madeUpReport([run]));
    expect(run.requests).toHaveLength(18_000);
    expect(Buffer.byteLength(page)).toBeLessThan(1e6);
    expect(elements(page)).toBeLessThan(3000);
    expect(marks(page, "failed")).toBe(run.statistics.failed);
    expect(run.statistics.failed).toBe(35);
    expect(marks(page, "s0")).toBe(run.requests.filter(({ seconds }) => seconds > 0.5).length);
  });

  test("also if all are lost", () => {
    const page = reportPage(madeUpReport([madeUpRun({ ...hour, lost: ["no answer", 0, 3600] })]));
    expect(Buffer.byteLength(page)).toBeLessThan(1e6);
    expect(elements(page)).toBeLessThan(6000);
    expect(marks(page, "failed")).toBe(18_000);
  });
});

test("a control that does not fail is a failed one, and its failing is nothing to show in green", () => {
  expect(reportPage(small)).toContain("All 2 checks passed; the configuration of 2019 fails, as it must");
  expect(reportPage(small)).toMatch(/panel-verdict bad"[^>]*>✗ fails, as in 2019</);
  const silent = madeUpReport([ours, { ...before, checks: [{ ...seen[0]!, actual: "0 requests", passed: false }] }]);
  expect(reportPage(silent)).toContain("the configuration of 2019 did not fail");
  expect(reportPage(silent)).toContain("✗ not seen");
  expect(reportSummary(silent, plain)).toContain("✗ 503 from HAProxy: 0 requests (not seen)");
});

test("the time without a signer ends with the next signature, or with the last request", () => {
  const at = (moment: number, outcome: "signed" | "failed") => ({
    ...ours.requests[0]!,
    at: moment,
    seconds: 0.1,
    outcome,
  });
  expect(
    gapsWithoutSigner([at(0, "signed"), at(0.5, "signed"), at(1, "failed"), at(2, "signed"), at(4, "failed")]),
  ).toEqual([
    { from: 0.6, to: 2.1 },
    { from: 2.1, to: 4.1 },
  ]);
});

test("writes the page and the JSON to a folder named after the start", () => {
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

describe("live progress", () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  const shown = (terminal: { isTTY?: boolean; columns?: number }) => {
    let text = "";
    const write = (part: string | Uint8Array) => ((text += String(part)), true);
    const progress = new Progress({ ...terminal, write });
    const live = new LiveRun(progress, () => "pi-1");
    ours.requests.slice(0, 5).forEach(live.tell);
    jest.advanceTimersByTime(1000);
    progress.above(() => write("the wire is cut\n"));
    live.fault = "the wire is silent";
    live.tell({ ...ours.requests[5]!, seconds: 0.5 });
    jest.advanceTimersByTime(1000);
    live.end();
    return text;
  };

  test("is one line on a terminal, rewritten every second and never wrapped", () => {
    const [first, second] = [
      "  1.0 s  5 requests  0 failed  signed by pi-1 in 78 ms",
      "  2.0 s  6 requests  0 failed  signed by pi-1 in 0.50 s  fa",
    ];
    const back = "\r\u001b[K";
    expect(shown({ isTTY: true, columns: 60 })).toBe(`${first}${back}the wire is cut\n${first}${back}${second}${back}`);
  });

  test("leaves a log alone", () => {
    expect(shown({})).toBe("the wire is cut\n");
  });
});
