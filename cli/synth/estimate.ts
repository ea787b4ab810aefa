import { costs } from "../../lib/estimate/costs";
import { pricesAsOf } from "../../lib/estimate/prices";
import { quotaNeeds } from "../../lib/estimate/quotas";
import { shellWord } from "../../lib/terminal/shell";
import { wrap } from "../../lib/terminal/wrap";
import { pathFromPackage } from "../configuration-file";
import type { SummaryProps } from "./summary-props";

/** What the deployment costs, in short. */
export function costLines({ configuration, file, colors }: SummaryProps): string[] {
  const { fixed, estimated } = costs(configuration);
  return [
    ...wrap(
      `${fixed.toFixed(0)} $ at list price, as of ${pricesAsOf}, and about ${estimated.toFixed(0)} $ for traffic, logs and metrics, an estimate. Line by line:`,
      "  ",
    ),
    `       ${colors.cyan(`npm run explain -- ${shellWord(pathFromPackage(file.path))}`)}`,
  ];
}

/** The quotas that grow with the configuration; the others have never been too small. */
const shown = /CPUS|SSD_TOTAL_GB|IN_USE_ADDRESSES/;

/** What the deployment needs of the project's quotas, in short. */
export function quotaLines({ configuration, file, colors }: SummaryProps): string[] {
  const needs = quotaNeeds(configuration).filter(({ metric }) => shown.test(metric));
  const texts = needs.map(({ metric, always, most }) =>
    most > always ? `${metric} ${always}, at most ${most}` : `${metric} ${always}`,
  );
  return [
    ...wrap(`${texts.join("; ")}. The most is while GKE upgrades VMs. Compare with the project's:`, "  "),
    `       ${colors.cyan(`npm run quotas -- ${shellWord(pathFromPackage(file.path))}`)}`,
  ];
}
