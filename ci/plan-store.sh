#!/usr/bin/env bash
# Takes a plan from the job that makes it to the job that applies it, through the bucket of the state. A plan contains the
# state, and everybody can read the artifacts of a public repository's runs. The bucket may be read by those who may read
# the state. The name of a configuration has no underscore, so no state is below _plans/.
#
#   plan-store.sh put STACK                   uploads PLANS/STACK if it has changes, and prints its location and SHA-256 as
#                                             outputs of a step
#   plan-store.sh get STACK LOCATION SHA256   downloads it to PLANS/STACK; refuses the plan of another run or commit
#   PLANS                                     folder of the plans; default: plans
#   GITHUB_RUN_ID, GITHUB_RUN_ATTEMPT, GITHUB_SHA   set by GitHub
set -euo pipefail

command=$1
stack=$2
plan=${PLANS:-plans}/$stack
archive=$(mktemp)
trap 'rm -f "$archive"' EXIT

fail() {
  echo "::error::$1" >&2
  exit 1
}

# What a plan is bound to. An attempt that repeats only the failed jobs applies the plan of an earlier attempt.
origin() {
  printf 'stack %s\nrun %s\ncommit %s\n' "$stack" "$GITHUB_RUN_ID" "$GITHUB_SHA"
}

put() {
  [ "$(cat "$plan/status")" = changes ] || return 0
  local bucket object generation
  bucket=$(jq --exit-status --raw-output .terraform.backend.gcs.bucket "$plan/cdk.tf.json")
  object=gs://$bucket/_plans/$GITHUB_RUN_ID/$GITHUB_RUN_ATTEMPT/$stack.tar.gz
  origin > "$plan/origin"
  tar -czf "$archive" -C "$plan" .
  # Generation 0: the object must not exist. The plan account may create plans, but not replace them.
  gcloud storage cp --quiet --if-generation-match=0 "$archive" "$object" >&2 ||
    fail "The plan can't be stored at $object. The plan account needs the role of docs/ci.md that lets it create plans."
  generation=$(gcloud storage objects describe "$object" --format='value(generation)')
  echo "$object#$generation" > "$plan/location"
  echo "location=$object#$generation"
  echo "sha256=$(sha256sum < "$archive" | cut -d ' ' -f 1)"
}

get() {
  local location=$1 sha256=$2
  case $location in
    gs://*/_plans/"$GITHUB_RUN_ID"/*/"$stack".tar.gz#*) ;;
    *) fail "$location is not a plan of $stack by this run." ;;
  esac
  gcloud storage cp --quiet "$location" "$archive" >&2 ||
    fail "The plan is no longer at $location: plans are deleted after a week. Run the workflow again."
  [ "$(sha256sum < "$archive" | cut -d ' ' -f 1)" = "$sha256" ] || fail "$location is not the plan that this run has made."
  rm -rf "$plan"
  mkdir -p "$plan"
  tar -xzf "$archive" -C "$plan"
  [ "$(cat "$plan/origin")" = "$(origin)" ] || fail "$location was made for another stack, run or commit."
}

case $command in
  put) put ;;
  get) get "${3:?the location is missing}" "${4:?the SHA-256 is missing}" ;;
  *) fail "The command is put or get, not $command." ;;
esac
