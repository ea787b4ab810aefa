import type { DrillRun, RequestRecord } from "../records";
import { duration, grouped, moment } from "./format";
import { Markup, markup } from "./markup";
import { timeline } from "./timeline";
import { checkVerdict, type DrillGroup, isControl, isLate, mark, maxNumberedFaults, systemNames } from "./verdict";

/** The section of a drill: its timeline, faults, statistics, checks, and details. */
export function drillSection(group: DrillGroup, signers: readonly string[], lateSeconds: number): Markup {
  const { name, title, runs } = group;
  return markup`<section class="drill" id="drill-${name}" aria-labelledby="heading-${name}">
<h2 id="heading-${name}"><span class="soft">Drill ${name}</span> ${title}</h2>
<figure>${timeline(group, signers, lateSeconds)}
<figcaption>${faultList(runs)}</figcaption></figure>
<div class="tables">${statisticsTable(runs, lateSeconds)}${runs.map(checksTable)}</div>
${runs.map((run) => [requestList(run, lateSeconds), stateChangeList(run)])}
</section>
`;
}

/** Systems whose faults came at the same times share a list. */
function faultList(runs: readonly DrillRun[]): Markup[] {
  const lists = runs.map(({ faults }) => {
    const items = faults.map(({ at, until, text }) => {
      const end = until === undefined ? " to the end" : until - at < 1 ? "" : ` to ${moment(until)}`;
      return markup`<li><b>${moment(at)}${end}</b> ${text}</li>`;
    });
    if (faults.length <= maxNumberedFaults) return markup`<ol>${items}</ol>`;
    return markup`<details><summary>${faults.length} faults</summary><ol>${items}</ol></details>`;
  });
  const texts = [...new Set(lists.map(({ text }) => text))];
  return texts.map((text) => {
    const names = runs.filter((_, index) => lists[index]!.text === text).map(({ system }) => systemNames[system]);
    return markup`${texts.length > 1 ? markup`<p class="soft">${names.join("; ")}</p>` : ""}${new Markup(text)}`;
  });
}

function statisticsTable(runs: readonly DrillRun[], lateSeconds: number): Markup {
  const late = ({ requests }: DrillRun) => requests.filter((request) => isLate(request, lateSeconds)).length;
  const bySigner = ({ statistics }: DrillRun) =>
    Object.entries(statistics.bySigner)
      .map(([signer, count]) => `${signer} ${grouped(count)}`)
      .join(", ") || "none";
  const rows: readonly [name: string, value: (run: DrillRun) => string, isBad?: (run: DrillRun) => boolean][] = [
    ["requests", (run) => grouped(run.statistics.requests)],
    ["signed", (run) => grouped(run.statistics.signed)],
    ["of these, late", (run) => grouped(late(run))],
    ["refused", (run) => grouped(run.statistics.refused)],
    ["truncated", (run) => grouped(run.statistics.truncated)],
    ["failed", (run) => grouped(run.statistics.failed), (run) => run.statistics.failed > 0],
    ["p50", (run) => duration(run.statistics.p50Seconds)],
    ["p99", (run) => duration(run.statistics.p99Seconds)],
    ["slowest", (run) => duration(run.statistics.slowestSeconds)],
    ["longest time without a signature", (run) => duration(run.statistics.longestGapSeconds)],
    ["signed by", bySigner],
    [
      "signed twice",
      (run) => run.statistics.doubleSignatures.join(", ") || "0",
      (run) => run.statistics.doubleSignatures.length > 0,
    ],
  ];
  const body = rows.map(([name, value, isBad = () => false]) => {
    const cells = runs.map(
      (run) => markup`<td class="${isBad(run) ? "bad" : ""}">${isBad(run) ? "✗ " : ""}${value(run)}</td>`,
    );
    return markup`<tr><th scope="row">${name}</th>${cells}</tr>`;
  });
  return markup`<div class="scroll" role="region" aria-label="Statistics" tabindex="0"><table><caption>Statistics</caption>
<thead><tr><td></td>${runs.map(({ system }) => markup`<th scope="col">${systemNames[system]}</th>`)}</tr></thead><tbody>
${body}</tbody></table></div>`;
}

function checksTable(run: DrillRun): Markup {
  const title = isControl(run) ? `Expected failure: ${systemNames[run.system]}` : "Checks";
  const rows = run.checks.map((check) => {
    const tone = check.passed ? (isControl(run) ? "" : "good") : "bad";
    return markup`<tr><th scope="row">${check.text}</th><td class="words">${check.actual}</td><td class="${tone}">${mark(check.passed)} ${checkVerdict(run, check)}</td></tr>`;
  });
  return markup`<table><caption>${title}</caption>
<thead><tr><th scope="col">expected</th><th scope="col">actual</th><th scope="col">result</th></tr></thead><tbody>${rows}</tbody></table>`;
}

const outcomeNames: Readonly<Record<RequestRecord["outcome"], string>> = {
  failed: "✗ failed",
  refused: "◇ refused",
  truncated: "⁄ truncated",
  // Only late ones are listed.
  signed: "late",
};

function requestList(run: DrillRun, lateSeconds: number): Markup | string {
  return details(
    run,
    "late and unsigned requests",
    ["sent", "result", "took", "for", "answer"],
    run.requests.filter((request) => request.outcome !== "signed" || isLate(request, lateSeconds)),
    (request) => [
      moment(request.at),
      outcomeNames[request.outcome],
      duration(request.seconds),
      `${request.kind} ${request.level}, round ${request.round}`,
      [request.error, request.signer, request.path].filter(Boolean).join(", "),
    ],
  );
}

function stateChangeList(run: DrillRun): Markup | string {
  return details(
    run,
    "state changes",
    ["at", "where", "what", "state", "log line"],
    [...run.stateChanges].sort((a, b) => a.at - b.at),
    ({ at, where, what, state, text }) => [moment(at), where, what, state, text ?? ""],
  );
}

/** The page shows this many rows of a list; report.json has all of them. */
const maxRows = 100;

/** A collapsed list; nothing if the list is empty. */
function details<Item>(
  { system }: DrillRun,
  what: string,
  heads: readonly string[],
  items: readonly Item[],
  cells: (item: Item) => readonly string[],
): Markup | string {
  if (items.length === 0) return "";
  const title = `${systemNames[system]}: ${grouped(items.length)} ${what}`;
  const left = items.length - maxRows;
  const rows = items
    .slice(0, maxRows)
    .map((item) => markup`<tr>${cells(item).map((cell) => markup`<td class="words">${cell}</td>`)}</tr>`);
  return markup`<details><summary>${title}</summary><div class="scroll" role="region" aria-label="${title}" tabindex="0"><table>
<thead><tr>${heads.map((head) => markup`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>${rows}</tbody></table></div>${
    left > 0 ? markup`<p class="soft">${grouped(left)} more are in report.json.</p>` : ""
  }</details>`;
}
