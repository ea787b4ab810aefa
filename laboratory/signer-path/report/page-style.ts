import { Markup } from "./markup";

/**
 * Okabe and Ito's colours, which colour-blind readers can tell apart, darkened for a white and lightened for a black
 * background (https://jfly.uni-koeln.de/color/). Each colour also has its own shape or word.
 */
export const pageStyle = new Markup(`
:root { color-scheme: light dark; --back: #ffffff; --ink: #1f2933; --soft: #55616d; --line: #d3dae1; --panel: #f6f8fa;
  --s0: #0072b2; --s1: #b87400; --s2: #00785c; --s3: #b8578f; --bad: #b3261e; --good: #00694f; --fault: #55616d;
  --fault-band: #55616d1c; --gap: #b3261e1f; }
@media (prefers-color-scheme: dark) { :root { --back: #0d1117; --ink: #e6edf3; --soft: #9aa7b4; --line: #2d3640;
  --panel: #151b23; --s0: #56b4e9; --s1: #e6a817; --s2: #2fbf98; --s3: #f0b4d4; --bad: #ff8270; --good: #4ccba6;
  --fault: #9aa7b4; --fault-band: #9aa7b424; --gap: #ff827024; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1120px; padding: 16px; background: var(--back); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 26px; line-height: 1.2; margin: 8px 0; }
h2 { font-size: 19px; line-height: 1.3; margin: 0 0 12px; }
h2 .soft { display: block; font-size: 13px; font-weight: 600; }
a { color: inherit; text-decoration-color: var(--soft); text-underline-offset: 3px; }
code { font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
.soft { color: var(--soft); }
.good { color: var(--good); }
.bad { color: var(--bad); }
.verdict { font-size: 18px; font-weight: 600; margin: 8px 0; }
.mark { display: inline-block; width: 1.6em; line-height: 1.6em; text-align: center; border-radius: 50%;
  background: currentColor; margin-right: 4px; }
.mark::first-letter { color: var(--back); }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(140px, 1fr)); gap: 1px; margin: 16px 0;
  background: var(--line); border: 1px solid var(--line); border-radius: 8px; overflow: hidden; }
.facts div { background: var(--back); padding: 8px 12px; display: flex; flex-direction: column-reverse; }
.facts dt { color: var(--soft); font-size: 13px; }
.facts dd { margin: 0; font-size: 22px; font-weight: 600; font-variant-numeric: tabular-nums; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding: 4px 0; }
th, td { text-align: left; vertical-align: top; padding: 5px 10px 5px 0; border-bottom: 1px solid var(--line); }
thead th { font-weight: 400; color: var(--soft); font-size: 13px; vertical-align: bottom; overflow-wrap: normal; }
tbody th { font-weight: 400; }
td { white-space: nowrap; }
td.words { white-space: normal; }
section { margin: 40px 0; }
.drill { border-top: 2px solid var(--line); padding-top: 20px; }
figure { margin: 0; }
figcaption ol { margin: 4px 0 12px; padding-left: 24px; }
figcaption p { margin: 0; font-size: 13px; }
.tables { display: grid; gap: 20px; margin: 16px 0; align-items: start; }
.tables > * { min-width: 0; }
.scroll { overflow-x: auto; }
details { margin: 6px 0; }
summary { cursor: pointer; }
details table { font-size: 13px; margin-top: 6px; }
details td { min-width: 80px; }
.legend { list-style: none; padding: 0; display: grid; gap: 4px 20px; grid-template-columns: repeat(auto-fill, minmax(min(100%, 320px), 1fr)); }
.legend li { display: flex; gap: 8px; }
.legend svg { flex: none; margin-top: 4px; overflow: visible; }
.versions { max-width: 560px; }
.shapes { position: absolute; }
.shapes #hatch rect { fill: var(--back); }
.shapes #hatch path { stroke: var(--ink); stroke-width: 2.4; }
.timeline { display: block; overflow: visible; margin: 8px 0 12px 52px; width: calc(100% - 58px); }
.timeline text { font-size: 12px; fill: var(--ink); }
.timeline .panel-name { font-size: 14px; font-weight: 600; transform: translateX(-52px); }
.timeline .panel-verdict { font-size: 13px; font-weight: 600; text-anchor: end; }
.timeline .panel-verdict.good { fill: var(--good); }
.timeline .panel-verdict.bad { fill: var(--bad); }
.timeline .grid { stroke: var(--line); }
.timeline .axis { stroke: var(--soft); }
.timeline .time { text-anchor: middle; fill: var(--soft); }
.timeline .latency { text-anchor: end; fill: var(--soft); }
.timeline .threshold { stroke: var(--soft); stroke-dasharray: 2 4; }
.timeline .threshold-name { text-anchor: end; fill: var(--soft); font-size: 11px; paint-order: stroke; stroke: var(--back); stroke-width: 3px; }
.timeline .lanes-name { fill: var(--soft); transform: translateX(-52px); }
.timeline .lane-name { transform: translate(-52px, 10px); font-size: 11px; }
.timeline .gap-name { text-anchor: middle; font-weight: 600; fill: var(--bad); paint-order: stroke; stroke: var(--back); stroke-width: 4px; }
.s0 { fill: var(--s0); } .s1 { fill: var(--s1); } .s2 { fill: var(--s2); } .s3 { fill: var(--s3); }
.late { fill: var(--back); stroke-width: 1.4; }
.s0.late { stroke: var(--s0); } .s1.late { stroke: var(--s1); } .s2.late { stroke: var(--s2); } .s3.late { stroke: var(--s3); }
.refused { fill: var(--back); stroke: var(--ink); stroke-width: 1.6; }
.failed, .truncated { fill: none; stroke: var(--bad); stroke-width: 2; }
.gap { fill: var(--gap); }
.down { fill: url(#hatch); stroke: var(--ink); }
.up { stroke: var(--soft); stroke-width: 1.5; }
.fault-band { fill: var(--fault-band); }
.fault-roof { fill: var(--fault); }
.fault line { stroke: var(--fault); stroke-dasharray: 4 3; }
.fault .flag { fill: var(--ink); }
.timeline .flag-number { fill: var(--back); text-anchor: middle; font-size: 11px; font-weight: 600; }
@media (max-width: 799px) {
  .shapes circle, .shapes defs > path { transform: scale(0.8); }
  .overview thead { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
  .overview, .overview caption, .overview tbody { display: block; }
  .overview tr { display: grid; grid-template-columns: repeat(3, auto); justify-content: start; gap: 0 12px; padding: 8px 0; border-bottom: 1px solid var(--line); }
  .overview th, .overview td { border: 0; padding: 0; }
  .overview tbody th, .overview .words { grid-column: 1 / -1; }
  .overview td:nth-child(2)::after { content: " failed"; color: var(--soft); }
  .overview td { font-size: 14px; }
  .overview td:nth-child(3)::after { content: " slowest"; color: var(--soft); }
  .overview td:nth-child(4)::after { content: " gap"; color: var(--soft); }
}
@media (min-width: 800px) {
  body { padding: 24px 32px; }
  .tables { grid-template-columns: repeat(auto-fit, minmax(420px, 1fr)); gap: 24px 40px; }
  .timeline { margin-left: 210px; width: calc(100% - 216px); }
  .timeline .panel-name { transform: translateX(-210px); }
  .timeline .lanes-name { transform: translate(-210px, 0); }
  .timeline .lane-name { text-anchor: end; transform: translate(-8px, 21px); font-size: 12px; }
}
`);
