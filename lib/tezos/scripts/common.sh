# Functions that the pods' scripts share: sourced, not run. The image contains nothing but busybox and Octez.
# shellcheck shell=sh

scripts=$(dirname "$0")
# Prefix of the script's log lines.
script=$(basename "$0" .sh)

log() {
  printf '%s: %s\n' "$script" "$*"
}

# Exits with one line that names the problem and its fix.
fail() {
  printf '%s: ERROR: %s\n' "$script" "$*" >&2
  exit 1
}

# Prints the last line of a failed program's output: the one with the reason.
reason() {
  printf '%s\n' "$1" | sed '/^[[:space:]]*$/d' | tail -n 1
}

# Writes a text to a file atomically, even if the power is cut: new file, sync, rename, sync of the folder.
replace() { # file text
  [ ! -d "$1" ] || fail "$1 is a folder, but should be a file: move it elsewhere"
  replace_new="$(dirname "$1")/.$(basename "$1").new"
  # Fails for a folder, or for another user's file. Then the write below fails too, and reports it.
  rm -f "$replace_new" 2>/dev/null || true
  if ! replace_error=$({ printf '%s' "$2" >"$replace_new" && sync "$replace_new"; } 2>&1) ||
    # When the disk is full, the write may succeed and still be incomplete.
    [ "$(cat "$replace_new" 2>/dev/null && printf .)" != "$2." ]; then
    rm -f "$replace_new" 2>/dev/null || true
    fail "can't write $1 ($(reason "${replace_error:-the write was incomplete}")): the disk is full or read-only, or" \
      "the folder doesn't belong to user $(id -u)"
  fi
  replace_error=$(mv -f "$replace_new" "$1" 2>&1) || fail "can't write $1 ($(reason "$replace_error"))"
  sync "$(dirname "$1")"
}

# Before a file is replaced: keeps a copy as FILE.kept-1, -2, …, one for each content. Sets $kept to the copy's name.
keep_copy() { # file
  keep_number=1
  while [ -e "$1.kept-$keep_number" ] || [ -L "$1.kept-$keep_number" ]; do
    kept="$1.kept-$keep_number"
    # The same content: an earlier start was interrupted right after this step.
    if [ -f "$1" ] && [ -f "$kept" ] && cmp -s "$kept" "$1" 2>/dev/null; then
      return 0
    fi
    keep_number=$((keep_number + 1))
  done
  kept="$1.kept-$keep_number"
  # A hard link, so that the file is never missing. Folders and other users' files can only be moved.
  keep_status=1
  if [ -f "$1" ]; then
    keep_status=0
    ln "$1" "$kept" 2>/dev/null || keep_status=$?
    # If ln was killed, the link is still possible. Moving instead could leave no file behind.
    [ "$keep_status" -lt 128 ] ||
      fail "keeping a copy of $1 was interrupted (status $keep_status): the next start tries again"
  fi
  if [ "$keep_status" -ne 0 ]; then
    # Logged first: if this start is interrupted, the next one finds no file and can't report it.
    log "moving $1 to $kept"
    keep_error=$(mv "$1" "$kept" 2>&1) ||
      fail "can't move $1 to $kept ($(reason "$keep_error")): its folder must be writable by user $(id -u)"
  fi
  sync "$(dirname "$1")"
}

# Runs a program in the background and waits for it. In the foreground it would never receive SIGTERM: the shell, as
# process 1 of the container, ignores it. https://man7.org/linux/man-pages/man7/pid_namespaces.7.html
run() {
  "$@" &
  run_child=$!
  trap 'kill "$run_child" 2>/dev/null; wait "$run_child"; exit 143' TERM INT
  run_status=0
  wait "$run_child" || run_status=$?
  trap - TERM INT
  return "$run_status"
}

# Prints the response of a URL; or prints the reason, and fails. For small responses.
fetch() { # url
  fetch_file="${TMPDIR:-/tmp}/fetch.$$"
  fetch_error=$(timeout 30 wget -q -O "$fetch_file" "$1" 2>&1)
  fetch_status=$?
  if [ "$fetch_status" -eq 0 ]; then
    cat "$fetch_file"
  else
    reason "${fetch_error:-no response within 30 s}"
  fi
  rm -f "$fetch_file"
  return "$fetch_status"
}

# Prints the value at a path, such as snapshot_header.block_hash, of the JSON on standard input, if there is one.
json_value() { # path
  awk -f "$scripts/json.awk" -f "$scripts/json-lines.awk" | awk -F '\t' -v path="$1" '$1 == path { print $2 }'
}

# Whether a file contains one complete JSON value, with a value at each of the paths.
is_json_with() { # file path...
  is_json_file=$1
  shift
  is_json_status=0
  is_json_lines=$(awk -f "$scripts/json.awk" -f "$scripts/json-lines.awk" <"$is_json_file" 2>/dev/null) ||
    is_json_status=$?
  # If awk was killed, the file may still be valid.
  [ "$is_json_status" -lt 128 ] ||
    fail "reading $is_json_file was interrupted (status $is_json_status): the next start tries again"
  [ "$is_json_status" -eq 0 ] || return 1
  # By the shell alone: if another program did this and was killed, a valid file would count as invalid.
  for is_json_path; do
    case "
$is_json_lines" in
      *"
$is_json_path	"*) ;;
      *) return 1 ;;
    esac
  done
}
