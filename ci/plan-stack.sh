#!/usr/bin/env bash
# Plans one synthesised stack and leaves in PLANS/STACK: status (none, changes, waiting or failed), plan.txt (for
# people), plan.json and plan.tfplan (for the guard and for apply). Exits 1 when the status is failed.
#
#   plan-stack.sh STACK          run where cdktf.out/stacks/STACK is
#   PLANS                        folder for the results; default: plans
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

# Outputs of other stacks that this one reads, as "STACK OUTPUT" lines. cdktf names the data source after the stack.
outputs_it_reads() {
  jq -r '[.. | strings | scan("data\\.terraform_remote_state\\.cross-stack-reference-input-([A-Za-z0-9_-]+)\\.outputs\\.([A-Za-z0-9_-]+)")]
    | unique[] | join(" ")' "$stacks/$stack/cdk.tf.json"
}

# The first deployment's platform is not there yet, and a change of platform may bring an output that this stack reads.
while read -r other output; do
  outputs=$result/outputs-of-$other.json
  if [ ! -f "$outputs" ]; then
    "$terraform" -chdir="$stacks/$other" init -no-color > "$result/plan.txt" 2>&1 || finish failed
    "$terraform" -chdir="$stacks/$other" output -json > "$outputs" 2> "$result/plan.txt" || finish failed
  fi
  if ! jq -e --arg output "$output" 'has($output)' "$outputs" > /dev/null; then
    echo "It reads the output $output of $other, which is there only once $other's changes are applied." > "$result/plan.txt"
    finish waiting
  fi
done < <(outputs_it_reads)

"$terraform" -chdir="$stacks/$stack" init -no-color > "$result/plan.txt" 2>&1 || finish failed
# No lock: whoever plans has no right to write beside the state.
code=0
"$terraform" -chdir="$stacks/$stack" plan -no-color -lock=false -detailed-exitcode -out="$result/plan.tfplan" \
  > "$result/plan.txt" 2>&1 || code=$?
if [ "$code" != 0 ] && [ "$code" != 2 ]; then finish failed; fi

"$terraform" -chdir="$stacks/$stack" show -no-color "$result/plan.tfplan" > "$result/plan.txt"
"$terraform" -chdir="$stacks/$stack" show -json "$result/plan.tfplan" > "$result/plan.json"
# Without a leading dot: artifacts leave hidden files out. A stack of built-in providers only has none.
if [ -f "$stacks/$stack/.terraform.lock.hcl" ]; then cp "$stacks/$stack/.terraform.lock.hcl" "$result/terraform.lock.hcl"; fi
if [ "$code" = 2 ]; then finish changes; else finish none; fi
