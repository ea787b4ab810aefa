#!/bin/sh
# Imports a snapshot onto a disk without data: into the folder node.importing, which node-config.sh prepares and which
# is renamed to node at the end. After an interruption, the next start resumes the download or repeats the import.
#
# Environment
#   DATA_DIR             the node's disk; the data is in its folder node
#   NETWORK              the network, for messages
#   CHAIN_NAME           octez-node's name of the chain; empty if the network's definition on the disk contains it
#   HISTORY_MODE         rolling, full or archive; the snapshot's must be the same
#   SNAPSHOT_ENABLED     true, or false if the node gets the whole chain from its peers
#   SNAPSHOT_URL         URL of the snapshot
#   SNAPSHOT_BLOCK_HASH  hash of its block; if empty, the hash comes from SNAPSHOT_VERIFY_URL
#   SNAPSHOT_VERIFY_URL  RPC of a node that whoever serves the snapshot doesn't control
#   STALL_SECONDS        seconds without progress after which a download is aborted; default 60
#   PROGRESS_SECONDS     seconds between two log lines of a download; default 5
set -eu
umask 077
# shellcheck source=lib/tezos/scripts/common.sh
. "$(dirname "$0")/common.sh"

node="$DATA_DIR/node"
importing="$DATA_DIR/node.importing"
file="$DATA_DIR/snapshot"
source_file="$DATA_DIR/snapshot.source"
error_file="${TMPDIR:-/tmp}/snapshot.error"
# Peers in rolling mode only keep a few days of blocks. With an older snapshot a node may not be able to catch up.
# https://octez.tezos.com/docs/user/history_modes.html
oldest_days=3

main() {
  if [ -d "$node" ]; then
    rm -rf "$importing" "$file" "$source_file"
    log "the node has data: nothing to import"
    return 0
  fi
  [ -f "$importing/config.json" ] || fail "$importing/config.json is missing: node-config must run first"
  clean
  if [ "$SNAPSHOT_ENABLED" != true ]; then
    log "snapshots are disabled: the node gets the whole chain from its peers, which takes days"
  else
    [ "$HISTORY_MODE" != archive ] ||
      fail "an archive node can't start from a snapshot: set tezos.snapshot.enabled to false, or" \
        "tezos.historyMode to rolling"
    download
    check
    import
  fi
  mv "$importing" "$node"
  sync "$DATA_DIR"
  rm -f "$file" "$source_file"
  log "the node's data is in place"
}

# Deletes what an unfinished import left behind. The configuration and the identity stay.
clean() {
  find "$importing" -mindepth 1 -maxdepth 1 ! -name config.json ! -name identity.json -exec rm -rf {} +
}

# Deletes a snapshot that must not be used, so that the next start downloads another one, and exits.
reject() {
  rm -f "$file" "$source_file"
  fail "$@"
}

size() {
  stat -c %s "$file" 2>/dev/null || echo 0
}

free_bytes() {
  df -Pk "$DATA_DIR" | awk 'NR == 2 { printf "%.0f", $4 * 1024 }'
}

# For large numbers: a shell's arithmetic may have only 32 bits, awk's has 53.
calculate() { # expression
  awk "BEGIN { printf \"%.0f\", $1 }"
}

is_true() { # comparison
  awk "BEGIN { exit !($1) }"
}

gigabytes() { # bytes
  awk "BEGIN { printf \"%.2f GB\", $1 / 1e9 }"
}

download() {
  answer=$(timeout 60 wget --spider -S "$SNAPSHOT_URL" 2>&1) ||
    fail "can't find a snapshot at $SNAPSHOT_URL: $(reason "${answer:-no response within 60 s}")"
  # From the last response, after redirects.
  length=$(header content-length)
  version="$SNAPSHOT_URL $length $(header etag) $(header last-modified)"
  if [ -z "$length" ] || [ "$(cat "$source_file" 2>/dev/null)" != "$version" ] || is_true "$(size) > ${length:-0}"; then
    # The snapshot has changed since the download started, or may have. Parts of two snapshots can't be combined.
    rm -f "$file"
    replace "$source_file" "$version"
  fi

  have=$(size)
  if [ -n "$length" ]; then
    # For the rest of the file, and for the imported data, which takes up to twice the file's size.
    need=$(calculate "$length - $have + 2 * $length")
    is_true "$(free_bytes) >= $need" ||
      fail "the snapshot needs $(gigabytes "$need") of free space, but $DATA_DIR has $(gigabytes "$(free_bytes)"):" \
        "increase diskGiB"
    if [ "$have" = "$length" ]; then
      return 0
    fi
  fi
  if [ "$have" -gt 0 ]; then
    log "resuming the download of $SNAPSHOT_URL at $(gigabytes "$have")"
  else
    log "downloading $SNAPSHOT_URL (${length:+$(gigabytes "$length")})"
  fi
  run_download
  if [ -n "$length" ] && [ "$(size)" != "$length" ]; then
    is_true "$(size) < $length" || reject "the snapshot is larger than the server announced: it was deleted"
    fail "the download ended at $(gigabytes "$(size)") of $(gigabytes "$length"): the next start resumes it"
  fi
}

header() { # name
  printf '%s\n' "$answer" | tr -d '\r' | awk -v name="$1:" '
    /^ *HTTP\// { value = "" }
    tolower($1) == name { sub(/^[^:]*: */, ""); value = $0 }
    END { print value }'
}

# Runs wget, logs its progress, and aborts it if nothing arrives any more.
run_download() {
  wget -q -c -O "$file" "$SNAPSHOT_URL" 2>"$error_file" &
  child=$!
  trap 'kill "$child" 2>/dev/null; exit 143' TERM INT
  begin=$(date +%s)
  shown=$begin
  moved=$begin
  first=$(size)
  last=$first
  while kill -0 "$child" 2>/dev/null; do
    sleep 0.2
    now=$(date +%s)
    current=$(size)
    if [ "$current" != "$last" ]; then
      last=$current
      moved=$now
    elif [ $((now - moved)) -ge "${STALL_SECONDS:-60}" ]; then
      kill "$child"
      wait "$child" 2>/dev/null || true
      fail "nothing received from $SNAPSHOT_URL for ${STALL_SECONDS:-60} s: the next start resumes the download at" \
        "$(gigabytes "$current")"
    fi
    if [ $((now - shown)) -ge "${PROGRESS_SECONDS:-5}" ]; then
      shown=$now
      log "$(awk -v have="$current" -v first="$first" -v all="${length:-0}" -v seconds=$((now - begin)) 'BEGIN {
        printf "%.2f GB", have / 1e9
        if (all > 0) printf " of %.2f GB, %.1f %%", all / 1e9, 100 * have / all
        printf ", %.1f MB/s", (have - first) / 1e6 / seconds }')"
    fi
  done
  trap - TERM INT
  status=0
  wait "$child" || status=$?
  error=$(cat "$error_file")
  rm -f "$error_file"
  [ "$status" -eq 0 ] || fail "the download of $SNAPSHOT_URL failed at $(gigabytes "$(size)"): $(reason "$error");" \
    "the next start resumes it"
}

# Checks the snapshot, and its block against a second source. Sets $hash to the block's hash.
# https://octez.tezos.com/docs/user/snapshots.html#importing-a-snapshot
check() {
  if ! information=$(octez-node snapshot info --json "$file" 2>"$error_file"); then
    error=$(cat "$error_file")
    reject "$SNAPSHOT_URL is not a snapshot ($(reason "$error")): it was deleted"
  fi
  chain=$(information chain_name)
  hash=$(information block_hash)
  level=$(information level)
  # "rolling", or an object of that name with the number of additional cycles.
  mode=$(printf '%s\n' "$information" | awk -f "$scripts/json.awk" -f "$scripts/json-lines.awk" |
    awk -F '[\t.]' '$1 == "snapshot_header" && $2 == "mode" { print $3; exit }')

  case $hash:$level in
    B*:[1-9]*) ;;
    *) reject "the snapshot at $SNAPSHOT_URL has no block hash or level: it was deleted" ;;
  esac
  wanted_chain=${CHAIN_NAME:-$(json_value chain_name <"$DATA_DIR/network.json")}
  [ "$chain" = "$wanted_chain" ] ||
    reject "the snapshot is of chain $chain, but $NETWORK is $wanted_chain: set tezos.snapshot.url to one of $NETWORK"
  [ "$mode" = "$HISTORY_MODE" ] ||
    reject "the history mode of the snapshot is $mode, but tezos.historyMode is $HISTORY_MODE: they must be the same"

  if [ -n "${SNAPSHOT_BLOCK_HASH:-}" ]; then
    [ "$hash" = "$SNAPSHOT_BLOCK_HASH" ] ||
      reject "the snapshot is of block $hash, but tezos.snapshot.blockHash is $SNAPSHOT_BLOCK_HASH: it was deleted"
    return 0
  fi
  check_age
  answer=$(fetch "$SNAPSHOT_VERIFY_URL/chains/main/blocks/$level/hash") ||
    fail "can't verify the snapshot's block with $SNAPSHOT_VERIFY_URL ($answer): set tezos.snapshot.verifyUrl to" \
      "another RPC, or set tezos.snapshot.blockHash"
  answer=$(printf '%s' "$answer" | tr -d '" \n')
  [ "$hash" = "$answer" ] ||
    reject "the snapshot has block $hash at level $level, but $SNAPSHOT_VERIFY_URL has $answer: it was deleted"
  log "$SNAPSHOT_VERIFY_URL has the same block $hash at level $level"
}

information() { # field
  printf '%s\n' "$information" | json_value "snapshot_header.$1"
}

check_age() {
  timestamp=$(information timestamp)
  written=$(date -u -d "$(printf '%s' "$timestamp" | tr T ' ' | tr -d Z)" +%s 2>/dev/null) ||
    fail "the timestamp of the snapshot is not valid: $timestamp"
  [ $((($(date +%s) - written) / 86400)) -lt "$oldest_days" ] ||
    reject "the snapshot is from $timestamp, more than $oldest_days days ago: set tezos.snapshot.url to a newer one, or" \
      "set tezos.snapshot.blockHash to $hash to use this one"
}

import() {
  log "importing block $hash"
  status=0
  run octez-node snapshot import --data-dir "$importing" --block "$hash" --progress-display-mode never "$file" ||
    status=$?
  if [ "$status" -ne 0 ]; then
    clean
    # If it was killed (out of memory, power cut), the file may be valid. If it failed, the file is not.
    [ "$status" -lt 128 ] || fail "the import was killed (status $status): the next start repeats it"
    reject "octez-node could not import the snapshot (status $status, see above): it was deleted"
  fi
  [ -d "$importing/store" ] ||
    reject "octez-node imported the snapshot, but $importing/store is missing: the snapshot was deleted"
  log "flushing the data to the disk"
  sync -f "$importing"
}

main
