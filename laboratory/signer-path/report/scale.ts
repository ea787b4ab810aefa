/** Where things are drawn. Across, all is in per cent of the plot's width, so that one picture fits every screen. */

export interface TimeScale {
  readonly seconds: number;
  /** Per cent of the width. */
  readonly x: (at: number) => string;
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
}

const steps = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400];

/** From 0 to the longest run's end. */
export function timeScale(seconds: number): TimeScale {
  // Six labels still fit a phone.
  const step = steps.find((candidate) => seconds / candidate <= 6) ?? Math.ceil(seconds / 6);
  const ticks = Array.from({ length: Math.floor(seconds / step) + 1 }, (_, index) => index * step);
  const text = (at: number) => (step >= 60 ? `${at / 60} min` : `${at} s`);
  return {
    seconds,
    x: (at) => per(Math.min(1, Math.max(0, at / seconds))),
    ticks: ticks.map((at) => ({ at, text: text(at) })),
  };
}

export const per = (share: number): string => `${Number((share * 100).toFixed(2))}%`;

export interface LatencyScale {
  /** Pixels from the top of a plot of this height. */
  readonly y: (seconds: number) => number;
  readonly height: number;
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
}

const round125 = [1, 2, 5, 10];

/** Logarithmic: an answer in 30 ms and one after 4 s are both to be seen. From 10 ms to 1 s, and farther if need be. */
export function latencyScale(latencies: readonly number[], height: number): LatencyScale {
  const shortest = latencies.reduce((a, b) => Math.min(a, b), 0.01);
  const longest = latencies.reduce((a, b) => Math.max(a, b), 1);
  const low = niceBelow(Math.max(0.001, shortest));
  const high = niceAbove(longest);
  const y = (seconds: number) => {
    const share = Math.log(Math.max(low, seconds) / low) / Math.log(high / low);
    return Math.round((1 - Math.min(1, share)) * height);
  };
  const decades = Array.from({ length: 8 }, (_, index) => 10 ** (index - 3));
  const ticks = decades.filter((at) => at >= low * 0.999 && at <= high * 1.001);
  return { y, height, ticks: ticks.map((at) => ({ at, text: at < 1 ? `${Math.round(at * 1000)} ms` : `${at} s` })) };
}

const decadeOf = (value: number) => 10 ** Math.floor(Math.log10(value) + 1e-9);
const niceAbove = (value: number) => {
  const decade = decadeOf(value);
  return decade * round125.find((factor) => factor * decade >= value * 0.999)!;
};
const niceBelow = (value: number) => {
  const decade = decadeOf(value);
  return decade * [...round125].reverse().find((factor) => factor * decade <= value * 1.001)!;
};
