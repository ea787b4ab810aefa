import { GcsBackend, LocalBackend, type TerraformStack } from "cdktf";
import type { Configuration } from "../config/schema/configuration";

/**
 * Configures where Terraform stores a stack's state: in a Cloud Storage bucket, or in `state/<name>/<stack>.tfstate` in
 * the repository. Both paths contain the configuration's name, so two configurations never share a state.
 */
export function configureBackend(stack: TerraformStack, { name, state }: Configuration): void {
  const stackName = stack.node.id;
  if (state.bucket === undefined) {
    // Relative to cdktf.out/stacks/<stack>, where Terraform runs. cdktf's default is an absolute path, which differs
    // from one computer to the next.
    new LocalBackend(stack, { path: `../../../state/${name}/${stackName}.tfstate` });
  } else {
    new GcsBackend(stack, { bucket: state.bucket, prefix: `${name}/${stackName}` });
  }
}
