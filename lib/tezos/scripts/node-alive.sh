#!/bin/sh
# Liveness probe: the node responds. It is alive even while it is syncing, and while all signers are offline.
#
# Environment
#   NODE_RPC  URL of the node's RPC; default http://127.0.0.1:8732
set -eu
timeout 10 wget -q -O /dev/null "${NODE_RPC:-http://127.0.0.1:8732}/version"
