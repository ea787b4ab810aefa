import { join } from "node:path";
import { mkdirSync, writeFileSync } from "node:fs";
import type { Colors } from "../../../lib/terminal/colors";
import type { Report } from "../records";
import { duration, grouped } from "./format";
import { reportPage } from "./page";
import { checkVerdict, drillGroups, isControl, mark, systemNames, verdict } from "./verdict";

/** The report for the terminal: a line for each run, and one for each check that failed. */
export function reportSummary({ runs }: Report, colors: Colors): string {
  const rows = drillGroups(runs).flatMap((group) =>
    group.runs.map((run) => {
      const { statistics, system } = run;
      const { good, text } = verdict(run);
      const title = isControl(run) ? systemNames[system] : group.title;
      const failed = run.checks.filter((check) => !check.passed);
      return {
        good,
        cells: [
          group.name,
          `${grouped(statistics.failed)} of ${grouped(statistics.requests)}`,
          duration(statistics.slowestSeconds),
          duration(statistics.p99Seconds),
          duration(statistics.longestGapSeconds),
          `${title}: ${text}`,
        ],
        notes: failed.map((check) => `${check.text}: ${check.actual} (${checkVerdict(run, check)})`),
      };
    }),
  );
  const heads = ["drill", "failed", "slowest", "p99", "longest gap", ""];
  const widths = heads.map((head, column) => Math.max(head.length, ...rows.map(({ cells }) => cells[column]!.length)));
  const line = (cells: readonly string[]) => cells.map((cell, column) => cell.padEnd(widths[column]!)).join("  ");
  return [
    colors.dim(`  ${line(heads)}`.trimEnd()),
    ...rows.flatMap(({ good, cells, notes }) => {
      const color = good ? colors.green : colors.red;
      return [
        `${color(mark(good))} ${line(cells).trimEnd()}`,
        ...notes.map((note) => color(`    ${mark(false)} ${note}`)),
      ];
    }),
  ]
    .map((text) => `${text}\n`)
    .join("");
}

/** The report for programs. */
export const reportJson = (report: Report): string => `${JSON.stringify(report)}\n`;

/** Paths of a report's files. */
export interface ReportFiles {
  readonly page: string;
  readonly json: string;
}

/** Writes report.html and report.json. @param folder gets a folder for this report, named after its start */
export function writeReport(report: Report, folder: string): ReportFiles {
  const own = join(folder, report.startedAt.replace(/[^0-9TZ-]/g, "-"));
  mkdirSync(own, { recursive: true });
  const files = { page: join(own, "report.html"), json: join(own, "report.json") };
  writeFileSync(files.page, reportPage(report));
  writeFileSync(files.json, reportJson(report));
  return files;
}
