/** A number that was looked at again and again: memory, descriptors. */
export interface Series {
  /** Of what: "HAProxy in forwarder-1". */
  readonly name: string;
  /** "kB of memory", "descriptors". */
  readonly unit: string;
  /** Of each process in turn: one that was killed took what it had leaked with it. */
  readonly lives: readonly (readonly Sample[])[];
}

export interface Sample {
  /** Seconds. */
  readonly at: number;
  readonly value: number;
}

export interface Flatness {
  readonly flat: boolean;
  /** By the fitted line, an hour. */
  readonly growthPerHour: number;
  /** Of the lowest values. */
  readonly median: number;
  /** How likely a rise like this is by chance alone, 0 to 1. */
  readonly byChance: number;
}

/** Programs fill their pools at first: what a process has in its first time is not looked at, seconds. */
const warmUpSeconds = 120;
/** Each fault makes numbers rise for a while, and a leak makes the lowest ones rise: one lowest value for so long. */
const windowSeconds = 60;
/** With fewer lowest values no rise could be told from chance. */
const fewestWindows = 6;
/** A rise is one if chance alone brings it about less often than this. */
const significance = 0.01;
/** And if it matters: more than this part of the whole in an hour, and more than so much of the unit. */
const tolerated = { part: 0.1, units: 8 };

/**
 * Whether a series does not rise: the median of all slopes between two of a process' lowest values (Theil and Sen),
 * which some odd values don't move, and the chance of so much rising order (Mann and Kendall), over all processes.
 * @returns undefined where the series is too short to tell
 */
export function flatness({ lives }: Series): Flatness | undefined {
  const points = lives.map(lowestValues).filter(({ length }) => length > 1);
  const values = points.flat().map(({ value }) => value);
  if (values.length < fewestWindows) return undefined;
  const pairs = points.flatMap((own) => own.flatMap((a, index) => own.slice(index + 1).map((b) => [a, b] as const)));
  const growthPerHour = 3600 * median(pairs.map(([a, b]) => (b.value - a.value) / (b.at - a.at)));
  const level = median(values);
  const rises = pairs.reduce((sum, [a, b]) => sum + Math.sign(b.value - a.value), 0);
  const variance = points.reduce((sum, own) => sum + varianceOfOrder(own.map(({ value }) => value)), 0);
  const byChance = rises > 0 && variance > 0 ? 1 - normal((rises - 1) / Math.sqrt(variance)) : 1;
  const matters = growthPerHour > Math.max(tolerated.part * level, tolerated.units);
  return { flat: !(matters && byChance < significance), growthPerHour, median: level, byChance };
}

function lowestValues(samples: readonly Sample[]): Sample[] {
  const begin = (samples[0]?.at ?? 0) + warmUpSeconds;
  const lowest = new Map<number, Sample>();
  for (const sample of samples.filter(({ at }) => at >= begin)) {
    const window = Math.floor((sample.at - begin) / windowSeconds);
    const before = lowest.get(window);
    if (!before || sample.value < before.value) lowest.set(window, sample);
  }
  return [...lowest.values()];
}

/** Of the number of rising pairs less the falling ones, by chance alone; with the correction for equal values. */
function varianceOfOrder(values: readonly number[]): number {
  const spread = (count: number) => count * (count - 1) * (2 * count + 5);
  const counts = [...new Set(values)].map((value) => values.filter((other) => other === value).length);
  return (spread(values.length) - counts.reduce((sum, count) => sum + spread(count), 0)) / 18;
}

/** The normal distribution's cumulative function (Abramowitz and Stegun 26.2.17, to 1e-7), from 0 on. */
function normal(z: number): number {
  const t = 1 / (1 + 0.2316419 * z);
  const factors = [0.31938153, -0.356563782, 1.781477937, -1.821255978, 1.330274429];
  const tail = factors.reduce((sum, factor, index) => sum + factor * t ** (index + 1), 0);
  return 1 - (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * tail;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
}
