#!/bin/sh
# Upgrades the node's storage if this version of Octez needs that. octez-node records the new version last, so the next
# start repeats an upgrade that was interrupted.
#
# Environment
#   DATA_DIR  the node's disk; the data is in its folder node
set -eu
# shellcheck source=lib/tezos/scripts/common.sh
. "$(dirname "$0")/common.sh"

node="$DATA_DIR/node"

if [ ! -d "$node/store" ]; then
  log "the node has no data yet: nothing to upgrade"
  exit 0
fi
# Exits with 1 if an upgrade is needed:
# https://gitlab.com/tezos/tezos/-/blob/octez-v25.1/src/bin_node/node_upgrade_command.ml
status=0
answer=$(octez-node upgrade storage --status --data-dir "$node" 2>&1) || status=$?
case $status in
  0) log "the storage is up to date" ;;
  1)
    log "upgrading the storage"
    run octez-node upgrade storage --data-dir "$node" ||
      fail "octez-node could not upgrade the storage (see above): the data is unchanged; if this persists, go back to" \
        "the previous version of Octez, or remove $node to import a snapshot"
    sync -f "$node"
    log "upgraded the storage"
    ;;
  *)
    fail "octez-node can't read the version of the storage ($(reason "$answer")): if $node/version.json is damaged," \
      "remove $node to import a snapshot"
    ;;
esac
