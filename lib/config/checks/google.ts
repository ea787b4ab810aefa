import type { Findings } from "../reading/findings";
import type { WrittenConfiguration } from "../schema/configuration";
import { leastZones, poolNames, type PoolName } from "../schema/google";
import { didYouMean, type Readable } from "../reading/shape";
import { shown } from "../reading/values";
import { each, eachRepeated } from "./each";

type Google = Readable<WrittenConfiguration["google"]>;

/** Least hours in 32 days that GKE wants to be let upgrade, and how often each day of the week comes in them at least. */
const maintenanceHours = 48;
const weeksIn32Days = 4;

export function checkGoogle({ google, labels }: Readable<WrittenConfiguration>, findings: Findings): void {
  for (const name of Object.keys(labels ?? {})) {
    if (name.startsWith("goog"))
      findings.problem(["labels", name], "begins with goog, which Google keeps for itself. Choose another.");
  }
  if (!google) return;
  zones(google, findings);
  for (const pool of poolNames) poolZones(google, pool, findings);
  maintenance(google.maintenance, findings);
}

function zones({ zones, region }: Google, findings: Findings): void {
  if (!zones) return;
  const path = ["google", "zones"];
  const example = region ?? "us-central1";
  if (zones.length < leastZones) {
    findings.problem(
      path,
      `must be two or more, but there ${zones.length === 0 ? "is none" : "is one"}: a baker's disk has a copy in a second zone. Such as [${example}-b, ${example}-f].`,
    );
  }
  for (const [index, zone] of each(zones)) {
    if (region === undefined || new RegExp(`^${region}-[a-z]$`).test(zone)) continue;
    findings.problem(
      [...path, index],
      `must be a zone of ${region}, such as ${region}-b, is ${shown(zone)}. Change it or google.region.`,
    );
  }
  eachRepeated(each(zones), (index, _first, zone) =>
    findings.problem([...path, index], `${shown(zone)} stands in this list twice. Name another zone.`),
  );
}

function poolZones({ zones, pools }: Google, pool: PoolName, findings: Findings): void {
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
      `${shown(zone)} is none of google.zones${near || `. There are: ${known.join(", ")}.`}`,
    );
  }
  eachRepeated(each(own), (index, _first, zone) =>
    findings.problem([...path, index], `${shown(zone)} stands in this list twice. Use vmsPerZone for more VMs in it.`),
  );
  if (pool === "baking" && own.length > 2) {
    findings.problem(
      path,
      `are ${own.length}, but a baker's disk has copies in two zones: a VM in another could never take it. Name two.`,
    );
  }
}

function maintenance(window: Google["maintenance"], findings: Findings): void {
  if (!window?.days || window.hours === undefined) return;
  const path = ["google", "maintenance"];
  eachRepeated(each(window.days), (index, _first, day) =>
    findings.problem([...path, "days", index], `${shown(day)} stands in this list twice. Remove one.`),
  );
  const days = new Set(window.days).size;
  const hours = days * window.hours * weeksIn32Days;
  if (hours >= maintenanceHours) return;
  findings.problem(
    path,
    `gives ${days} × ${window.hours} h a week, ${hours} h in 32 days; GKE wants ${maintenanceHours}. Add days, or set hours to ${Math.ceil(maintenanceHours / weeksIn32Days / days)} or more.`,
  );
}
