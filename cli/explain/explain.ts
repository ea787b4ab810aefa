import { closeFits, tradeOffs } from "../../lib/config/facts/trade-offs";
import { costs, type CostLine, type Costs } from "../../lib/estimate/costs";
import { pricesAsOf } from "../../lib/estimate/prices";
import { quotaNeeds } from "../../lib/estimate/quotas";
import type { Configuration } from "../../lib/config/schema/configuration";
import { colorsFor, type Colors } from "../../lib/terminal/colors";
import { table } from "../../lib/terminal/table";
import { bullet, wrap } from "../../lib/terminal/wrap";
import { configurationFile } from "../configuration-file";
import { validConfiguration } from "../load-configuration";

/**
 * Prints what a configuration creates at Google, what it is for, and what it costs.
 * @throws Failure if the configuration has problems
 */
export function explain(argument: string | undefined, options: { json?: boolean }): void {
  const configuration = validConfiguration(configurationFile(argument).path);
  const text = options.json
    ? JSON.stringify(asJson(configuration), null, 2)
    : explanation(configuration, colorsFor(process.stdout));
  process.stdout.write(`${text}\n`);
}

/** The explanation as an object, for scripts. Amounts are US dollars a month. */
function asJson(configuration: Configuration) {
  const { lines, fixed, estimated } = costs(configuration);
  const { name, google, size } = configuration;
  const monthly = { fixed: cents(fixed), estimated: cents(estimated) };
  return {
    name,
    size,
    project: google.project,
    region: google.region,
    pricesAsOf,
    monthly,
    lines: lines.map((line) => ({ ...line, dollars: line.dollars === undefined ? null : cents(line.dollars) })),
    quotas: quotaNeeds(configuration),
  };
}

const cents = (dollars: number) => Math.round(dollars * 100) / 100;

/** The explanation as text of at most 100 columns. */
export function explanation(configuration: Configuration, colors: Colors): string {
  const { name, google, size } = configuration;
  const all = costs(configuration);
  const groups = [...new Set(all.lines.map(({ group }) => group))];
  return [
    `${colors.bold(name)}  size ${size}, project ${google.project}, region ${google.region}`,
    `US dollars a month at list price, as of ${pricesAsOf}; ~ marks an estimate.`,
    ...groups.flatMap((group) => [
      "",
      colors.bold(group),
      ...all.lines.filter((line) => line.group === group).flatMap((line) => lineText(line, colors)),
    ]),
    "",
    ...totals(all, configuration, colors),
    "",
    colors.bold("Quotas of Compute Engine"),
    ...quotaLines(configuration),
    "",
    colors.bold("What these savings give up"),
    ...[...tradeOffs(configuration), ...closeFits(configuration)].flatMap((sentence) => bullet(sentence)),
    "",
    ...wrap(notes),
  ].join("\n");
}

const notes =
  "Not included: taxes, discounts, support, and what other projects of the billing account use of Google's free amounts. " +
  "docs/costs.md explains the numbers, and how to spend less.";

const amount = (dollars: number | undefined, mark = "") =>
  dollars === undefined ? "     ?  " : `${`${mark}${dollars.toFixed(2)}`.padStart(9)} `;

function lineText({ item, what, purpose, dollars, estimated }: CostLine, colors: Colors): string[] {
  const [first = "", ...rest] = wrap(`${item}: ${what}`, " ".repeat(11));
  return [
    `${amount(dollars, estimated ? "~" : "")} ${first.trimStart()}`,
    ...rest,
    ...wrap(purpose, " ".repeat(11)).map((line) => colors.dim(line)),
  ];
}

function totals({ fixed, estimated, lines }: Costs, { google }: Configuration, colors: Colors): string[] {
  const unknown = lines.filter(({ dollars }) => dollars === undefined).map(({ item }) => item);
  return [
    colors.bold(
      `${amount(fixed)} a month, and about ${estimated.toFixed(0)} for traffic, logs and metrics, an estimate`,
    ),
    ...(unknown.length === 0
      ? []
      : wrap(`Without ${unknown.join(", ")}: no price of that machine type is known here.`)),
    ...(google.region === "us-central1"
      ? []
      : wrap(`VMs and disks in ${google.region} are estimated from us-central1's prices.`)),
  ];
}

const quotaLines = (configuration: Configuration): string[] =>
  table(
    quotaNeeds(configuration).map(({ metric, scope, always, most, when }) => [
      metric,
      scope === "region" ? configuration.google.region : "project",
      String(always),
      most > always ? `${most} ${when}` : "",
    ]),
  );
