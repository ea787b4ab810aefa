# What the scripts of the pods share. Sourced, never run. The image has busybox and Octez, nothing else.
# shellcheck shell=sh

scripts=$(dirname "$0")
# The name under which a script's lines stand in the log.
script=$(basename "$0" .sh)

log() {
  printf '%s: %s\n' "$script" "$*"
}

# Ends the script with one line that says what is wrong and how to mend it.
fail() {
  printf '%s: ERROR: %s\n' "$script" "$*" >&2
  exit 1
}

# The last line that a program printed: the one that says why it failed.
reason() {
  printf '%s\n' "$1" | sed '/^[[:space:]]*$/d' | tail -n 1
}

# Writes a text to a file in one step that a power cut can't halve: new file, sync, rename, sync of the folder.
replace() { # file text
  [ ! -d "$1" ] || fail "$1 is a folder where a file should be: move it away, and start again"
  replace_new="$(dirname "$1")/.$(basename "$1").new"
  # A folder, or a file of somebody else, in the way of the new file is what rm can't remove: the write below says so.
  rm -f "$replace_new" 2>/dev/null || true
  if ! replace_error=$({ printf '%s' "$2" >"$replace_new" && sync "$replace_new"; } 2>&1) ||
    # A full disk may show itself only in what can be read back.
    [ "$(cat "$replace_new" 2>/dev/null && printf .)" != "$2." ]; then
    rm -f "$replace_new" 2>/dev/null || true
    fail "can't write $1 ($(reason "${replace_error:-not all of it was written}")): the disk is full or read-only, or" \
      "its folder doesn't belong to user $(id -u)"
  fi
  replace_error=$(mv -f "$replace_new" "$1" 2>&1) || fail "can't write $1 ($(reason "$replace_error"))"
  sync "$(dirname "$1")"
}

# Keeps a file that is about to be replaced, as FILE.kept-1, -2, …, once for each content. Sets $kept to its name.
keep_aside() { # file
  keep_number=1
  while [ -e "$1.kept-$keep_number" ] || [ -L "$1.kept-$keep_number" ]; do
    kept="$1.kept-$keep_number"
    # The same content: an earlier start was cut off right after this step.
    if [ -f "$1" ] && [ -f "$kept" ] && cmp -s "$kept" "$1" 2>/dev/null; then
      return 0
    fi
    keep_number=$((keep_number + 1))
  done
  kept="$1.kept-$keep_number"
  # A second name rather than a new one: the file is never missing. Folders and files of other users refuse links.
  keep_status=1
  if [ -f "$1" ]; then
    keep_status=0
    ln "$1" "$kept" 2>/dev/null || keep_status=$?
    # Killed is not refused: moving it away would leave no file if this start ends here.
    [ "$keep_status" -lt 128 ] || fail "keeping $1 was cut off (status $keep_status): start again"
  fi
  if [ "$keep_status" -ne 0 ]; then
    # Said before: the next start would find no file, and nothing to say about it.
    log "moving $1 to $kept"
    keep_error=$(mv "$1" "$kept" 2>&1) ||
      fail "can't move $1 aside ($(reason "$keep_error")): its folder must be writable by user $(id -u)"
  fi
  sync "$(dirname "$1")"
}

# Starts a program and waits for it. As process 1 of a container a shell would ignore SIGTERM, and its child never see it.
run() {
  "$@" &
  run_child=$!
  trap 'kill "$run_child" 2>/dev/null; wait "$run_child"; exit 143' TERM INT
  run_status=0
  wait "$run_child" || run_status=$?
  trap - TERM INT
  return "$run_status"
}

# Prints what a URL answers, or fails with the reason as the only output. For small answers.
fetch() { # url
  fetch_file="${TMPDIR:-/tmp}/fetch.$$"
  fetch_error=$(timeout 30 wget -q -O "$fetch_file" "$1" 2>&1)
  fetch_status=$?
  if [ "$fetch_status" -eq 0 ]; then
    cat "$fetch_file"
  else
    reason "${fetch_error:-no answer within 30 s}"
  fi
  rm -f "$fetch_file"
  return "$fetch_status"
}

# The value at a path of a JSON text on standard input, such as snapshot_header.block_hash. Nothing if there is none.
json_value() { # path
  awk -f "$scripts/json.awk" -f "$scripts/json-lines.awk" | awk -F '\t' -v path="$1" '$1 == path { print $2 }'
}

# Whether a file holds one whole JSON value that has a value at each of the paths.
is_json_with() { # file path...
  is_json_file=$1
  shift
  is_json_status=0
  is_json_lines=$(awk -f "$scripts/json.awk" -f "$scripts/json-lines.awk" <"$is_json_file" 2>/dev/null) || is_json_status=$?
  # awk was killed: that says nothing about the file, which may be precious.
  [ "$is_json_status" -lt 128 ] || fail "reading $is_json_file was cut off (status $is_json_status): start again"
  [ "$is_json_status" -eq 0 ] || return 1
  # In the shell alone: a program in between could be killed, and the file be called broken.
  for is_json_path; do
    case "
$is_json_lines" in
      *"
$is_json_path	"*) ;;
      *) return 1 ;;
    esac
  done
}
