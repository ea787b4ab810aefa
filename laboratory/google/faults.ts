import type { GoogleError } from "./errors";

/** A request that is refused, with nothing done. */
export interface RequestFault {
  /** Matches `METHOD /path`. */
  readonly on: RegExp;
  /** How many of the requests that match are refused. @default 1 */
  readonly times?: number;
  readonly answer: GoogleError;
}

/** A long-running operation that fails at its end. GKE leaves what it made behind in status ERROR. */
export interface OperationFault {
  /** Matches `TYPE TARGET`, such as `CREATE_CLUSTER projects/p/locations/l/clusters/c`. */
  readonly on: RegExp;
  /** How many of the operations that match fail. @default 1 */
  readonly times?: number;
  /** Compute Engine's code, such as QUOTA_EXCEEDED. @default "INTERNAL_ERROR" */
  readonly code?: string;
  readonly message: string;
}

/** An operation that is not done when it is first asked for. */
export interface SlowOperation {
  /** Matches as in OperationFault. */
  readonly on: RegExp;
  readonly milliseconds: number;
}

/** Limits of a region, in the units of https://cloud.google.com/compute/resource-usage. */
export interface Quotas {
  /** GB of balanced and SSD persistent disks, boot disks included; a regional disk counts in each of its two zones. */
  readonly SSD_TOTAL_GB?: number;
  /** vCPUs. */
  readonly CPUS?: number;
  readonly STATIC_ADDRESSES?: number;
}

export interface Faults {
  readonly requests?: readonly RequestFault[];
  readonly operations?: readonly OperationFault[];
  readonly slow?: readonly SlowOperation[];
  /** For how long a service that was just enabled still answers 403. @default 0 */
  readonly serviceActivationMilliseconds?: number;
  /** For how long IAM does not know a service account that was just created. @default 0 */
  readonly serviceAccountDelayMilliseconds?: number;
  /** @default - no limits */
  readonly quotas?: Quotas;
  /** Component lists of logging and monitoring come back in another order than they were sent. @default false */
  readonly reorderComponents?: boolean;
  /** A cluster whose IP endpoints are off does not return its masterIpv4CidrBlock. @default false */
  readonly forgetControlPlaneRange?: boolean;
}

/** The faults of a stand-in, and how many of each are left. */
export class ActiveFaults {
  private readonly used = new Map<object, number>();

  constructor(readonly faults: Faults) {}

  /** The refusal of a request, given as `METHOD /path`, which counts it. */
  ofRequest(request: string): GoogleError | undefined {
    return this.take(this.faults.requests, request)?.answer;
  }

  /** The failure of an operation, given as `TYPE TARGET`, which counts it. */
  ofOperation(operation: string): OperationFault | undefined {
    return this.take(this.faults.operations, operation);
  }

  /** How long an operation, given as `TYPE TARGET`, takes. */
  duration(operation: string): number {
    return this.faults.slow?.find(({ on }) => on.test(operation))?.milliseconds ?? 0;
  }

  private take<T extends { readonly on: RegExp; readonly times?: number }>(
    faults: readonly T[] = [],
    text: string,
  ): T | undefined {
    const fault = faults.find((each) => each.on.test(text) && (this.used.get(each) ?? 0) < (each.times ?? 1));
    if (fault) this.used.set(fault, (this.used.get(fault) ?? 0) + 1);
    return fault;
  }
}
