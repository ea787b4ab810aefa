import type { DrillRun, Report } from "../records";
import { drillSection } from "./drill-section";
import { duration, grouped } from "./format";
import { type Markup, markup } from "./markup";
import { pageStyle } from "./page-style";
import { signerShapes } from "./requests-plot";
import { signersOf } from "./timeline";
import { type DrillGroup, drillGroups, isControl, mark, passed, systemNames, verdict } from "./verdict";

/** The report as one HTML file, without scripts and without anything to load. */
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
<p class="soft">Started at ${report.startedAt} with seed ${report.seed}.</p>
</header>
<main>
${overview(groups)}
${legend(signers, report.lateSeconds)}
${groups.map((group) => drillSection(group, signers, report.lateSeconds))}
${versions(report)}
</main>
</body>
</html>
`;
  return text;
}

/** Defined once and used by every timeline. Not hidden with display: none, which disables patterns in some browsers. */
const shapes = markup`<svg class="shapes" width="0" height="0" aria-hidden="true"><defs>
<circle id="s0" r="2.8"/><path id="s1" d="M0-3.8 3.6 2.8H-3.6Z"/><path id="s2" d="M-2.7-2.7H2.7V2.7H-2.7Z"/><path id="s3" d="M-1.3-3.9H1.3V-1.3H3.9V1.3H1.3V3.9H-1.3V1.3H-3.9V-1.3H-1.3Z"/>
<path id="refused" d="M0-6 6 0 0 6-6 0Z"/><path id="truncated" d="M-4 4-1 1M1-1 4-4"/><path id="failed" d="M-4-4 4 4M-4 4 4-4"/>
<pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="5" height="5"/><path d="M0 0V5"/></pattern>
</defs></svg>`;

function headline({ runs }: Report): Markup {
  const own = runs.filter((run) => !isControl(run));
  const controls = runs.filter(isControl);
  const checks = own.flatMap((run) => run.checks);
  const failed = checks.filter((check) => !check.passed).length;
  const notReproduced = controls.filter((run) => !passed(run)).length;
  const good = failed + notReproduced === 0;
  const sentences = [
    ...(own.length > 0
      ? [failed === 0 ? `All ${checks.length} checks passed.` : `${failed} of ${checks.length} checks failed.`]
      : []),
    ...(controls.length > 0
      ? [
          notReproduced === 0
            ? "The configuration of 2019 fails, as it must."
            : "The configuration of 2019 did not fail.",
        ]
      : []),
  ].join(" ");
  const sum = (number: (run: DrillRun) => number) => own.reduce((total, run) => total + number(run), 0);
  const facts: [string, string][] = [
    ["drills", grouped(drillGroups(own).length)],
    ["requests", grouped(sum(({ statistics }) => statistics.requests))],
    ["failed", grouped(sum(({ statistics }) => statistics.failed))],
    ["refused by a signer", grouped(sum(({ statistics }) => statistics.refused))],
    ["slowest signature", duration(Math.max(0, ...own.map(({ statistics }) => statistics.slowestSeconds)))],
    ["signed twice", grouped(sum(({ statistics }) => statistics.doubleSignatures.length))],
  ];
  return markup`<h1>Drills on the signer path</h1>
<p class="verdict ${good ? "good" : "bad"}"><span class="mark">${mark(good)}</span> ${sentences}</p>
${own.length > 0 ? markup`<dl class="facts">${facts.map(([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>` : ""}`;
}

/** On a phone its rows are shown as blocks; the roles keep it a table for screen readers. */
function overview(groups: readonly DrillGroup[]): Markup {
  const rows = groups.flatMap(({ name, title, runs }) =>
    runs.map((run) => {
      const { failed, requests, slowestSeconds, longestGapSeconds } = run.statistics;
      const { good, text } = verdict(run);
      const label = isControl(run) ? systemNames[run.system] : title;
      return markup`<tr role="row"><th scope="row" role="rowheader"><a href="#drill-${name}"><b>${name}</b> ${label}</a></th>
<td role="cell">${grouped(failed)}<span class="soft"> of ${grouped(requests)}</span></td><td role="cell">${duration(slowestSeconds)}</td><td role="cell">${duration(longestGapSeconds)}</td>
<td role="cell" class="words ${good ? "good" : "bad"}">${mark(good)} ${text}</td></tr>`;
    }),
  );
  return markup`<table class="overview" role="table"><caption>All drills</caption>
<thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">drill</th><th scope="col" role="columnheader">failed</th><th scope="col" role="columnheader">slowest</th><th scope="col" role="columnheader">longest gap</th><th scope="col" role="columnheader">result</th></tr></thead>
<tbody role="rowgroup">${rows}</tbody></table>`;
}

function legend(signers: readonly string[], lateSeconds: number): Markup {
  const picture = (shape: string, style: string) =>
    markup`<svg width="18" height="14" aria-hidden="true"><g class="${style}"><use href="#${shape}" x="9" y="7"/></g></svg>`;
  const bySigner = signers.map((signer, index) => {
    const shape = `s${index % signerShapes}`;
    return markup`<li>${picture(shape, shape)} signed by ${signer || "an unknown signer"}</li>`;
  });
  return markup`<section aria-labelledby="legend"><h2 id="legend">How to read the timelines</h2>
<ul class="legend">${bySigner}
<li>${picture("s0", "s0 late")} late: signed after more than ${duration(lateSeconds)} (hollow, in the signer’s shape)</li>
<li>${picture("refused", "refused")} refused: a signer refused to sign</li>
<li>${picture("truncated", "truncated")} truncated: the answer ended after its headers</li>
<li>${picture("failed", "failed")} failed: neither a signature nor a refusal</li>
<li><svg width="18" height="14" aria-hidden="true"><rect class="gap" width="18" height="14"/></svg> more than a second without a signature</li>
<li><svg width="18" height="14" aria-hidden="true"><rect class="fault-band" width="18" height="14"/><rect class="fault-roof" width="18" height="3"/></svg> the time of a fault</li>
<li><svg width="18" height="14" aria-hidden="true"><rect class="down" x="1" y="3" width="16" height="8" rx="1.5"/></svg> down</li>
</ul>
<p>The horizontal axis is the time since the drill’s start. A mark’s height is how long the request took, on a logarithmic
scale. If there are thousands of requests, those that were signed in time are merged into bars from the fastest to the
slowest; all others are always shown.</p></section>`;
}

function versions({ versions, seed }: Report): Markup {
  const rows = Object.entries(versions).map(
    ([program, version]) => markup`<tr><th scope="row">${program}</th><td class="words">${version}</td></tr>`,
  );
  return markup`<section aria-labelledby="versions"><h2 id="versions">Programs</h2>
<table class="versions"><thead><tr><th scope="col">program</th><th scope="col">version</th></tr></thead><tbody>${rows}</tbody></table>
<p>To repeat random choices, add <code>--seed ${seed}</code> to <code>npm run drills --</code>. The data of this page is in
<code>report.json</code> in the same folder.</p></section>`;
}
