import type { DrillRun, RequestRecord, StateChange } from "../records";
import { type Markup, markup } from "./markup";
import { moment } from "./format";
import { signerShapes } from "./requests-plot";
import type { TimeScale } from "./scale";

/** Lanes below a plot: the paths of the requests, and what was up and down. */

/** A named row of bars. */
export interface Lane {
  readonly name: string;
  readonly bars: Markup;
}

/** Height of a lane in pixels. Its name is above its bars on a phone, otherwise next to them. */
export const lanePitch = 24;
const barTop = 13;
const barHeight = 8;

/** Spans closer to each other than the plot's width divided by this are drawn as one. */
const resolution = 800;

interface Span {
  readonly from: number;
  readonly to: number;
  readonly title: string;
}

/** A lane for each path, with bars while answered requests used it. */
export function pathLanes(run: DrillRun, signers: readonly string[], time: TimeScale): Lane[] {
  const answered = run.requests.filter(({ outcome }) => outcome !== "failed");
  const pathOf = ({ path, signer = "unknown" }: RequestRecord) => path ?? `${signer}, path unknown`;
  const interval = intervalOf(run.requests);
  return [...new Set(answered.map(pathOf))].sort().map((name) => {
    const own = answered.filter((request) => pathOf(request) === name);
    const spans = own.map(({ at }) => ({ from: at, to: at + interval, title: "" }));
    const shape = signers.indexOf(own[0]!.signer ?? "") % signerShapes;
    const share = `${name}: ${own.length} of ${run.requests.length} requests`;
    const bars = joined(spans, Math.max(interval * 1.5, time.seconds / resolution));
    return {
      name,
      bars: markup`<g class="s${shape}"><title>${share}</title>${bars.map((span) => bar(span, time))}</g>`,
    };
  });
}

/** A lane for each component whose state changed: a thin line while it is up, a hatched box while it is down. */
export function stateLanes(run: DrillRun, time: TimeScale): Lane[] {
  const changes = [...run.stateChanges].sort((a, b) => a.at - b.at);
  const laneOf = ({ where, what }: StateChange) => `${where}: ${what}`;
  return [...new Set(changes.map(laneOf))].sort().map((name) => {
    const own = changes.filter((change) => laneOf(change) === name);
    const downs = joined(downSpans(own, run.seconds), time.seconds / resolution);
    const boxes = downs.map(
      (span) => markup`<rect class="down" ${place(span, time)} rx="1.5"><title>${span.title}</title></rect>`,
    );
    const line = markup`<line class="up" x2="${time.x(run.seconds)}" y1="${barTop + 4}" y2="${barTop + 4}"/>`;
    return { name, bars: markup`<g>${line}${boxes}</g>` };
  });
}

/**
 * Everything is up when a drill begins. A session that dies silently appears only through its successor, and not as
 * down.
 */
function downSpans(changes: readonly StateChange[], end: number): Span[] {
  const spans: Span[] = [];
  let down: StateChange | undefined;
  const close = (to: number, end: string) => {
    if (!down) return;
    const text = down.text === undefined ? "" : `: ${down.text}`;
    spans.push({ from: down.at, to, title: `down from ${moment(down.at)} ${end}${text}` });
    down = undefined;
  };
  for (const change of changes) {
    if (change.state === "up") close(change.at, `to ${moment(change.at)}`);
    else down ??= change;
  }
  close(end, "to the end");
  return spans;
}

/** Merges spans whose distance is at most `distance`. */
function joined(spans: readonly Span[], distance: number): Span[] {
  const result: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.from - b.from)) {
    const last = result.at(-1);
    if (!last || span.from > last.to + distance) result.push(span);
    else result[result.length - 1] = { ...last, to: Math.max(last.to, span.to), title: both(last.title, span.title) };
  }
  return result;
}

/** Only the first of many, so that titles stay short. */
const both = (first: string, second: string) =>
  first === "" || first.endsWith("and more") ? first : second === "" ? first : `${first}, and more`;

const bar = (span: Span, time: TimeScale) => markup`<rect ${place(span, time)}/>`;

/** Wide enough to be visible, however short the span. */
function place({ from, to }: Span, time: TimeScale): Markup {
  const width = Math.max(0.3, parseFloat(time.x(to)) - parseFloat(time.x(from)));
  return markup`x="${time.x(from)}" width="${Number(width.toFixed(2))}%" y="${barTop}" height="${barHeight}"`;
}

/** The load's interval in seconds: the median of the times between two requests. */
function intervalOf(requests: readonly RequestRecord[]): number {
  const moments = requests.map(({ at }) => at).sort((a, b) => a - b);
  const between = moments.slice(1).map((at, index) => at - moments[index]!);
  return between.sort((a, b) => a - b)[Math.floor(between.length / 2)] ?? 0.2;
}
