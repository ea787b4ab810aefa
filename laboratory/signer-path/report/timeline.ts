import type { DrillRun } from "../records";
import { type Lane, lanePitch, pathLanes, stateLanes } from "./lanes";
import { type Markup, markup } from "./markup";
import { duration, grouped, moment } from "./format";
import { type DrillGroup, gapsInSigning, mark, maxNumberedFaults, systemNames, verdict } from "./verdict";
import { requestMarks } from "./requests-plot";
import { latencyScale, timeScale, type LatencyScale, type TimeScale } from "./scale";

/**
 * The timeline of a drill, with a panel for each system, all on the same scales. It is as wide as the page allows;
 * heights are in pixels, so that text keeps its size on a phone.
 */

const headHeight = 26;
const flagHeight = 20;
const plotHeight = 132;
const subheadHeight = 26;
const axisHeight = 24;
const panelGap = 30;

/** Draws the timeline of a drill. @param signers in the order of their shapes, which is the same in the whole page */
export function timeline(group: DrillGroup, signers: readonly string[], lateSeconds: number): Markup {
  const { runs, name, title } = group;
  const time = timeScale(Math.max(1, ...runs.map(({ seconds }) => seconds)));
  const latencies = runs.flatMap(({ requests }) => requests.map(({ seconds }) => seconds));
  const latency = latencyScale([...latencies, lateSeconds], plotHeight);
  let top = 0;
  const panels = runs.map((run) => {
    const { height, picture } = panel(run, { time, latency, signers, lateSeconds });
    const placed = markup`<g transform="translate(0 ${top})">${picture}</g>`;
    top += height + panelGap;
    return placed;
  });
  const id = (part: string) => `drill-${name}-${part}`;
  return markup`<svg class="timeline" height="${top - panelGap}" role="img" aria-labelledby="${id("title")} ${id("desc")}">
<title id="${id("title")}">Timeline of drill ${name}: ${title}</title>
<desc id="${id("desc")}">${runs.map(description).join(" ")}</desc>
${panels}</svg>`;
}

/** All signers that answered; the unknown one comes last. */
export const signersOf = (runs: readonly DrillRun[]): string[] =>
  [
    ...new Set(
      runs.flatMap(({ requests }) =>
        requests.filter(({ outcome }) => outcome !== "failed").map(({ signer }) => signer ?? ""),
      ),
    ),
  ].sort((a, b) => Number(a === "") - Number(b === "") || a.localeCompare(b));

interface Scales {
  readonly time: TimeScale;
  readonly latency: LatencyScale;
  readonly signers: readonly string[];
  readonly lateSeconds: number;
}

function panel(run: DrillRun, scales: Scales): { height: number; picture: Markup } {
  const { time, signers } = scales;
  const { good, text } = verdict(run);
  const plotTop = headHeight + flagHeight;
  const paths = pathLanes(run, signers, time);
  const stateChanges = stateLanes(run, time);
  const pathsTop = plotTop + plotHeight + 8;
  const statesTop = pathsTop + (paths.length > 0 ? subheadHeight + paths.length * lanePitch : 0);
  const axisTop = statesTop + (stateChanges.length > 0 ? subheadHeight + stateChanges.length * lanePitch : 0) + 6;
  const tone = good ? "good" : "bad";
  const picture = markup`
<text class="panel-name" y="14">${systemNames[run.system]}</text>
<text class="panel-verdict ${tone}" x="100%" y="14">${mark(good)} ${text}</text>
${grid(scales, plotTop, axisTop)}
${faults(run, time, axisTop)}
<g transform="translate(0 ${plotTop})">${gaps(run, time)}${requestMarks({ requests: run.requests, ...scales })}${longestGap(run, time)}</g>
${lanes("paths of answered requests", paths, pathsTop)}
${lanes("up (line) and down (hatched)", stateChanges, statesTop)}
${axis(time, axisTop)}`;
  return { height: axisTop + axisHeight, picture };
}

function grid({ time, latency, lateSeconds }: Scales, plotTop: number, bottom: number): Markup {
  const across = latency.ticks.map(({ at, text }) => {
    const y = plotTop + latency.y(at);
    return markup`<line class="grid" x2="100%" y1="${y}" y2="${y}"/><text class="latency" x="-8" y="${y + 4}">${text}</text>`;
  });
  const down = time.ticks.map(
    ({ at }) => markup`<line class="grid" x1="${time.x(at)}" x2="${time.x(at)}" y1="${plotTop}" y2="${bottom}"/>`,
  );
  const late = plotTop + latency.y(lateSeconds);
  return markup`${across}${down}<line class="threshold" x2="100%" y1="${late}" y2="${late}"/><text class="threshold-name" x="100%" y="${late - 4}">late above ${duration(lateSeconds)}</text>`;
}

const axis = (time: TimeScale, top: number): Markup =>
  markup`<line class="axis" x2="100%" y1="${top}" y2="${top}"/>${time.ticks.map(
    ({ at, text }) => markup`<text class="time" x="${time.x(at)}" y="${top + 16}">${text}</text>`,
  )}`;

/** Faults that begin closer to each other than this share a flag, which would overlap on a phone. In per cent. */
const flagDistance = 6;

/** Numbered flags; the list below the timeline describes the faults. */
function faults(run: DrillRun, time: TimeScale, bottom: number): Markup[] {
  const roof = headHeight + 13;
  const isSoak = run.faults.length > maxNumberedFaults;
  const bands = run.faults.map(({ at, until, text }) => {
    const x = time.x(at);
    const band = `${Math.max(0.2, widthOf(at, until ?? run.seconds, time))}%`;
    const line = isSoak ? "" : markup`<line x1="${x}" x2="${x}" y1="${roof}" y2="${bottom}"/>`;
    return markup`<g class="fault"><title>${text}</title><rect class="fault-band" x="${x}" width="${band}" y="${roof + 3}" height="${bottom - roof - 3}"/><rect class="fault-roof" x="${x}" width="${band}" y="${roof}" height="3"/>${line}</g>`;
  });
  if (isSoak) return bands;
  const flags: { x: number; first: number; last: number }[] = [];
  run.faults.forEach(({ at }, index) => {
    const x = parseFloat(time.x(at));
    const before = flags.at(-1);
    if (before && x - before.x < flagDistance) before.last = index + 1;
    else flags.push({ x, first: index + 1, last: index + 1 });
  });
  const drawn = flags.map(({ x, first, last }) => {
    const text = first === last ? String(first) : `${first}–${last}`;
    const width = 9 + 7 * text.length;
    return markup`<svg x="${x}%" y="${headHeight}" overflow="visible"><rect class="flag" x="${-width / 2}" width="${width}" height="15" rx="3"/><text class="flag-number" y="11.5">${text}</text></svg>`;
  });
  return [...bands, markup`<g class="fault">${drawn}</g>`];
}

/** Shades the times without a signature. */
const gaps = (run: DrillRun, time: TimeScale): Markup[] =>
  gapsInSigning(run.requests).map(
    ({ from, to }) =>
      markup`<rect class="gap" x="${time.x(from)}" width="${widthOf(from, to, time)}%" height="${plotHeight}"/>`,
  );

/** The length of the longest gap, if it fits. As in the table, the load's interval is subtracted. */
function longestGap(run: DrillRun, time: TimeScale): Markup | string {
  const [longest] = gapsInSigning(run.requests).sort((a, b) => b.to - b.from - (a.to - a.from));
  if (!longest || widthOf(longest.from, longest.to, time) < 25) return "";
  const middle = time.x((longest.from + longest.to) / 2);
  return markup`<text class="gap-name" x="${middle}" y="${plotHeight / 2}">${duration(run.statistics.longestGapSeconds)} without a signature</text>`;
}

/** In per cent. */
const widthOf = (from: number, to: number, time: TimeScale): number =>
  Number((parseFloat(time.x(to)) - parseFloat(time.x(from))).toFixed(2));

function lanes(title: string, list: readonly Lane[], top: number): Markup | string {
  if (list.length === 0) return "";
  const rows = list.map(
    ({ name, bars }, index) =>
      markup`<g transform="translate(0 ${subheadHeight + index * lanePitch})"><text class="lane-name">${name}</text>${bars}</g>`,
  );
  return markup`<g transform="translate(0 ${top})"><text class="lanes-name" y="19">${title}</text>${rows}</g>`;
}

/** For screen readers. */
function description(run: DrillRun): string {
  const { statistics } = run;
  const faults = run.faults.map(({ at, text }) => `At ${moment(at)}: ${text}.`).join(" ");
  return (
    `${systemNames[run.system]}: ${faults} Of ${grouped(statistics.requests)} requests ${grouped(statistics.failed)} failed ` +
    `and ${grouped(statistics.refused)} were refused; the slowest signature took ${duration(statistics.slowestSeconds)}, the ` +
    `longest time without a signature was ${duration(statistics.longestGapSeconds)}.`
  );
}
