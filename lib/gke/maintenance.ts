import type { Configuration } from "../config/schema/configuration";

/** A recurring window as GKE wants it: first start and end, and a rule of RFC 5545. */
export interface MaintenanceWindow {
  readonly startTime: string;
  readonly endTime: string;
  readonly recurrence: string;
}

/** Any day in the past, always the same: GKE only counts on from it, and synth must give the same text every day. */
const firstDay = "2024-01-01";

export function maintenanceWindow({
  days,
  startUtc,
  hours,
}: Configuration["google"]["maintenance"]): MaintenanceWindow {
  const start = new Date(`${firstDay}T${startUtc}:00Z`);
  const end = new Date(start.getTime() + hours * 3_600_000);
  return { startTime: rfc3339(start), endTime: rfc3339(end), recurrence: `FREQ=WEEKLY;BYDAY=${days.join(",")}` };
}

/** Without milliseconds, as GKE returns it: another spelling would show as a change in every plan. */
const rfc3339 = (time: Date) => time.toISOString().replace(".000Z", "Z");
