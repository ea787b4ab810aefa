#!/usr/bin/env bash
# Keeps one issue for each subject: opens it if there are problems, updates it while there are, and closes it when there are
# none. A comment, of which GitHub notifies those who watch the repository, is added only when the problems change. Exits
# with 1 if there are problems.
#
#   report-issue.sh SUBJECT < PROBLEMS   one problem a line
#   GH_TOKEN                             may write issues
#   GITHUB_…                             set by GitHub
set -euo pipefail

subject=$1
problems=$(cat)
repository=repos/$GITHUB_REPOSITORY
home=$GITHUB_SERVER_URL/$GITHUB_REPOSITORY
run="[$GITHUB_WORKFLOW, run $GITHUB_RUN_ID]($home/actions/runs/$GITHUB_RUN_ID) at commit ${GITHUB_SHA:0:12}"
marker="<!-- issue of the pipeline: $subject -->"

# GitHub disables the schedules of a public repository after 60 days without activity, and then nothing would notice.
# https://docs.github.com/en/actions/how-tos/manage-workflow-runs/disable-and-enable-workflows
notes=
if [ "$GITHUB_EVENT_NAME" = schedule ]; then
  read -r private pushed_at <<< "$(gh api "$repository" --jq '"\(.private) \(.pushed_at)"')"
  stops=$(date --date "$pushed_at + 60 days" +%s)
  if [ "$private" = false ] && [ "$stops" -lt "$(date --date '10 days' +%s)" ]; then
    notes="without a push, GitHub stops scheduled runs on $(date --utc --date "@$stops" +%F)"
  fi
fi

lines=$(printf '%s\n' "$problems" "$notes" | sed '/^$/d')
[ -z "$lines" ] || printf '%s\n' "$lines"

fail() {
  echo "::error::The issue can't be read or written. If issues are off, as in a new fork: gh repo edit --enable-issues" >&2
  exit 1
}

# Prints NUMBER and TITLE of the open issue.
find_issue() {
  gh api --method GET --paginate "$repository/issues" --raw-field state=open --raw-field per_page=100 \
    --raw-field creator='github-actions[bot]' \
    --jq ".[] | select(.pull_request == null and (.body // \"\" | startswith(\"$marker\"))) | \"\(.number) \(.title)\"" |
    sed -n 1p
}

comment() {
  gh api --method POST "$repository/issues/$number/comments" --silent --raw-field body="$1" || fail
}

issue=$(find_issue) || fail
number=${issue%% *}

if [ -z "$lines" ]; then
  if [ -n "$issue" ]; then
    comment "All is well since $run."
    gh api --method PATCH "$repository/issues/$number" --silent --raw-field state=closed || fail
  fi
  exit 0
fi

title=$(printf '%s' "$subject: $lines" | paste --serial --delimiters ';' | sed 's/;/; /g' | cut -c 1-200)
list=$(printf '%s\n' "$lines" | sed 's/^/- /')
body="$marker
$list

Last seen by $run; its log and summary have the details. What to do is in [docs/ci.md]($home/blob/main/docs/ci.md#issues-that-the-pipeline-opens).

The first run that finds nothing closes this issue."

if [ -z "$issue" ]; then
  gh api --method POST "$repository/issues" --silent --raw-field title="$title" --raw-field body="$body" || fail
else
  gh api --method PATCH "$repository/issues/$number" --silent --raw-field title="$title" --raw-field body="$body" || fail
  if [ "$issue" != "$number $title" ]; then
    comment "Changed:

$list

$run"
  fi
fi
[ -z "$problems" ]
