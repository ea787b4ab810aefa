import { createHash } from "node:crypto";
import { badRequest, type GoogleError } from "./errors";
import { type Fields, withDefaults } from "./fields";
import { type Google, googleApis } from "./google";
import { diskGigabytes, exceeded } from "./quotas";

interface Place {
  /** Full name of the resource, `projects/…`. */
  readonly name: string;
  /** `projects/p/global`, `projects/p/regions/r` or `projects/p/zones/z`. */
  readonly parent: string;
}

/** One kind of resource of Compute Engine. */
export interface Collection {
  readonly scope: "global" | "regions/{region}";
  /** Whether such a resource can be in a zone, too. @default false */
  readonly isZonalToo?: boolean;
  readonly kind: string;
  /** Fields that name another resource, and come back as its URL. */
  readonly references?: readonly string[];
  readonly hasFingerprint?: boolean;
  readonly hasLabels?: boolean;
  /** What Google makes of what was sent. */
  readonly complete: (sent: Fields, place: Place) => Fields;
  /** Why it can't be made: a quota. */
  readonly refuse?: (sent: Fields, google: Google, parent: string) => GoogleError | undefined;
  /** Why a stored resource can't get these fields. */
  readonly refuseChange?: (stored: Fields, changed: Fields, google: Google) => GoogleError | undefined;
  /** What a PATCH makes of what was sent. @default - the same */
  readonly patched?: (sent: Fields) => Fields;
  /** Custom methods, by name: which fields each replaces. */
  readonly verbs?: Readonly<Record<string, (body: Fields) => Fields>>;
}

const setLabels = ({ labels = {}, labelFingerprint }: Fields): Fields => ({ labels, labelFingerprint });

export const collections: Readonly<Record<string, Collection>> = {
  networks: {
    scope: "global",
    kind: "network",
    complete: (sent, { name }) => ({
      ...withDefaults(
        {
          networkFirewallPolicyEnforcementOrder: "AFTER_CLASSIC_FIREWALL",
          routingConfig: { bgpBestPathSelectionMode: "LEGACY" },
        },
        sent,
      ),
      selfLinkWithId: `${googleApis}/compute/v1/${name}`,
    }),
  },
  subnetworks: {
    scope: "regions/{region}",
    kind: "subnetwork",
    references: ["network"],
    hasFingerprint: true,
    complete: (sent) => ({
      ...withDefaults(
        {
          privateIpGoogleAccess: false,
          privateIpv6GoogleAccess: "DISABLE_GOOGLE_ACCESS",
          purpose: "PRIVATE",
          stackType: "IPV4_ONLY",
          state: "READY",
        },
        sent,
      ),
      gatewayAddress: String(sent["ipCidrRange"]).replace(/\d+\/\d+$/, "1"),
      ...(sent["logConfig"]?.["enable"] && { enableFlowLogs: true }),
    }),
    refuseChange: refuseRanges,
    verbs: {
      setPrivateIpGoogleAccess: ({ privateIpGoogleAccess }) => ({ privateIpGoogleAccess }),
      expandIpCidrRange: ({ ipCidrRange }) => ({ ipCidrRange }),
    },
  },
  routers: {
    scope: "regions/{region}",
    kind: "router",
    references: ["network"],
    complete: ({ bgp: _, ...sent }) => ({ encryptedInterconnectRouter: false, ...sent, ...natsOf(sent) }),
    patched: (sent) => ({ ...sent, ...natsOf(sent) }),
  },
  firewalls: {
    scope: "global",
    kind: "firewall",
    references: ["network"],
    complete: (sent) =>
      withDefaults({ direction: "INGRESS", priority: 1000, disabled: false, logConfig: { enable: false } }, sent),
  },
  addresses: {
    scope: "regions/{region}",
    kind: "address",
    references: ["network", "subnetwork"],
    hasLabels: true,
    complete: (sent, { name }) => ({
      ...withDefaults({ addressType: "EXTERNAL", networkTier: "PREMIUM", description: "", status: "RESERVED" }, sent),
      address: sent["address"] ?? testAddress(name),
    }),
    refuse: (_, google, parent) => {
      return exceeded(google, parent, "STATIC_ADDRESSES", 1);
    },
    verbs: { setLabels },
  },
  disks: {
    scope: "regions/{region}",
    isZonalToo: true,
    kind: "disk",
    hasLabels: true,
    complete: (sent, { parent }) => {
      const project = parent.replace(/\/(regions|zones)\/.*/, "");
      return {
        ...withDefaults({ status: "READY", physicalBlockSizeBytes: "4096", accessMode: "READ_WRITE_SINGLE" }, sent),
        type: `${googleApis}/compute/v1/${parent}/diskTypes/${String(sent["type"] ?? "pd-standard").replace(/.*\//, "")}`,
        sizeGb: String(sent["sizeGb"] ?? 500),
        ...(sent["replicaZones"] && {
          replicaZones: sent["replicaZones"].map(
            (zone: string) => `${googleApis}/compute/v1/${project}/zones/${zone.replace(/.*\//, "")}`,
          ),
        }),
        enableConfidentialCompute: false,
      };
    },
    refuse: (sent, google, parent) => {
      return exceeded(google, parent, "SSD_TOTAL_GB", diskGigabytes(sent));
    },
    verbs: { setLabels, resize: ({ sizeGb }) => ({ sizeGb: String(sizeGb) }) },
  },
};

/** A subnetwork's range can only grow, and a secondary range can't change while a cluster uses it. */
function refuseRanges(stored: Fields, changed: Fields, google: Google): GoogleError | undefined {
  const { ipCidrRange = stored["ipCidrRange"], secondaryIpRanges } = changed;
  if (prefixOf(ipCidrRange) > prefixOf(stored["ipCidrRange"])) {
    return badRequest(
      `Invalid value for field 'ipCidrRange': '${ipCidrRange}'. The range can only be expanded.`,
      "invalid",
    );
  }
  if (secondaryIpRanges === undefined) return undefined;
  const subnetwork = String(stored["selfLink"]).replace(/.*\/(?=projects\/)/, "");
  const users = google.store
    .under("container/")
    .filter(([, { networkConfig }]) => networkConfig?.subnetwork === subnetwork)
    .map(([, { ipAllocationPolicy = {} }]) => ipAllocationPolicy);
  const used = users.flatMap(({ clusterSecondaryRangeName, servicesSecondaryRangeName }) => [
    clusterSecondaryRangeName,
    servicesSecondaryRangeName,
  ]);
  const kept = new Map(secondaryIpRanges.map(({ rangeName, ipCidrRange }: Fields) => [rangeName, ipCidrRange]));
  const lost = (stored["secondaryIpRanges"] ?? []).find(
    ({ rangeName, ipCidrRange }: Fields) => used.includes(rangeName) && kept.get(rangeName) !== ipCidrRange,
  );
  return (
    lost &&
    badRequest(
      `Secondary range ${lost.rangeName} of '${subnetwork}' is in use by a cluster.`,
      "resourceInUseByAnotherResource",
    )
  );
}

const prefixOf = (range: string): number => Number(range.split("/")[1]);

/** Cloud NAT is a part of its router. */
function natsOf({ nats }: Fields): Fields {
  if (nats === undefined) return {};
  const defaults = {
    autoNetworkTier: "PREMIUM",
    effectiveTcpTimeWaitTimeoutSec: 120,
    enableEndpointIndependentMapping: false,
    endpointTypes: ["ENDPOINT_TYPE_VM"],
    type: "PUBLIC",
  };
  return { nats: nats.map((nat: Fields) => withDefaults(defaults, nat)) };
}

/** An address of the network that is reserved for tests: https://www.rfc-editor.org/rfc/rfc2544 */
function testAddress(name: string): string {
  const [third, fourth] = createHash("sha256").update(name).digest();
  return `198.19.${third}.${fourth}`;
}
