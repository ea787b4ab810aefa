#!/bin/sh
# Writes octez-node's configuration, where it differs, and makes the node's identity, once. Uses the network only for a
# network that is defined by a URL, and then on the first start only: its definition is kept on the disk.
#
# Environment
#   DATA_DIR     the node's disk: its data is in the folder node, or in node.importing as long as there is none
#   NETWORK      name of a network that octez-node knows, or the URL of a network's definition
#   CONFIG_FILE  octez-node's config.json; without a network if that is a URL
set -eu
umask 077
# shellcheck source=lib/tezos/scripts/common.sh
. "$(dirname "$0")/common.sh"

node="$DATA_DIR/node"
importing="$DATA_DIR/node.importing"
network_file="$DATA_DIR/network"
definition="$DATA_DIR/network.json"

main() {
  # An empty folder is no data: somebody made it by hand.
  rmdir "$node" 2>/dev/null || true
  check_network
  folder=$node
  if [ ! -d "$node" ]; then
    folder=$importing
    error=$(mkdir -p "$importing" 2>&1) || fail "can't make $importing ($(reason "$error")): is the disk full or read-only?"
  fi
  write_configuration
  make_identity
}

# A disk holds one network. What was not yet imported for another one is thrown away.
check_network() {
  known=$(cat "$network_file" 2>/dev/null) || known=
  if [ "$known" = "$NETWORK" ]; then
    return 0
  fi
  if [ -n "$known" ]; then
    [ ! -d "$node" ] ||
      fail "$node holds data of $known, but the configuration says $NETWORK: give the node a new disk, or remove $node," \
        "$network_file and $definition"
    rm -rf "$importing" "$definition" "$DATA_DIR/snapshot" "$DATA_DIR/snapshot.source"
  fi
  replace "$network_file" "$NETWORK"
}

write_configuration() {
  text=$(cat "$CONFIG_FILE") || fail "$CONFIG_FILE can't be read: the configuration is not mounted"
  case $NETWORK in
    http://* | https://*)
      fetch_definition
      # The text ends with the brace of the whole; the definition becomes its last field.
      text=$(printf '%s\n' "$text" | sed '$d' && printf ',"network":\n' && cat "$definition" && printf '}')
      ;;
  esac
  if [ "$(cat "$folder/config.json" 2>/dev/null)" = "$text" ]; then
    log "configuration is right"
  else
    replace "$folder/config.json" "$text"
    log "configuration of $NETWORK written to $folder/config.json"
  fi
}

fetch_definition() {
  if [ -e "$definition" ]; then
    return 0
  fi
  answer=$(fetch "$NETWORK") || fail "can't get the definition of the network from $NETWORK: $answer"
  fetched="$DATA_DIR/network.json.fetched"
  replace "$fetched" "$answer"
  is_json_with "$fetched" chain_name genesis.block genesis.protocol || {
    rm -f "$fetched"
    fail "$NETWORK answers with something that is no definition of a network: set tezos.network to another URL"
  }
  mv "$fetched" "$definition"
  sync "$DATA_DIR"
}

# octez-node would make the identity itself when it first runs, and could be cut off halfway through writing it.
make_identity() {
  identity="$folder/identity.json"
  scratch="$DATA_DIR/identity.making"
  # An earlier start may have been cut off while it made one, or before it removed this.
  rm -rf "$scratch"
  if [ -e "$identity" ]; then
    if is_json_with "$identity" peer_id public_key secret_key; then
      return 0
    fi
    keep_aside "$identity"
    log "WARNING: identity.json was broken: the node gets a new one; it is kept as $kept"
  fi
  log "making the node's identity: this takes up to a minute"
  run octez-node identity generate --data-dir "$scratch" || fail "octez-node could not make an identity: see above"
  sync "$scratch/identity.json"
  mv -f "$scratch/identity.json" "$identity"
  sync "$folder"
  rm -rf "$scratch"
}

main
