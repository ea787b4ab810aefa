#!/bin/sh
# Writes octez-node's configuration if it has changed, and generates the node's identity once. It only needs the network
# if the configured Tezos network is given by a URL, and then only on the first start: the definition stays on the disk.
#
# Environment
#   DATA_DIR     the node's disk; the data is in its folder node, or in node.importing until an import is complete
#   NETWORK      name of a network that is built into octez-node, or URL of a network's definition
#   CONFIG_FILE  octez-node's config.json; without the network if NETWORK is a URL
set -eu
umask 077
# shellcheck source=lib/tezos/scripts/common.sh
. "$(dirname "$0")/common.sh"

node="$DATA_DIR/node"
importing="$DATA_DIR/node.importing"
network_file="$DATA_DIR/network"
definition="$DATA_DIR/network.json"

main() {
  # An empty folder, created by hand, doesn't count as data.
  rmdir "$node" 2>/dev/null || true
  check_network
  folder=$node
  if [ ! -d "$node" ]; then
    folder=$importing
    error=$(mkdir -p "$importing" 2>&1) ||
      fail "can't create $importing ($(reason "$error")): is the disk full or read-only?"
  fi
  write_configuration
  make_identity
}

# A disk contains the data of one network. An unfinished import for another network is deleted.
check_network() {
  known=$(cat "$network_file" 2>/dev/null) || known=
  if [ "$known" = "$NETWORK" ]; then
    return 0
  fi
  if [ -n "$known" ]; then
    [ ! -d "$node" ] ||
      fail "$node contains data of $known, but the configuration is for $NETWORK: give the node a new disk, or remove" \
        "$node, $network_file and $definition"
    rm -rf "$importing" "$definition" "$DATA_DIR/snapshot" "$DATA_DIR/snapshot.source"
  fi
  replace "$network_file" "$NETWORK"
}

write_configuration() {
  text=$(cat "$CONFIG_FILE") || fail "can't read $CONFIG_FILE: the ConfigMap is not mounted"
  case $NETWORK in
    http://* | https://*)
      fetch_definition
      # Inserts the definition as the last field, before the closing brace.
      text=$(printf '%s\n' "$text" | sed '$d' && printf ',"network":\n' && cat "$definition" && printf '}')
      ;;
  esac
  if [ "$(cat "$folder/config.json" 2>/dev/null)" = "$text" ]; then
    log "the configuration is up to date"
  else
    replace "$folder/config.json" "$text"
    log "wrote the configuration for $NETWORK to $folder/config.json"
  fi
}

fetch_definition() {
  if [ -e "$definition" ]; then
    return 0
  fi
  answer=$(fetch "$NETWORK") || fail "can't download the network's definition from $NETWORK: $answer"
  fetched="$DATA_DIR/network.json.fetched"
  replace "$fetched" "$answer"
  is_json_with "$fetched" chain_name genesis.block genesis.protocol || {
    rm -f "$fetched"
    fail "$NETWORK is not the definition of a network: set tezos.network to another URL"
  }
  mv "$fetched" "$definition"
  sync "$DATA_DIR"
}

# octez-node would generate an identity when it first runs, but could be interrupted while writing it.
make_identity() {
  identity="$folder/identity.json"
  scratch="$DATA_DIR/identity.making"
  # Left over from a start that was interrupted.
  rm -rf "$scratch"
  if [ -e "$identity" ]; then
    if is_json_with "$identity" peer_id public_key secret_key; then
      return 0
    fi
    keep_copy "$identity"
    log "WARNING: identity.json was not valid: the node gets a new identity; the old file is $kept"
  fi
  log "generating the node's identity, which takes up to a minute"
  run octez-node identity generate --data-dir "$scratch" ||
    fail "octez-node could not generate an identity: see its output above"
  sync "$scratch/identity.json"
  mv -f "$scratch/identity.json" "$identity"
  sync "$folder"
  rm -rf "$scratch"
}

main
