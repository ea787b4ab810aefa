#!/usr/bin/env bash
# Applies the very plan that plan-stack.sh left in PLANS/STACK, with the configuration and the providers it was made
# with. Terraform refuses it when the state has changed since.
#
#   apply-stack.sh STACK
#   PLANS                        folder with plan-stack.sh's results; default: plans
#   TERRAFORM_BINARY_NAME        default: terraform
set -euo pipefail

stack=$1
plan=$PWD/${PLANS:-plans}/$stack
terraform=${TERRAFORM_BINARY_NAME:-terraform}
folder=cdktf.out/stacks/$stack
export TF_IN_AUTOMATION=1 TF_INPUT=0 CHECKPOINT_DISABLE=1

mkdir -p "$folder"
cp "$plan/cdk.tf.json" "$folder/"
init=(init -no-color)
if [ -f "$plan/terraform.lock.hcl" ]; then
  cp "$plan/terraform.lock.hcl" "$folder/.terraform.lock.hcl"
  init+=(-lockfile=readonly)
fi
"$terraform" -chdir="$folder" "${init[@]}"
# Wait for a lock rather than fail: a person may be at work on the same state.
"$terraform" -chdir="$folder" apply -no-color -lock-timeout=10m "$plan/plan.tfplan"
