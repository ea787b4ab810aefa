/** Scales of a plot. Horizontal positions are percentages of its width, so that it fits any screen. */

export interface TimeScale {
  /** The end of the scale. */
  readonly seconds: number;
  /** A percentage of the width. */
  readonly x: (at: number) => string;
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
}

const steps = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400];

/** A linear scale from 0. */
export function timeScale(seconds: number): TimeScale {
  // Six labels fit on a phone.
  const step = steps.find((candidate) => seconds / candidate <= 6) ?? Math.ceil(seconds / 6);
  const ticks = Array.from({ length: Math.floor(seconds / step) + 1 }, (_, index) => index * step);
  const text = (at: number) => (step >= 60 ? `${at / 60} min` : `${at} s`);
  return {
    seconds,
    x: (at) => per(Math.min(1, Math.max(0, at / seconds))),
    ticks: ticks.map((at) => ({ at, text: text(at) })),
  };
}

/** A share from 0 to 1 as a percentage. */
export const per = (share: number): string => `${Number((share * 100).toFixed(2))}%`;

export interface LatencyScale {
  /** In pixels from the top of a plot of this height. */
  readonly y: (seconds: number) => number;
  readonly height: number;
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
}

const round125 = [1, 2, 5, 10];

/** A logarithmic scale from 10 ms to 1 s, or further if needed: it shows answers in 30 ms and in 4 s equally well. */
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
