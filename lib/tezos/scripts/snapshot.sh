#!/bin/sh
# Gives a node without data the data of a snapshot. What makes data count is one rename: node.importing, which
# node-config.sh has prepared, becomes node. Cut off before that, the next start goes on with the download, or imports
# again. A node with data is left alone.
#
# Environment
#   DATA_DIR             the node's disk: its data is in the folder node
#   NETWORK              the network, for messages
#   CHAIN_NAME           octez-node's name of the chain; empty for a network defined by a URL: its definition says it
#   HISTORY_MODE         rolling, full or archive: a snapshot must be of the same
#   SNAPSHOT_ENABLED     false: the node is to get all from its peers
#   SNAPSHOT_URL         where the snapshot is
#   SNAPSHOT_BLOCK_HASH  its block's hash, if that is known; otherwise it is asked of …
#   SNAPSHOT_VERIFY_URL  … the RPC of a node of somebody else than who serves the snapshot
#   STALL_SECONDS        how long a download may stand still; default 60
#   PROGRESS_SECONDS     how often its progress is shown; default 5
set -eu
umask 077
# shellcheck source=lib/tezos/scripts/common.sh
. "$(dirname "$0")/common.sh"

node="$DATA_DIR/node"
importing="$DATA_DIR/node.importing"
file="$DATA_DIR/snapshot"
source_file="$DATA_DIR/snapshot.source"
error_file="${TMPDIR:-/tmp}/snapshot.error"
# Peers in rolling mode keep a few days of blocks: from an older snapshot a node may not find the way to the head.
oldest_days=3

main() {
  if [ -d "$node" ]; then
    rm -rf "$importing" "$file" "$source_file"
    log "the node has data: nothing to import"
    return 0
  fi
  [ -f "$importing/config.json" ] || fail "$importing/config.json is missing: node-config has to run before"
  clean
  if [ "$SNAPSHOT_ENABLED" != true ]; then
    log "no snapshot is wanted: the node will get the whole chain from its peers, which takes days"
  else
    [ "$HISTORY_MODE" != archive ] ||
      fail "no snapshot makes an archive: set tezos.snapshot.enabled to false, or tezos.historyMode to rolling"
    download
    check
    import
  fi
  mv "$importing" "$node"
  sync "$DATA_DIR"
  rm -f "$file" "$source_file"
  log "the node's data is in place"
}

# Removes what an import left behind; configuration and identity stay.
clean() {
  find "$importing" -mindepth 1 -maxdepth 1 ! -name config.json ! -name identity.json -exec rm -rf {} +
}

# A snapshot that is not to be used: the next start gets another.
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

# Big numbers: a shell's arithmetic may have 32 bits, awk's has 53.
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
    fail "there is no snapshot at $SNAPSHOT_URL: $(reason "${answer:-no answer within 60 s}")"
  # Of the last answer, after redirections.
  length=$(header content-length)
  version="$SNAPSHOT_URL $length $(header etag) $(header last-modified)"
  if [ -z "$length" ] || [ "$(cat "$source_file" 2>/dev/null)" != "$version" ] || is_true "$(size) > ${length:-0}"; then
    # Another snapshot than the one that was begun, or no way to know: parts of two don't make one.
    rm -f "$file"
    replace "$source_file" "$version"
  fi

  have=$(size)
  if [ -n "$length" ]; then
    # The file, and the data that it becomes beside it, which takes up to twice its size.
    need=$(calculate "$length - $have + 2 * $length")
    is_true "$(free_bytes) >= $need" ||
      fail "the snapshot needs $(gigabytes "$need") of free space, $DATA_DIR has $(gigabytes "$(free_bytes)"): enlarge diskGiB"
    if [ "$have" = "$length" ]; then
      return 0
    fi
  fi
  if [ "$have" -gt 0 ]; then
    log "going on with the snapshot of $SNAPSHOT_URL at $(gigabytes "$have")"
  else
    log "getting the snapshot of $SNAPSHOT_URL (${length:+$(gigabytes "$length")})"
  fi
  run_download
  if [ -n "$length" ] && [ "$(size)" != "$length" ]; then
    is_true "$(size) < $length" || reject "the snapshot is longer than the server said: it was thrown away"
    fail "the download ended at $(gigabytes "$(size)") of $(gigabytes "$length"): the next start goes on from there"
  fi
}

header() { # name
  printf '%s\n' "$answer" | tr -d '\r' | awk -v name="$1:" '
    /^ *HTTP\// { value = "" }
    tolower($1) == name { sub(/^[^:]*: */, ""); value = $0 }
    END { print value }'
}

# Runs wget, shows how it gets on, and ends it when nothing comes any more.
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
      fail "nothing has come from $SNAPSHOT_URL for ${STALL_SECONDS:-60} s: the next start goes on at $(gigabytes "$current")"
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
  [ "$status" -eq 0 ] || fail "the download from $SNAPSHOT_URL failed at $(gigabytes "$(size)"): $(reason "$error");" \
    "the next start goes on from there"
}

# Sets $hash: what the snapshot's block must be, by a source that is not the snapshot's.
check() {
  if ! information=$(octez-node snapshot info --json "$file" 2>"$error_file"); then
    error=$(cat "$error_file")
    reject "what $SNAPSHOT_URL serves is no snapshot ($(reason "$error")): it was thrown away"
  fi
  chain=$(information chain_name)
  hash=$(information block_hash)
  level=$(information level)
  # "rolling", or a group of that name with the number of cycles in it.
  mode=$(printf '%s\n' "$information" | awk -f "$scripts/json.awk" -f "$scripts/json-lines.awk" |
    awk -F '[\t.]' '$1 == "snapshot_header" && $2 == "mode" { print $3; exit }')

  case $hash:$level in
    B*:[1-9]*) ;;
    *) reject "the snapshot of $SNAPSHOT_URL doesn't say of which block it is: it was thrown away" ;;
  esac
  wanted_chain=${CHAIN_NAME:-$(json_value chain_name <"$DATA_DIR/network.json")}
  [ "$chain" = "$wanted_chain" ] ||
    reject "the snapshot is of the chain $chain, but $NETWORK is $wanted_chain: set tezos.snapshot.url to one of $NETWORK"
  [ "$mode" = "$HISTORY_MODE" ] ||
    reject "the snapshot is of a node in $mode mode, but tezos.historyMode is $HISTORY_MODE: they must be the same"

  if [ -n "${SNAPSHOT_BLOCK_HASH:-}" ]; then
    [ "$hash" = "$SNAPSHOT_BLOCK_HASH" ] ||
      reject "the snapshot is of block $hash, but tezos.snapshot.blockHash is $SNAPSHOT_BLOCK_HASH: it was thrown away"
    return 0
  fi
  check_age
  answer=$(fetch "$SNAPSHOT_VERIFY_URL/chains/main/blocks/$level/hash") ||
    fail "the snapshot's block can't be checked at $SNAPSHOT_VERIFY_URL ($answer): set tezos.snapshot.verifyUrl to" \
      "another RPC, or tezos.snapshot.blockHash"
  answer=$(printf '%s' "$answer" | tr -d '" \n')
  [ "$hash" = "$answer" ] ||
    reject "the snapshot has block $hash at level $level, but $SNAPSHOT_VERIFY_URL says $answer: it was thrown away"
  log "the block $hash at level $level is the one that $SNAPSHOT_VERIFY_URL knows"
}

information() { # field
  printf '%s\n' "$information" | json_value "snapshot_header.$1"
}

check_age() {
  timestamp=$(information timestamp)
  written=$(date -u -d "$(printf '%s' "$timestamp" | tr T ' ' | tr -d Z)" +%s 2>/dev/null) ||
    fail "the snapshot says that it is of $timestamp, which is no time"
  [ $((($(date +%s) - written) / 86400)) -lt "$oldest_days" ] ||
    reject "the snapshot is of $timestamp, older than $oldest_days days: take another tezos.snapshot.url, or set" \
      "tezos.snapshot.blockHash to $hash if you want this one"
}

import() {
  log "importing block $hash"
  status=0
  run octez-node snapshot import --data-dir "$importing" --block "$hash" --progress-display-mode never "$file" || status=$?
  if [ "$status" -ne 0 ]; then
    clean
    # Killed (no memory, power): the file may be good. By its own verdict: get it again.
    [ "$status" -lt 128 ] || fail "the import was killed (status $status): the next start imports again"
    reject "octez-node could not import the snapshot (status $status, see above): it was thrown away"
  fi
  [ -d "$importing/store" ] || reject "octez-node says it imported the snapshot, but $importing/store is missing"
  log "writing all to the disk"
  sync -f "$importing"
}

main
