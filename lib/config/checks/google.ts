import type { Findings } from "../reading/findings";
import type { WrittenConfiguration } from "../schema/configuration";
import { minimumZones, poolNames, type PoolName } from "../schema/google";
import { didYouMean, type Readable } from "../reading/shape";
import { shown } from "../reading/values";
import { each, eachRepeated } from "./each";

type Google = Readable<WrittenConfiguration["google"]>;

/**
 * The least hours in any 32 days in which GKE must be allowed to upgrade, and how often each day of the week is certain
 * to occur in 32 days. https://cloud.google.com/kubernetes-engine/docs/concepts/maintenance-windows-and-exclusions
 */
const minimumMaintenanceHours = 48;
const weeksIn32Days = 4;

/** Labels, zones and maintenance, as the user wrote them. */
export function checkGoogle({ google, labels }: Readable<WrittenConfiguration>, findings: Findings): void {
  for (const name of Object.keys(labels ?? {})) {
    if (name.startsWith("goog"))
      findings.problem(["labels", name], "begins with goog, which is reserved for Google. Choose a different key.");
  }
  if (!google) return;
  checkZones(google, findings);
  for (const pool of poolNames) checkPoolZones(google, pool, findings);
  checkMaintenance(google.maintenance, findings);
}

function checkZones({ zones, region }: Google, findings: Findings): void {
  if (!zones) return;
  const path = ["google", "zones"];
  const example = region ?? "us-central1";
  if (zones.length < minimumZones) {
    findings.problem(
      path,
      `must have at least ${minimumZones} zones, has ${zones.length}: a baker's disk has replicas in two. Set it to [${example}-b, ${example}-f], for example.`,
    );
  }
  for (const [index, zone] of each(zones)) {
    if (region === undefined || new RegExp(`^${region}-[a-z]$`).test(zone)) continue;
    findings.problem(
      [...path, index],
      `must be a zone of ${region}, such as ${region}-b, is ${shown(zone)}. Correct it or google.region.`,
    );
  }
  eachRepeated(each(zones), (index, _first, zone) =>
    findings.problem([...path, index], `${shown(zone)} appears twice in this list. Replace one by a different zone.`),
  );
}

function checkPoolZones({ zones, pools }: Google, pool: PoolName, findings: Findings): void {
  const path = ["google", "pools", pool, "zones"];
  const own = pools?.[pool]?.zones;
  const known = each(zones).map(([, zone]) => zone);
  // While a zone can't be read, any name could be that zone's.
  if (!zones || !own || known.length < zones.length) return;
  for (const [index, zone] of each(own)) {
    if (known.includes(zone)) continue;
    const near = didYouMean(zone, known);
    findings.problem(
      [...path, index],
      `${shown(zone)} is not one of google.zones${near || `: ${known.join(", ")}. Use one of them, or add it there.`}`,
    );
  }
  eachRepeated(each(own), (index, _first, zone) =>
    findings.problem(
      [...path, index],
      `${shown(zone)} appears twice in this list. Remove one; for more VMs in a zone, raise vmsPerZone.`,
    ),
  );
  if (pool === "baking" && own.length > 2) {
    findings.problem(
      path,
      `has ${own.length} zones, but a baker's disk has replicas in only two, and VMs in other zones can't attach it. Remove all but two.`,
    );
  }
}

function checkMaintenance(window: Google["maintenance"], findings: Findings): void {
  if (!window?.days || window.hours === undefined) return;
  const path = ["google", "maintenance"];
  eachRepeated(each(window.days), (index, _first, day) =>
    findings.problem([...path, "days", index], `${shown(day)} appears twice in this list. Remove one.`),
  );
  const days = new Set(window.days).size;
  const hours = days * window.hours * weeksIn32Days;
  if (hours >= minimumMaintenanceHours) return;
  findings.problem(
    path,
    `allows ${days} × ${window.hours} h a week, ${hours} h in 32 days, but GKE requires ${minimumMaintenanceHours} h. Add days, or set hours to at least ${Math.ceil(minimumMaintenanceHours / weeksIn32Days / days)}.`,
  );
}
