/** Zones as people write them: us-central1-b, -f */
export function zoneList(zones: readonly string[], separator = ", "): string {
  const region = zones[0]?.replace(/-[a-z]+$/, "");
  return zones
    .map((zone, index) => (index > 0 && zone.startsWith(`${region}-`) ? zone.slice(region!.length) : zone))
    .join(separator);
}
