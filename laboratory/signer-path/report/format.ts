/** "0.54 s", "32 ms", "12 min". */
export function duration(seconds: number): string {
  if (seconds >= 600) return `${Math.round(seconds / 60)} min`;
  if (seconds >= 10) return `${seconds.toFixed(0)} s`;
  if (seconds >= 0.1) return `${seconds.toFixed(2)} s`;
  return seconds === 0 ? "0 s" : `${(seconds * 1000).toFixed(0)} ms`;
}

/** A time since the run's start: "12.3 s", or "12:03" from ten minutes on. */
export function moment(seconds: number): string {
  if (seconds < 600) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
}

/** "12,345". */
export const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ",");
