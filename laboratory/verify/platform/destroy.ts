import { forbiddenChanges } from "../../../lib/terraform/plan";
import { isProtected } from "../../../lib/terraform/protected-types";
import type { StackJson } from "../../synthesis";
import { resourcesByVerb } from "../change-table";
import { expectNone } from "../report";
import type { AppliedPlatform } from "./applied-platform";

/**
 * Tries to destroy an applied platform: Terraform must refuse for everything that has prevent_destroy; without it, the guard
 * must still refuse for each of them, and the provider for the cluster.
 * @returns a summary
 * @throws Error if anything is destroyed that must not be
 */
export async function refuseToDestroy(platform: AppliedPlatform): Promise<string> {
  const { terraform, stack } = platform;
  const applied = platform.checkpoint();
  const guarded = protectedAddresses(stack);
  const said = await failure(terraform.run(["plan", "-destroy", "-input=false", "-lock=false"]));
  const refused = [...said.matchAll(/Resource\s+(\S+)\s+has\s+lifecycle\.prevent_destroy/g)].map(
    ([, address]) => address!,
  );
  expectNone(
    "Terraform would destroy",
    guarded.filter((address) => !refused.some((each) => each.includes(address))),
  );

  platform.write(stack, true);
  try {
    await terraform.run(["plan", "-destroy", "-input=false", "-lock=false", "-out=destroy"]);
    const plan = JSON.parse(await terraform.run(["show", "-json", "destroy"]));
    const sentences = forbiddenChanges(plan);
    expectNone(
      "the guard lets Terraform destroy",
      guarded.filter((address) => !sentences.some((sentence) => sentence.startsWith(`${address} `))),
    );
    const { deleted } = resourcesByVerb(plan.resource_changes);
    await refusedByProvider(platform);
    return `refused by Terraform for ${guarded.length} of ${deleted.length} resources, by the guard, and by the provider`;
  } finally {
    platform.write(stack);
    platform.restore(applied);
  }
}

/** Destroys the cluster and what depends on it, as far as the provider does. */
async function refusedByProvider({ terraform, google, state }: AppliedPlatform): Promise<void> {
  const cluster = state.find(({ type }) => type === "google_container_cluster")!.address;
  const said = await failure(terraform.run(["destroy", "-auto-approve", "-input=false", `-target=${cluster}`]));
  if (!/deletion_protection/.test(said)) throw new Error(`the provider refuses for another reason: ${said}`);
  const deleted = google.requests.filter(({ method }) => method === "DELETE");
  expectNone(
    "the provider has deleted",
    deleted.map(({ path }) => path).filter((path) => /\/clusters\/[^/]+$/.test(path)),
  );
}

/** Addresses of the resources at Google that a stack must not lose. */
function protectedAddresses({ resource }: StackJson): string[] {
  return Object.entries(resource as Record<string, Record<string, unknown>>).flatMap(([type, byName]) =>
    isProtected(type) ? Object.keys(byName).map((name) => `${type}.${name}`) : [],
  );
}

/** What a run says that must fail. @throws Error if it succeeds */
async function failure(run: Promise<string>): Promise<string> {
  const said = await run.then(
    () => undefined,
    (error: Error) => error.message,
  );
  if (said === undefined) throw new Error("Terraform refuses nothing");
  return said;
}
