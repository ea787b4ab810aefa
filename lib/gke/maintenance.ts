import type { Configuration } from "../config/schema/configuration";

/** A recurring window as GKE expects it: the first start and end (RFC 3339), and a recurrence rule (RFC 5545). */
export interface MaintenanceWindow {
  readonly startTime: string;
  readonly endTime: string;
  readonly recurrence: string;
}

/** An arbitrary day in the past, from which the rule recurs. Fixed, so that synth has the same output every day. */
const firstDay = "2024-01-01";

/**
 * The configured maintenance window.
 * https://cloud.google.com/kubernetes-engine/docs/concepts/maintenance-windows-and-exclusions
 */
export function maintenanceWindow({
  days,
  startUtc,
  hours,
}: Configuration["google"]["maintenance"]): MaintenanceWindow {
  const start = new Date(`${firstDay}T${startUtc}:00Z`);
  const end = new Date(start.getTime() + hours * 3_600_000);
  return { startTime: rfc3339(start), endTime: rfc3339(end), recurrence: `FREQ=WEEKLY;BYDAY=${days.join(",")}` };
}

/** Without milliseconds, as GKE returns it: any other format would show as a change in every plan. */
const rfc3339 = (time: Date) => time.toISOString().replace(".000Z", "Z");
