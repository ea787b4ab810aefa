import { join } from "node:path";
import { colorsFor } from "../../../lib/terminal/colors";
import type { Report } from "../records";
import { maxPathTimeoutSeconds, testbedConfiguration, variants } from "../testbed/configuration";
import { reportSummary, writeReport } from "./summary";

/**
 * Writes the report of a testbed's runs.
 * @returns the path of its page, and the lines of its summary for the terminal
 */
export function publish(runs: Omit<Report, "lateSeconds">): { page: string; summary: string[] } {
  const lateSeconds = maxPathTimeoutSeconds(testbedConfiguration(variants.standard, { sshPublicKeys: {} }));
  const report: Report = { ...runs, lateSeconds };
  const { page } = writeReport(report, join(process.cwd(), "dist/drills"));
  return { page, summary: reportSummary(report, colorsFor(process.stdout)).split("\n").filter(Boolean) };
}
