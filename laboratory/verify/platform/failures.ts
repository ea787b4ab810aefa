import { forbiddenChanges } from "../../../lib/terraform/plan";
import { GoogleError } from "../../google/errors";
import type { Faults } from "../../google/faults";
import type { AppliedPlatform, Checkpoint } from "./applied-platform";
import { recover, type Recovery, type Undisturbed } from "./recover";

/** Something that Google does during a first apply, and what is needed to get out of it. */
export interface GoogleFailure {
  readonly title: string;
  readonly faults: Faults;
  /** What Terraform says. */
  readonly says: RegExp;
  /** Types of the resources that Terraform marks as tainted. @default - none */
  readonly taints?: readonly string[];
  /** The marked resources are not usable: a person deletes them at Google, and removes them from the state. @default false */
  readonly unusable?: boolean;
  /** What is at Google and in no plan. @default - nothing */
  readonly leftOver?: readonly string[];
}

const quota = new GoogleError(
  403,
  "PERMISSION_DENIED",
  `Insufficient regional quota to satisfy request: resource "CPUS": request requires '12.0' and is short '4.0'. project has a quota of '8.0' with '8.0' available.`,
  "forbidden",
);
const diskQuota = new GoogleError(
  403,
  "PERMISSION_DENIED",
  "Quota 'SSD_TOTAL_GB' exceeded.  Limit: 250.0 in region us-central1.",
  "quotaExceeded",
);
const internal = new GoogleError(400, "INVALID_ARGUMENT", "Internal error. Please try again.", "internalError");
const failedOperation = (on: RegExp) => ({
  operations: [{ on, message: "Google Compute Engine: Quota 'SSD_TOTAL_GB' exceeded.  Limit: 250.0 in region." }],
});

export const googleFailures: readonly GoogleFailure[] = [
  {
    title: "the quota is too small for the cluster, and GKE says so at once",
    faults: { requests: [{ on: /^POST \S+\/clusters$/, answer: quota }] },
    says: /Insufficient\s+regional\s+quota/,
  },
  {
    title: "the quota is too small for a node pool",
    faults: { requests: [{ on: /^POST \S+\/nodePools$/, answer: quota }] },
    says: /Insufficient\s+regional\s+quota/,
  },
  {
    title: "the quota is too small for a disk",
    faults: { requests: [{ on: /^POST \S+\/disks$/, answer: diskQuota }] },
    says: /Quota\s+'SSD_TOTAL_GB'\s+exceeded/,
  },
  {
    title: "the creation of the cluster fails at its end",
    faults: failedOperation(/^CREATE_CLUSTER /),
    says: /Quota\s+'SSD_TOTAL_GB'\s+exceeded/,
    taints: ["google_container_cluster"],
    unusable: true,
  },
  {
    title: "the creation of a node pool fails at its end",
    faults: failedOperation(/^CREATE_NODE_POOL \S+\/system$/),
    says: /created\s+in\s+the\s+error\s+state/,
    taints: ["google_container_node_pool"],
    unusable: true,
  },
  {
    title: "the removal of GKE's own node pool fails at its end",
    faults: failedOperation(/^DELETE_NODE_POOL /),
    says: /delete\s+default\s+node\s+pool/,
    taints: ["google_container_cluster"],
    leftOver: ["default-pool"],
  },
  {
    title: "the labels of an address are refused",
    faults: { requests: [{ on: /^POST \S+\/addresses\/\S+\/setLabels$/, answer: internal }] },
    says: /Internal\s+error/,
    taints: ["google_compute_address"],
  },
  {
    title: "services answer 403 for 15 s after they were enabled",
    faults: { serviceActivationMilliseconds: 15_000 },
    says: /has\s+not\s+been\s+used\s+in\s+project/,
  },
  {
    title: "IAM does not know a service account for 20 s after it was created",
    faults: { serviceAccountDelayMilliseconds: 20_000 },
    says: /Service\s+account\s+\S+\s+does\s+not\s+exist/,
  },
];

/**
 * Applies with a failure, and recovers.
 * @param empty the moment before anything was applied
 * @returns a summary
 * @throws Error if something else is needed to recover than is known, or if it does not recover
 */
export async function failAndRecover(
  platform: AppliedPlatform,
  empty: Checkpoint,
  failure: GoogleFailure,
  expected: Undisturbed,
): Promise<string> {
  platform.restore(empty);
  platform.google.setFaults(failure.faults);
  const said = await platform.apply().then(
    () => undefined,
    (error: Error) => error.message,
  );
  if (said === undefined) throw new Error("the apply succeeds");
  if (!failure.says.test(said)) throw new Error(`Terraform says something else: ${said}`);
  platform.google.setFaults({});
  const tainted = platform.state.filter(({ isTainted }) => isTainted);
  expectSame("Terraform marks", failure.taints ?? [], [...new Set(tainted.map(({ type }) => type))]);
  if (failure.unusable) await expectRefused(platform);
  if (failure.unusable) for (const { address } of tainted) await deleteByHand(platform, address);
  const recovery = await recover(platform, expected);
  expectSame("it deletes", failure.leftOver ?? [], recovery.deleted);
  return summary(failure, recovery);
}

function summary({ unusable }: GoogleFailure, { untainted, imported, deleted }: Recovery): string {
  const steps = [
    ...(unusable ? ["deleted by hand"] : []),
    ...(untainted.length > 0 ? [`${untainted.length} kept with "untaint"`] : []),
    ...(imported.length > 0 ? [`${imported.length} imported`] : []),
    ...(deleted.length > 0 ? [`${deleted.join(", ")} deleted`] : []),
  ];
  return `${steps.length > 0 ? `${steps.join(", ")}, then ` : ""}applied again, and no changes`;
}

/** As long as the mark is there, every plan is refused, by Terraform or the guard: nothing is replaced without a question. */
async function expectRefused(platform: AppliedPlatform): Promise<void> {
  const plan = await platform.plan().catch((error: Error) => error.message);
  const isRefused =
    typeof plan === "string" ? /Instance\s+cannot\s+be\s+destroyed/.test(plan) : forbiddenChanges(plan).length > 0;
  if (!isRefused) throw new Error("it is replaced without a question");
}

/** What `gcloud … delete` and `terraform state rm` do. */
async function deleteByHand({ terraform, google, state }: AppliedPlatform, address: string): Promise<void> {
  const { attributes } = state.find((each) => each.address === address)!;
  await fetch(`${google.url}/container/v1/${attributes["id"]}`, { method: "DELETE" });
  await terraform.run(["state", "rm", address]);
}

function expectSame(what: string, expected: readonly string[], actual: readonly string[]): void {
  if (expected.join() === actual.join()) return;
  throw new Error(`${what} ${actual.join(", ") || "nothing"} instead of ${expected.join(", ") || "nothing"}`);
}
