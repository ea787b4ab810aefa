#!/bin/sh
# Upgrades the node's storage when this version of Octez wants it. octez-node notes the new version as the last step, so
# an upgrade that was cut off is begun again.
#
# Environment
#   DATA_DIR  the node's disk: its data is in the folder node
set -eu
# shellcheck source=lib/tezos/scripts/common.sh
. "$(dirname "$0")/common.sh"

node="$DATA_DIR/node"

if [ ! -d "$node/store" ]; then
  log "the node has no data yet: nothing to upgrade"
  exit 0
fi
status=0
answer=$(octez-node upgrade storage --status --data-dir "$node" 2>&1) || status=$?
case $status in
  0) log "the storage is up to date" ;;
  1)
    log "upgrading the storage"
    run octez-node upgrade storage --data-dir "$node" ||
      fail "octez-node could not upgrade the storage (see above): the data is as it was; if that stays so, use the version" \
        "of Octez of before, or remove $node to import a snapshot"
    sync -f "$node"
    log "the storage is upgraded"
    ;;
  *)
    fail "octez-node can't tell the version of the storage ($(reason "$answer")): if $node/version.json is broken, remove" \
      "$node to import a snapshot"
    ;;
esac
