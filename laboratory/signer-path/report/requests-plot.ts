import type { RequestRecord } from "../records";
import { type Markup, markup } from "./markup";
import { duration, moment } from "./format";
import { isLate } from "./verdict";
import { type LatencyScale, per, type TimeScale } from "./scale";

/** The requests of a run. A mark shows when a request was sent, how long it took, and which signer answered. */

export interface PlotProps {
  readonly requests: readonly RequestRecord[];
  /** In the order of their shapes. */
  readonly signers: readonly string[];
  readonly lateSeconds: number;
  readonly time: TimeScale;
  readonly latency: LatencyScale;
}

/** How many shapes the page defines: s0, s1, … */
export const signerShapes = 4;

/** Up to this number, each request that was signed in time has its own mark. */
const maxMarks = 1000;
/** Beyond it, such requests are merged in this many columns. */
const columns = 400;
/**
 * All other requests are merged only if they are in the same cell: this many cells across, each this many pixels high.
 */
const cells = 600;
const cellHeight = 2;

/** Outcomes with their own shapes, which are named like them. */
const notSigned = ["refused", "truncated", "failed"] as const satisfies readonly RequestRecord["outcome"][];

/** The marks of all requests. */
export function requestMarks(props: PlotProps): Markup[] {
  const { requests, signers, lateSeconds } = props;
  const late = requests.filter((request) => isLate(request, lateSeconds));
  const prompt = requests.filter((request) => request.outcome === "signed" && !isLate(request, lateSeconds));
  const bySigner = signers.map((signer, index) => {
    const own = (list: readonly RequestRecord[]) => list.filter((request) => (request.signer ?? "") === signer);
    const shape = `s${index % signerShapes}`;
    const answered = prompt.length > maxMarks ? ranges(own(prompt), props) : marks(own(prompt), shape, props);
    return markup`<g class="${shape}">${answered}</g><g class="${shape} late">${titledMarks(own(late), shape, props)}</g>`;
  });
  const rest = notSigned.map(
    (outcome) =>
      markup`<g class="${outcome}">${titledMarks(
        requests.filter((request) => request.outcome === outcome),
        outcome,
        props,
      )}</g>`,
  );
  return [...bySigner, ...rest];
}

function marks(requests: readonly RequestRecord[], shape: string, { time, latency }: PlotProps): Markup[] {
  return requests.map(({ at, seconds }) => markup`<use href="#${shape}" x="${time.x(at)}" y="${latency.y(seconds)}"/>`);
}

/** A bar for each column, from its fastest to its slowest request. */
function ranges(requests: readonly RequestRecord[], { time, latency }: PlotProps): Markup[] {
  const byColumn = groupBy(requests, ({ at }) => Math.floor((at / time.seconds) * columns));
  return [...byColumn].map(([column, own]) => {
    const heights = own.map(({ seconds }) => latency.y(seconds));
    const top = Math.min(...heights) - 1;
    const height = Math.max(...heights) + 1 - top;
    return markup`<rect x="${per(column / columns)}" y="${top}" width="${per(1 / columns)}" height="${height}"/>`;
  });
}

/** Marks with a title that describes their requests. */
function titledMarks(requests: readonly RequestRecord[], shape: string, { time, latency }: PlotProps): Markup[] {
  const byCell = groupBy(
    requests,
    ({ at, seconds }) => `${Math.round((at / time.seconds) * cells)} ${Math.round(latency.y(seconds) / cellHeight)}`,
  );
  return [...byCell.values()].map((own) => {
    const { at, seconds } = own[0]!;
    return markup`<use href="#${shape}" x="${time.x(at)}" y="${latency.y(seconds)}"><title>${describe(own)}</title></use>`;
  });
}

function describe(requests: readonly RequestRecord[]): string {
  const { at, seconds, outcome, error, signer } = requests[0]!;
  const by = outcome === "failed" ? "" : ` by ${signer ?? "an unknown signer"}`;
  const count = requests.length > 1 ? `${requests.length} requests from ` : "";
  return `${count}${moment(at)}: ${outcome}${by} after ${duration(seconds)}${error ? `, ${error}` : ""}`;
}

function groupBy<Item, Key>(items: readonly Item[], key: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const own = groups.get(key(item));
    if (own) own.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
}
