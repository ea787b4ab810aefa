import type { RequestRecord } from "../records";
import { type Markup, markup } from "./markup";
import { duration, isLate, moment } from "./reading";
import { type LatencyScale, per, type TimeScale } from "./scale";

/** The requests of a run: across when each was sent, upwards how long it took, by its shape who answered. */

export interface PlotProps {
  readonly requests: readonly RequestRecord[];
  /** Signers in the order in which they get their shapes. */
  readonly signers: readonly string[];
  readonly lateSeconds: number;
  readonly time: TimeScale;
  readonly latency: LatencyScale;
}

/** As many shapes as mark-signer-N there are in the page's definitions. */
export const signerShapes = 4;

/** Up to so many each signed request has a mark of its own. */
const mostMarks = 1000;
/** Columns that answered requests are put together in, beyond that. */
const columns = 400;
/** Others than answered in time on the same spot are one mark that counts them: so many spots across, and pixels high. */
const spots = 600;
const spotHeight = 2;

export function requestMarks(props: PlotProps): Markup[] {
  const { requests, signers, lateSeconds } = props;
  const late = requests.filter((request) => isLate(request, lateSeconds));
  const prompt = requests.filter((request) => request.outcome === "signed" && !isLate(request, lateSeconds));
  const bySigner = signers.map((signer, index) => {
    const own = (list: readonly RequestRecord[]) => list.filter((request) => (request.signer ?? "") === signer);
    const shape = `s${index % signerShapes}`;
    const answered = prompt.length > mostMarks ? ranges(own(prompt), props) : marks(own(prompt), shape, props);
    return markup`<g class="${shape}">${answered}</g><g class="${shape} late">${told(own(late), shape, props)}</g>`;
  });
  const rest = (["refused", "broken", "failed"] as const).map(
    (outcome) =>
      markup`<g class="${outcome}">${told(
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

/** From the quickest to the slowest of each column. */
function ranges(requests: readonly RequestRecord[], { time, latency }: PlotProps): Markup[] {
  const byColumn = groupBy(requests, ({ at }) => Math.floor((at / time.seconds) * columns));
  return [...byColumn].map(([column, own]) => {
    const heights = own.map(({ seconds }) => latency.y(seconds));
    const top = Math.min(...heights) - 1;
    const height = Math.max(...heights) + 1 - top;
    return markup`<rect x="${per(column / columns)}" y="${top}" width="${per(1 / columns)}" height="${height}"/>`;
  });
}

/** Marks that say what they stand for. */
function told(requests: readonly RequestRecord[], shape: string, { time, latency }: PlotProps): Markup[] {
  const bySpot = groupBy(
    requests,
    ({ at, seconds }) => `${Math.round((at / time.seconds) * spots)} ${Math.round(latency.y(seconds) / spotHeight)}`,
  );
  return [...bySpot.values()].map((own) => {
    const { at, seconds } = own[0]!;
    return markup`<use href="#${shape}" x="${time.x(at)}" y="${latency.y(seconds)}"><title>${said(own)}</title></use>`;
  });
}

function said(requests: readonly RequestRecord[]): string {
  const { at, seconds, outcome, error, signer } = requests[0]!;
  const what = { failed: "lost", broken: "broken off", refused: "refused", signed: "signed" }[outcome];
  const who = outcome === "failed" ? "" : ` by ${signer ?? "?"}`;
  const count = requests.length > 1 ? `${requests.length} requests from ` : "";
  return `${count}${moment(at)}: ${what}${who} after ${duration(seconds)}${error ? `, ${error}` : ""}`;
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
