import type { DrillRun, Report } from "../records";
import { Markup, markup } from "./markup";
import {
  checkVerdict,
  type DrillGroup,
  drillGroups,
  duration,
  grouped,
  passed,
  isControl,
  isLate,
  mark,
  moment,
  mostFaultsShown,
  systemNames,
  verdict,
} from "./reading";
import { signerShapes } from "./requests-plot";
import { pageStyle } from "./page-style";
import { signersOf, timeline } from "./timeline";

/** The report as one HTML file: no script, nothing from elsewhere. */
export function reportPage(report: Report): string {
  const groups = drillGroups(report.runs);
  const signers = signersOf(report.runs);
  const { text } = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Drills of ${report.startedAt}</title>
<style>${pageStyle}</style>
</head>
<body>
${shapes}
<header>
${headline(report)}
<p class="soft">Begun at ${report.startedAt} with the seed ${report.seed}.</p>
</header>
<main>
${overview(groups)}
${legend(signers, report.lateSeconds)}
${groups.map((group) => section(group, signers, report.lateSeconds))}
${versions(report)}
</main>
</body>
</html>
`;
  return text;
}

/** Drawn once and used by every picture. Not hidden by display: none: patterns would be gone in some browsers. */
const shapes = markup`<svg class="shapes" width="0" height="0" aria-hidden="true"><defs>
<circle id="s0" r="2.8"/><path id="s1" d="M0-3.8 3.6 2.8H-3.6Z"/><path id="s2" d="M-2.7-2.7H2.7V2.7H-2.7Z"/><path id="s3" d="M-1.3-3.9H1.3V-1.3H3.9V1.3H1.3V3.9H-1.3V1.3H-3.9V-1.3H-1.3Z"/>
<path id="refused" d="M0-6 6 0 0 6-6 0Z"/><path id="broken" d="M-4 4-1 1M1-1 4-4"/><path id="failed" d="M-4-4 4 4M-4 4 4-4"/>
<pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="5" height="5"/><path d="M0 0V5"/></pattern>
</defs></svg>`;

function headline({ runs }: Report): Markup {
  const own = runs.filter((run) => !isControl(run));
  const controls = runs.filter(isControl);
  const checks = own.flatMap((run) => run.checks);
  const broken = checks.filter((check) => !check.passed).length;
  const silent = controls.filter((run) => !passed(run)).length;
  const good = broken + silent === 0;
  const said = [
    ...(own.length > 0
      ? [broken === 0 ? `all ${checks.length} checks passed` : `${broken} of ${checks.length} checks did not hold`]
      : []),
    ...(controls.length > 0
      ? [silent === 0 ? "the configuration of 2019 fails, as it must" : "the configuration of 2019 did not fail"]
      : []),
  ].join("; ");
  const sum = (number: (run: DrillRun) => number) => own.reduce((total, run) => total + number(run), 0);
  const facts: [string, string][] = [
    ["drills", grouped(drillGroups(own).length)],
    ["requests", grouped(sum(({ statistics }) => statistics.requests))],
    ["failed", grouped(sum(({ statistics }) => statistics.failed))],
    ["refused by a signer", grouped(sum(({ statistics }) => statistics.refused))],
    ["slowest signature", duration(Math.max(0, ...own.map(({ statistics }) => statistics.slowest)))],
    ["signed twice", grouped(sum(({ statistics }) => statistics.doubles.length))],
  ];
  return markup`<h1>Drills on the signer path</h1>
<p class="verdict ${good ? "good" : "bad"}"><span class="mark">${mark(good)}</span> ${capital(said)}</p>
${own.length > 0 ? markup`<dl class="facts">${facts.map(([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>` : ""}`;
}

/** On a phone its rows are laid out as blocks: the roles keep it a table for those who hear it. */
function overview(groups: readonly DrillGroup[]): Markup {
  const rows = groups.flatMap(({ name, title, runs }) =>
    runs.map((run) => {
      const { statistics } = run;
      const { good, text } = verdict(run);
      const label = isControl(run) ? systemNames[run.system] : title;
      return markup`<tr role="row"><th scope="row" role="rowheader"><a href="#drill-${name}"><b>${name}</b> ${label}</a></th>
<td role="cell">${grouped(statistics.failed)}<span class="soft"> of ${grouped(statistics.requests)}</span></td><td role="cell">${duration(statistics.slowest)}</td><td role="cell">${duration(statistics.withoutSigner)}</td>
<td role="cell" class="words ${good ? "good" : "bad"}">${mark(good)} ${text}</td></tr>`;
    }),
  );
  return markup`<table class="overview" role="table"><caption>All drills</caption>
<thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">drill</th><th scope="col" role="columnheader">failed</th><th scope="col" role="columnheader">slowest</th><th scope="col" role="columnheader">without a signer</th><th scope="col" role="columnheader">result</th></tr></thead>
<tbody role="rowgroup">${rows}</tbody></table>`;
}

function legend(signers: readonly string[], lateSeconds: number): Markup {
  const picture = (shape: string, style: string) =>
    markup`<svg width="18" height="14" aria-hidden="true"><g class="${style}"><use href="#${shape}" x="9" y="7"/></g></svg>`;
  const who = signers.map((signer, index) => {
    const shape = `s${index % signerShapes}`;
    return markup`<li>${picture(shape, shape)} signed by ${signer || "a signer that is not known"}</li>`;
  });
  return markup`<section aria-labelledby="legend"><h2 id="legend">How to read the timelines</h2>
<ul class="legend">${who}
<li>${picture("s0", "s0 late")} late: signed after more than ${duration(lateSeconds)}, by the signer of that shape</li>
<li>${picture("refused", "refused")} refused: a signer said no</li>
<li>${picture("broken", "broken")} broken off: an answer that ended after its headers</li>
<li>${picture("failed", "failed")} lost: no signature, and no signer's no</li>
<li><svg width="18" height="14" aria-hidden="true"><rect class="gap" width="18" height="14"/></svg> more than a second without a signature</li>
<li><svg width="18" height="14" aria-hidden="true"><rect class="fault-band" width="18" height="14"/><rect class="fault-roof" width="18" height="3"/></svg> a fault, as long as it lasted</li>
<li><svg width="18" height="14" aria-hidden="true"><rect class="down" x="1" y="3" width="16" height="8" rx="1.5"/></svg> down</li>
</ul>
<p>Time goes to the right, in seconds since a drill's start. A request's height is how long it took, on a scale that
grows tenfold from line to line. Where there are thousands, answered ones are put together in columns, from the
quickest to the slowest; all others are never left out.</p></section>`;
}

function section(group: DrillGroup, signers: readonly string[], lateSeconds: number): Markup {
  const { name, title, runs } = group;
  return markup`<section class="drill" id="drill-${name}" aria-labelledby="heading-${name}">
<h2 id="heading-${name}"><span class="soft">Drill ${name}</span> ${title}</h2>
<figure>${timeline(group, signers, lateSeconds)}
<figcaption>${faultList(runs)}</figcaption></figure>
<div class="tables">${statistics(runs, lateSeconds)}${runs.map(checks)}</div>
${runs.map((run) => [requestList(run, lateSeconds), stateList(run)])}
</section>
`;
}

/** What was broken, and when. Systems whose faults came at the same moments share a list. */
function faultList(runs: readonly DrillRun[]): Markup[] {
  const lists = runs.map(({ faults }) => {
    const items = faults.map(({ at, until, text }) => {
      const end = until === undefined ? " to the end" : until - at < 1 ? "" : ` to ${moment(until)}`;
      const span = `${moment(at)}${end}`;
      return markup`<li><b>${span}</b> ${text}</li>`;
    });
    if (faults.length <= mostFaultsShown) return markup`<ol>${items}</ol>`;
    return markup`<details><summary>${faults.length} faults</summary><ol>${items}</ol></details>`;
  });
  const texts = [...new Set(lists.map(({ text }) => text))];
  return texts.map((text) => {
    const names = runs.filter((_, index) => lists[index]!.text === text).map(({ system }) => systemNames[system]);
    return markup`${texts.length > 1 ? markup`<p class="soft">${names.join("; ")}</p>` : ""}${new Markup(text)}`;
  });
}

function statistics(runs: readonly DrillRun[], lateSeconds: number): Markup {
  const row = (
    name: string,
    value: (run: DrillRun) => string | number,
    bad: (run: DrillRun) => boolean = () => false,
  ) =>
    markup`<tr><th scope="row">${name}</th>${runs.map(
      (run) => markup`<td class="${bad(run) ? "bad" : ""}">${bad(run) ? "✗ " : ""}${value(run)}</td>`,
    )}</tr>`;
  const late = ({ requests }: DrillRun) => requests.filter((request) => isLate(request, lateSeconds)).length;
  const served = ({ statistics }: DrillRun) =>
    Object.entries(statistics.bySigner)
      .map(([signer, count]) => `${signer} ${grouped(count)}`)
      .join(", ") || "nobody";
  return markup`<div class="scroll" role="region" aria-label="Numbers" tabindex="0"><table><caption>Numbers</caption>
<thead><tr><td></td>${runs.map(({ system }) => markup`<th scope="col">${systemNames[system]}</th>`)}</tr></thead><tbody>
${row("requests", (run) => grouped(run.statistics.requests))}${row("signed", (run) => grouped(run.statistics.signed))}${row(
    "of them late",
    (run) => grouped(late(run)),
  )}${row("refused", (run) => grouped(run.statistics.refused))}${row("broken off", (run) => grouped(run.statistics.broken))}${row(
    "failed",
    (run) => grouped(run.statistics.failed),
    (run) => run.statistics.failed > 0,
  )}${row("half within", (run) => duration(run.statistics.p50))}${row("99 of 100 within", (run) => duration(run.statistics.p99))}${row(
    "slowest",
    (run) => duration(run.statistics.slowest),
  )}${row("longest without a signer", (run) => duration(run.statistics.withoutSigner))}${row("signed by", served)}${row(
    "signed twice",
    (run) => run.statistics.doubles.join(", ") || 0,
    (run) => run.statistics.doubles.length > 0,
  )}</tbody></table></div>`;
}

function checks(run: DrillRun): Markup {
  const title = isControl(run) ? `What must be seen: ${systemNames[run.system]}` : "What must hold";
  const rows = run.checks.map((check) => {
    const tone = check.passed ? (isControl(run) ? "seen" : "good") : "bad";
    return markup`<tr><th scope="row">${check.text}</th><td class="words">${check.actual}</td><td class="${tone}">${mark(check.passed)} ${checkVerdict(run, check)}</td></tr>`;
  });
  return markup`<table><caption>${title}</caption>
<thead><tr><th scope="col">check</th><th scope="col">found</th><th scope="col">result</th></tr></thead><tbody>${rows}</tbody></table>`;
}

/** More would make a page that nobody reads; all are in report.json. */
const mostRows = 100;

function requestList(run: DrillRun, lateSeconds: number): Markup | string {
  const words = { failed: "✗ lost", refused: "◇ refused", broken: "⁄ broken off", signed: "late" };
  return details(
    run,
    "late and unsigned requests",
    ["sent", "what", "took", "for", "answer"],
    run.requests.filter((request) => request.outcome !== "signed" || isLate(request, lateSeconds)),
    (request) => [
      moment(request.at),
      words[request.outcome],
      duration(request.seconds),
      `${request.kind} ${request.level}, round ${request.round}`,
      [request.error, request.signer, request.path].filter(Boolean).join(", "),
    ],
  );
}

function stateList(run: DrillRun): Markup | string {
  return details(
    run,
    "changes of state",
    ["at", "who tells", "what", "state", "its words"],
    [...run.stateChanges].sort((a, b) => a.at - b.at),
    ({ at, where, what, state, text }) => [moment(at), where, what, state, text ?? ""],
  );
}

/** A list that is folded away; nothing, if it is empty. */
function details<Item>(
  { system }: DrillRun,
  what: string,
  heads: readonly string[],
  items: readonly Item[],
  cells: (item: Item) => readonly string[],
): Markup | string {
  if (items.length === 0) return "";
  const title = `${systemNames[system]}: ${grouped(items.length)} ${what}`;
  const left = items.length - mostRows;
  const rows = items
    .slice(0, mostRows)
    .map((item) => markup`<tr>${cells(item).map((cell) => markup`<td class="words">${cell}</td>`)}</tr>`);
  return markup`<details><summary>${title}</summary><div class="scroll" role="region" aria-label="${title}" tabindex="0"><table>
<thead><tr>${heads.map((head) => markup`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>${rows}</tbody></table></div>${
    left > 0 ? markup`<p class="soft">The other ${grouped(left)} are in report.json.</p>` : ""
  }</details>`;
}

function versions({ versions, seed }: Report): Markup {
  return markup`<section aria-labelledby="versions"><h2 id="versions">What took part</h2>
<table class="versions"><thead><tr><th scope="col">program</th><th scope="col">version</th></tr></thead><tbody>${Object.entries(
    versions,
  ).map(
    ([program, version]) => markup`<tr><th scope="row">${program}</th><td class="words">${version}</td></tr>`,
  )}</tbody></table>
<p>The same again: <code>npm run drills -- --seed ${seed}</code>. The same as data: <code>report.json</code> beside this page.</p></section>`;
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
