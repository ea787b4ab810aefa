import type { Uplink } from "../../home/uplink";
import type { Check, DrillRun } from "../records";
import type { VariantName } from "../testbed/configuration";
import type { Testbed } from "../testbed/testbed";

/** A finished run that is to be checked, and the testbed that it ran on. */
export type FinishedRun = Omit<DrillRun, "checks"> & { readonly testbed: Testbed };

/** A fault that is injected into the signer path while a baker signs, and how the path must cope with it. */
export interface PathDrill {
  /** On the command line. */
  readonly name: string;
  readonly title: string;
  /** @default "standard" */
  readonly variant?: VariantName;
  /** What breaks, for the report. */
  readonly fault: string;
  /** Runs before the first request. @default - nothing */
  readonly prepare?: (testbed: Testbed) => Promise<void> | void;
  /** Injects the fault. */
  readonly inject: (testbed: Testbed) => Promise<void> | void;
  /** How long the fault lasts, in seconds. 0 if `inject` returns only when it is over. */
  readonly lastsSeconds: number;
  /** Repairs the fault; all paths must come up again without further help. @default - the fault needs no repair */
  readonly repair?: (testbed: Testbed) => Promise<void> | void;
  /** How long the baker keeps signing after the repair, in seconds. @default 8 */
  readonly afterwardsSeconds?: number;
  /** Undoes what is left once signing has stopped. @default - nothing */
  readonly cleanUp?: (testbed: Testbed) => Promise<void> | void;
  /** The drill's own checks; invariants() are checked in every run. */
  readonly checks: (run: FinishedRun) => Check[];
}

/** A drill that breaks one of several components breaks the preferred one. */
export const [firstSigner, secondSigner] = ["pi-1", "pi-2"] as const;
export const [wired, lte] = ["eth0", "wwan0"] as const;
export const [firstForwarder, secondForwarder] = ["forwarder-1", "forwarder-2"] as const;

/** The instance of the unit of the first signer's wired tunnel to the first forwarder. */
export const firstTunnel = `1-${wired}`;

/** A fault of the first signer's wired uplink, which repair() undoes. */
export const onWiredUplink = (
  inject: (uplink: Uplink) => void,
  lastsSeconds: number,
): Pick<PathDrill, "inject" | "lastsSeconds" | "repair"> => ({
  inject: (testbed) => inject(testbed.pi(firstSigner).uplink(wired)),
  lastsSeconds,
  repair: (testbed) => testbed.pi(firstSigner).uplink(wired).repair(),
});

/** Repairs all uplinks of all signers. */
export const repairUplinks = ({ pis }: Testbed): void =>
  pis.forEach(({ uplinks }) => uplinks.forEach((uplink) => uplink.repair()));
