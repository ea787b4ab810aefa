import { expectGolden } from "../../../support/golden";
import type { DrillRun } from "../../../../laboratory/signer-path/records";
import { reportPage } from "../../../../laboratory/signer-path/report/page";
import { control, fault, notReproduced, ours, sampleReport, sampleRun, small } from "./sample-report";

/** Tags that are not closed, or not in the right order. */
function unbalanced(page: string): string[] {
  const open: string[] = [];
  for (const [tag, slash, name = "", end] of page.matchAll(/<(\/?)([a-z][a-z0-9]*)[^>]*?(\/?)>/gi)) {
    if (end === "/" || name === "meta") continue;
    if (slash === "") open.push(name);
    else if (open.pop() !== name) return [tag];
  }
  return open;
}

/** The number of elements that a browser has to draw. */
const elements = (page: string) => page.match(/<(use|rect|line|text)/g)!.length;

/** The number of requests that marks of this shape stand for. */
const marks = (page: string, shape: string) =>
  [...page.matchAll(new RegExp(`href="#${shape}" x="[^"]*" y="[^"]*"><title>(?:(\\d+) requests)?`, "g"))]
    .map(([, count]) => Number(count ?? 1))
    .reduce((sum, count) => sum + count, 0);

test("a small report", () => {
  const page = reportPage(small);
  expectGolden("golden/report.html", page);
  expect(unbalanced(page)).toEqual([]);
});

test("loads nothing and runs no scripts", () => {
  const page = reportPage(small);
  expect(page).not.toMatch(/<script|<link|<img|@import|\son\w+=|\bsrc=/i);
  const addresses = [...page.matchAll(/(?:href="|url\()([^")]*)/g)].map(([, address]) => address);
  expect(new Set(addresses.filter((address) => !address!.startsWith("#")))).toEqual(new Set());
  expect(page).toContain(`content="default-src 'none'`);
});

test("escapes the output of programs", () => {
  const evil = `"><script>alert('x')</script>&amp;`;
  const request = { ...ours.requests[0]!, outcome: "failed" as const, error: evil, path: evil };
  const run: DrillRun = {
    ...ours,
    title: evil,
    faults: [{ at: 1, text: evil }],
    requests: [...ours.requests, request, { ...ours.requests[1]!, signer: evil, path: evil }],
    stateChanges: [{ at: 1, where: evil, what: evil, state: "down", text: evil }],
    statistics: { ...ours.statistics, doubleSignatures: [evil], bySigner: { [evil]: 1 } },
    checks: [{ text: evil, actual: evil, passed: false }],
  };
  const page = reportPage({ ...sampleReport([run]), startedAt: evil, versions: { [evil]: evil } });
  expect(page).not.toContain("<script");
  expect(page).not.toContain("&amp;");
  expect(unbalanced(page)).toEqual([]);
});

describe("an hour with 18,000 requests", () => {
  const hour = { name: "soak", title: "an hour", seconds: 3600, stateChangesPerMinute: 60 };

  test("is a page of less than 1 MB that shows each late and each failed request", () => {
    const run = sampleRun({ ...hour, fault: { ...fault, at: 600, until: 700 }, failed: ["no answer", 1000, 1007] });
    const page = reportPage(sampleReport([run]));
    expect(run.requests).toHaveLength(18_000);
    expect(Buffer.byteLength(page)).toBeLessThan(1e6);
    expect(elements(page)).toBeLessThan(3000);
    expect(marks(page, "failed")).toBe(run.statistics.failed);
    expect(run.statistics.failed).toBe(35);
    expect(marks(page, "s0")).toBe(run.requests.filter(({ seconds }) => seconds > 0.5).length);
  });

  test("even if all requests fail", () => {
    const page = reportPage(sampleReport([sampleRun({ ...hour, failed: ["no answer", 0, 3600] })]));
    expect(Buffer.byteLength(page)).toBeLessThan(1e6);
    expect(elements(page)).toBeLessThan(6000);
    expect(marks(page, "failed")).toBe(18_000);
  });
});

test("a control run that fails as expected is not shown in green, and one that does not fail is an error", () => {
  expect(control.checks.every(({ passed }) => passed)).toBe(true);
  expect(reportPage(small)).toContain("All 2 checks passed. The configuration of 2019 fails, as it must.");
  expect(reportPage(small)).toMatch(/panel-verdict bad"[^>]*>✗ fails, as in 2019</);
  expect(reportPage(notReproduced)).toContain("The configuration of 2019 did not fail.");
  expect(reportPage(notReproduced)).toContain("✗ NOT OBSERVED");
});
