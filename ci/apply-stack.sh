#!/usr/bin/env bash
# Applies the plan in PLANS/STACK, which plan-stack.sh has made, with the same configuration and providers. Terraform
# refuses the plan if the state has changed since.
#
#   apply-stack.sh STACK
#   PLANS                        folder with the output of plan-stack.sh; default: plans
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
# Wait for the lock instead of failing: someone may be working on the same state. Everybody can read the logs of a public
# repository, so the outputs, such as addresses, are left out.
"$terraform" -chdir="$folder" apply -no-color -lock-timeout=10m "$plan/plan.tfplan" | sed --unbuffered '/^Outputs:$/,$d'
