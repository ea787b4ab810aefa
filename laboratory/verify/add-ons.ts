import type { ControlPlane } from "../cluster/control-plane";
import { annotateServices, applyDefinitions } from "../stand-ins/gke";
import { expectNone } from "./report";
import type { TwoStacks } from "./two-stacks";

/** Kinds of GKE's add-ons, which appear in a new cluster some time after it is RUNNING. */
const kinds = ["SecretProviderClass", "PodMonitoring"];

/**
 * Applies `baker` before GKE's add-ons have registered their kinds: Terraform must refuse it while it plans, so that
 * nothing is created, and name the kinds to wait for.
 * @returns a summary
 * @throws Error if anything was created, or the error doesn't say what is missing
 */
export async function applyWithoutAddOns(stacks: TwoStacks, controlPlane: ControlPlane): Promise<string> {
  await stacks.baker.init();
  const said = await stacks.apply().then(
    () => undefined,
    (error: Error) => error.message,
  );
  if (said === undefined) throw new Error("the apply succeeded without them");
  if (!/CRD may not be installed/.test(said)) throw new Error(`the apply failed for another reason: ${said}`);
  expectNone(
    "the error doesn't name",
    kinds.filter((kind) => !said.includes(kind)),
  );
  const namespaces: { metadata: { name: string } }[] = controlPlane.get(["namespaces"]).items;
  expectNone(
    "it was created although the plan failed",
    namespaces.map(({ metadata }) => metadata.name).filter((name) => name === stacks.namespace),
  );
  return `until they have registered ${kinds.join(" and ")}, the plan of baker fails, and nothing is created`;
}

/** The add-ons register their kinds, and GKE's webhook begins to annotate Services. */
export async function installAddOns(controlPlane: ControlPlane): Promise<void> {
  applyDefinitions(controlPlane);
  await annotateServices(controlPlane);
}
