/** Samples of a quantity, such as memory or descriptors. */
export interface Series {
  /** Of what: "HAProxy in forwarder-1". */
  readonly name: string;
  /** "kB of memory", "descriptors". */
  readonly unit: string;
  /** The samples of each process. A process that is killed takes with it what it has leaked. */
  readonly processes: readonly (readonly Sample[])[];
}

export interface Sample {
  /** In seconds. */
  readonly at: number;
  readonly value: number;
}

export interface Flatness {
  readonly flat: boolean;
  /** Of the fitted line. */
  readonly growthPerHour: number;
  /** Of the windows' minima. */
  readonly median: number;
  /** That a rise like this happens by chance, 0 to 1. */
  readonly probability: number;
}

/** Programs fill their pools at first: samples of a process's first seconds are ignored. */
const warmUpSeconds = 120;
/**
 * Each fault makes values rise for a while, but a leak makes their minima rise: only the minimum of each window counts.
 */
const windowSeconds = 60;
/** With fewer minima, no rise could be told apart from chance. */
const minWindows = 6;
/** A rise counts if its probability by chance is below this, … */
const significance = 0.01;
/** … and if within an hour it exceeds both this share of the median and this many units. */
const tolerated = { share: 0.1, units: 8 };

/**
 * Decides whether a series is flat. Within each process, the slope is the median of the slopes between any two minima,
 * which outliers don't affect (the Theil–Sen estimator), and the probability of so many rising pairs is that of the
 * Mann–Kendall test.
 * @returns undefined if the series is too short
 */
export function flatness({ processes }: Series): Flatness | undefined {
  const points = processes.map(minima).filter(({ length }) => length > 1);
  const values = points.flat().map(({ value }) => value);
  if (values.length < minWindows) return undefined;
  const pairs = points.flatMap((own) => own.flatMap((a, index) => own.slice(index + 1).map((b) => [a, b] as const)));
  const growthPerHour = 3600 * median(pairs.map(([a, b]) => (b.value - a.value) / (b.at - a.at)));
  const level = median(values);
  const rises = pairs.reduce((sum, [a, b]) => sum + Math.sign(b.value - a.value), 0);
  const variance = points.reduce((sum, own) => sum + mannKendallVariance(own.map(({ value }) => value)), 0);
  const probability = rises > 0 && variance > 0 ? 1 - normal((rises - 1) / Math.sqrt(variance)) : 1;
  const matters = growthPerHour > Math.max(tolerated.share * level, tolerated.units);
  return { flat: !(matters && probability < significance), growthPerHour, median: level, probability };
}

function minima(samples: readonly Sample[]): Sample[] {
  const begin = (samples[0]?.at ?? 0) + warmUpSeconds;
  const byWindow = new Map<number, Sample>();
  for (const sample of samples.filter(({ at }) => at >= begin)) {
    const window = Math.floor((sample.at - begin) / windowSeconds);
    const before = byWindow.get(window);
    if (!before || sample.value < before.value) byWindow.set(window, sample);
  }
  return [...byWindow.values()];
}

/** Of the number of rising pairs less the number of falling pairs, corrected for ties. */
function mannKendallVariance(values: readonly number[]): number {
  const spread = (count: number) => count * (count - 1) * (2 * count + 5);
  const counts = [...new Set(values)].map((value) => values.filter((other) => other === value).length);
  return (spread(values.length) - counts.reduce((sum, count) => sum + spread(count), 0)) / 18;
}

/** The cumulative distribution function of the normal distribution for z >= 0 (Abramowitz and Stegun, 26.2.17). */
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
