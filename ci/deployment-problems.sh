#!/usr/bin/env bash
# Prints what keeps the deployment from being what main describes, one problem a line; nothing if all is well.
#
#   NEEDS   the jobs of the run as toJSON(needs) prints them: plan-STACK, and apply-STACK in a run that deploys
set -euo pipefail

jq --raw-output '
  . as $jobs
  | ("platform", "baker") as $stack
  | $jobs["plan-\($stack)"] as $plan
  | $jobs["apply-\($stack)"] as $apply
  | if $plan.result == "skipped" then "\($stack) was not planned"
    elif $plan.result != "success" then "\($stack) could not be planned, or the guard refuses its plan"
    elif $plan.outputs.status == "none" or $apply.result == "success" then empty
    elif $plan.outputs.status == "waiting" then "\($stack) waits for changes that are not applied"
    elif $apply == null then "\($stack) differs from main"
    else "\($stack) was not applied (\($apply.result))"
    end' <<< "$NEEDS"
