#!/usr/bin/env bash
# Plans a synthesised stack, and writes to PLANS/STACK: status (none, changes, waiting or failed), plan.txt (for people),
# plan.json (for the guard) and plan.tfplan (to apply). Exits with 1 if the status is failed.
#
#   plan-stack.sh STACK          run it in the folder that has cdktf.out/stacks/STACK
#   PLANS                        folder for the output; default: plans
#   TERRAFORM_BINARY_NAME        default: terraform
set -euo pipefail

stack=$1
plans=${PLANS:-plans}
terraform=${TERRAFORM_BINARY_NAME:-terraform}
stacks=cdktf.out/stacks
result=$PWD/$plans/$stack
export TF_IN_AUTOMATION=1 TF_INPUT=0 CHECKPOINT_DISABLE=1

rm -rf "$result"
mkdir -p "$result"
cp "$stacks/$stack/cdk.tf.json" "$result/"

finish() {
  echo "$1" > "$result/status"
  echo "$stack: $1"
  if [ "$1" = failed ]; then
    cat "$result/plan.txt" >&2
    exit 1
  fi
  exit 0
}

# Prints the outputs of other stacks that this one reads, as "STACK OUTPUT" lines. cdktf names the data source after the
# other stack.
outputs_it_reads() {
  jq -r '[.. | strings | scan("data\\.terraform_remote_state\\.cross-stack-reference-input-([A-Za-z0-9_-]+)\\.outputs\\.([A-Za-z0-9_-]+)")]
    | unique[] | join(" ")' "$stacks/$stack/cdk.tf.json"
}

# Before the first deployment platform has no outputs, and a change may add an output that this stack reads.
while read -r other output; do
  outputs=$result/outputs-of-$other.json
  if [ ! -f "$outputs" ]; then
    "$terraform" -chdir="$stacks/$other" init -no-color > "$result/plan.txt" 2>&1 || finish failed
    "$terraform" -chdir="$stacks/$other" output -json > "$outputs" 2> "$result/plan.txt" || finish failed
  fi
  if ! jq -e --arg output "$output" 'has($output)' "$outputs" > /dev/null; then
    echo "It reads output $output of $other, which exists only after the changes of $other are applied." > "$result/plan.txt"
    finish waiting
  fi
done < <(outputs_it_reads)

"$terraform" -chdir="$stacks/$stack" init -no-color > "$result/plan.txt" 2>&1 || finish failed
# No lock: the plan account may not write to the bucket.
code=0
"$terraform" -chdir="$stacks/$stack" plan -no-color -lock=false -detailed-exitcode -out="$result/plan.tfplan" \
  > "$result/plan.txt" 2>&1 || code=$?
if [ "$code" != 0 ] && [ "$code" != 2 ]; then finish failed; fi

"$terraform" -chdir="$stacks/$stack" show -no-color "$result/plan.tfplan" > "$result/plan.txt"
"$terraform" -chdir="$stacks/$stack" show -json "$result/plan.tfplan" > "$result/plan.json"
# Without a leading dot, because artifacts omit hidden files. A stack with only built-in providers has no lock file.
if [ -f "$stacks/$stack/.terraform.lock.hcl" ]; then cp "$stacks/$stack/.terraform.lock.hcl" "$result/terraform.lock.hcl"; fi
if [ "$code" = 2 ]; then finish changes; else finish none; fi
