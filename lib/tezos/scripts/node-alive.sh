#!/bin/sh
# Alive: the node answers at all. A node that still catches up with the chain is alive, and so is one with no signer.
#
# Environment
#   NODE_RPC  the node's RPC; default http://127.0.0.1:8732
set -eu
timeout 10 wget -q -O /dev/null "${NODE_RPC:-http://127.0.0.1:8732}/version"
