import { TerraformResource, type TerraformStack } from "cdktf";
import { isProtected, protectedTypes } from "../terraform/protected-types";

/**
 * Keeps Terraform from deleting what can't be recreated, also when it is taken out of the configuration. prevent_destroy
 * ends with its own block: without that block, a plan simply deletes. This block always exists. It has one instance for
 * each protected resource, and deleting an instance is refused with the whole plan: in every path (`farm deploy`, cdktf,
 * Terraform itself, the pipeline) and with every backend. Taking something out on purpose: docs/deploy.md.
 *
 * Call it when the stack has all its resources.
 */
export function neverDelete(stack: TerraformStack): void {
  const resources = stack.node
    .findAll()
    .filter((each): each is TerraformResource => TerraformResource.isTerraformResource(each))
    .filter(({ terraformResourceType }) => isProtected(terraformResourceType));
  // Not cdktf's DataResource, for which every synth would ask for Terraform's version.
  const keeper = new TerraformResource(stack, neverDeleted, {
    terraformResourceType: "terraform_data",
    lifecycle: { preventDestroy: true },
  });
  // An override, because cdktf's for_each takes only what it computes itself.
  keeper.addOverride(
    "for_each",
    Object.fromEntries(
      resources.map(({ terraformResourceType: type, friendlyUniqueId }) => [
        `${type}.${friendlyUniqueId}`,
        protectedTypes[type],
      ]),
    ),
  );
}

/** Name of the block: Terraform's message names it, as `terraform_data.never-deleted["ADDRESS"]`. */
const neverDeleted = "never-deleted";
