import { GcsBackend, LocalBackend, type TerraformStack } from "cdktf";
import type { Configuration } from "../config/schema/configuration";

/**
 * Where a stack's state is kept: a Cloud Storage bucket, or `state/<name>/<stack>.tfstate` beside the program. Both
 * have the configuration's name in the path, so two configurations never share a state.
 */
export function configureBackend(stack: TerraformStack, { name, state }: Configuration): void {
  const stackName = stack.node.id;
  if (state.bucket === undefined) {
    // Terraform runs in cdktf.out/stacks/<stack>. cdktf's own default is an absolute path, other on every machine.
    new LocalBackend(stack, { path: `../../../state/${name}/${stackName}.tfstate` });
  } else {
    new GcsBackend(stack, { bucket: state.bucket, prefix: `${name}/${stackName}` });
  }
}
