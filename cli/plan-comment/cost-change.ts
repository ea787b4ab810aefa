import { ConfigurationError, loadConfiguration } from "../../lib/config/load";
import type { Configuration } from "../../lib/config/schema/configuration";
import { costChange, type CostChange } from "../../lib/estimate/costs";
import { fittingLines } from "./fitting";

/**
 * How a change of the configuration file changes the monthly cost at list price, in Markdown; nothing if it does not.
 * @param file after the change
 * @param baseFile before it @default - there was none: nothing exists yet
 */
export function costChangeLines(file: string, baseFile: string | undefined): string[] {
  try {
    const before = baseFile === undefined ? undefined : configurationIn(baseFile);
    return formatCostChange(costChange(before, configurationIn(file)), before === undefined);
  } catch (error) {
    // A comment without the cost is better than none. The file before the change may not be valid any more.
    if (error instanceof ConfigurationError)
      return ["", `Its change of the monthly cost is unknown: ${error.file} is not valid.`];
    throw error;
  }
}

const configurationIn = (file: string): Configuration => loadConfiguration(file).configuration;

/** @param isNew whether nothing exists yet, so that every line would be one */
export function formatCostChange({ before, after, lines }: CostChange, isNew: boolean): string[] {
  if (lines.length === 0) return [];
  const sentence = "Monthly cost at list price, in US dollars, with what is estimated:";
  if (isNew) return ["", `${sentence} ${after.toFixed(0)}.`];
  const rows = lines.map((line) => [`${line.group}: ${line.item}`, line.before.toFixed(2), line.after.toFixed(2)]);
  return [
    "",
    `${sentence} ${before.toFixed(0)} → ${after.toFixed(0)} (${signed(after - before)}).`,
    "",
    "| | before | after |",
    "| --- | ---: | ---: |",
    ...fittingLines(
      rows.map((cells) => `${cells.join(" | ")} |`),
      5_000,
      "| ",
    ),
  ];
}

const signed = (dollars: number) => `${dollars < 0 ? "−" : "+"}${Math.abs(dollars).toFixed(0)}`;
