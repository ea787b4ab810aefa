import type { Findings } from "../reading/findings";
import type { Size, WrittenConfiguration } from "../schema/configuration";
import { minimumZones, poolNames, type PoolName } from "../schema/google";
import { didYouMean, insteadOf, nearest } from "../reading/near";
import type { Readable } from "../reading/shape";
import { regions, zonesDate, zonesOf } from "../facts/zones";
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
export function checkGoogle({ google, labels, size }: Readable<WrittenConfiguration>, findings: Findings): void {
  for (const name of Object.keys(labels ?? {})) {
    if (name.startsWith("goog"))
      findings.problem(["labels", name], "begins with goog, which is reserved for Google. Choose a different key.");
  }
  if (!google) return;
  checkRegion(google, findings);
  checkZones(google, size, findings);
  for (const pool of poolNames) checkPoolZones(google, pool, size, findings);
  checkMaintenance(google.maintenance, findings);
}

function checkRegion({ zones, region }: Google, findings: Findings): void {
  if (region === undefined || zonesOf(region) !== undefined) return;
  const path = ["google", "region"];
  const ofZones = commonRegion(zones);
  if (ofZones !== undefined && ofZones !== region && zonesOf(ofZones) !== undefined) {
    const what = `is ${shown(region)}, but google.zones are zones of ${ofZones}`;
    findings.problem(path, `${what}. Correct one of them.`, insteadOf(what, ofZones));
    return;
  }
  const near = nearest(region, regions);
  findings.warning(
    path,
    `${shown(region)} is not a region that is known here (as of ${zonesDate}).${near === undefined ? "" : ` Did you mean ${shown(near)}?`} \`gcloud compute regions list\` prints all.`,
  );
}

function checkZones({ zones, region, pools }: Google, size: Size | undefined, findings: Findings): void {
  if (!zones) return;
  const path = ["google", "zones"];
  const known = region === undefined ? undefined : zonesOf(region);
  const least = minimumZones(size);
  if (zones.length < least) {
    const what =
      least === 1
        ? "must have a zone, has none"
        : `must have at least ${least} zones, has ${zones.length}: a baker's disk has replicas in two`;
    const written = each(zones).map(([, zone]) => zone);
    const enough = [...written, ...(known ?? []).filter((zone) => !written.includes(zone))].slice(0, least);
    const list = `[${enough.join(", ")}]`;
    findings.problem(path, `${what}. Add one.`, {
      message: `${what}. Set it to ${list}, for example.`,
      fix: { value: list },
    });
  }
  const inPools = Object.values(pools ?? {}).flatMap((pool) => pool?.zones ?? []);
  const unused = each(zones).filter(([index, zone]) => index > 0 && !inPools.includes(zone));
  if (size === "small" && unused.length > 0) {
    findings.warning(
      path,
      `has ${zones.length} zones, but with size small everything is in the first. Remove the others, or set size to full.`,
    );
  }
  if (region !== undefined) checkRegionOfZones(zones, region, known, findings);
  eachRepeated(each(zones), (index, _first, zone) =>
    findings.problem([...path, index], `${shown(zone)} appears twice in this list. Replace one by a different zone.`),
  );
}

function checkRegionOfZones(
  zones: readonly (string | undefined)[],
  region: string,
  known: readonly string[] | undefined,
  findings: Findings,
): void {
  const path = ["google", "zones"];
  const common = commonRegion(zones);
  if (common !== undefined && common !== region && zonesOf(common) !== undefined) {
    // Otherwise the region is mistyped, and is reported.
    if (known) findings.problem(path, `are zones of ${common}, but google.region is ${region}. Correct one of them.`);
    return;
  }
  for (const [index, zone] of each(zones)) {
    const what = `must be a zone of ${region}, is ${shown(zone)}`;
    if (regionOf(zone) !== region) {
      const example = known ? `: ${known.join(", ")}` : "";
      findings.problem(
        [...path, index],
        `${what}. Use one of that region${example}.`,
        didYouMean(what, zone, known ?? []),
      );
    } else if (known && !known.includes(zone)) {
      findings.warning(
        [...path, index],
        `${shown(zone)} is not a zone that is known here (as of ${zonesDate}). ${region} has ${known.join(", ")}.`,
      );
    }
  }
}

/** The region of a zone by its name; undefined if it is none of a zone. */
const regionOf = (zone: string): string | undefined => /^([a-z]+-[a-z]+\d+)-[a-z]$/.exec(zone)?.[1];

/** The one region to which all zones belong, if there are some and all can be read. */
function commonRegion(zones: readonly (string | undefined)[] | undefined): string | undefined {
  const all = new Set(zones?.map((zone) => (zone === undefined ? undefined : regionOf(zone))));
  return all.size === 1 ? [...all][0] : undefined;
}

function checkPoolZones({ zones, pools }: Google, pool: PoolName, size: Size | undefined, findings: Findings): void {
  const path = ["google", "pools", pool, "zones"];
  const own = pools?.[pool]?.zones;
  const known = each(zones).map(([, zone]) => zone);
  // While a zone can't be read, any name could be that zone's.
  if (!zones || !own || known.length < zones.length) return;
  for (const [index, zone] of each(own)) {
    if (known.includes(zone)) continue;
    const what = `${shown(zone)} is not one of google.zones`;
    findings.problem(
      [...path, index],
      `${what}: ${known.join(", ")}. Use one of them, or add it there.`,
      didYouMean(what, zone, known),
    );
  }
  eachRepeated(each(own), (index, _first, zone) =>
    findings.problem(
      [...path, index],
      `${shown(zone)} appears twice in this list. Remove one; for more VMs in a zone, raise vmsPerZone.`,
    ),
  );
  if (pool !== "baking") return;
  if (size === "small" && own.length > 1) {
    findings.problem(
      path,
      `has ${own.length} zones, but with size small the cluster and the bakers' disks are in one. Remove all but one, or set size to full.`,
    );
  } else if (own.length > 2) {
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
