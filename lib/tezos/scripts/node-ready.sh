#!/bin/sh
# Readiness probe: the node is in sync with the chain. It doesn't depend on any signer.
# https://octez.tezos.com/docs/shell/sync.html
#
# Environment
#   NODE_RPC  URL of the node's RPC; default http://127.0.0.1:8732
set -eu
answer=$(timeout 5 wget -q -O - "${NODE_RPC:-http://127.0.0.1:8732}/chains/main/is_bootstrapped" 2>&1) || {
  echo "octez-node does not respond: $answer"
  exit 1
}
case $(printf '%s' "$answer" | tr -d ' \n') in
  *'"bootstrapped":true'*'"sync_state":"synced"'* | *'"sync_state":"synced"'*'"bootstrapped":true'*) ;;
  *)
    echo "octez-node is not in sync with the chain: $answer"
    exit 1
    ;;
esac
