#!/bin/sh
# A preStop hook: holds the end of a server back until no client in this pod is connected to it any more. So the baker,
# which has no such hook and gets its SIGTERM at once, ends before octez-node and before the proxy to its signers. The
# kernel's own list of connections is asked: it needs no file between the containers, and a client that was killed is
# gone from it too.
#
# Environment
#   CLIENTS_PORT       the server's port on the loopback address
#   CLIENTS_SECONDS    how long to wait at most; must be less than the pod's grace period
#   CLIENTS_TABLE      default /proc/net/tcp
set -eu
# A line of the table has the own address, the peer's address, the state; numbers are hexadecimal, 01 is established.
peer=$(printf ':%04X' "$CLIENTS_PORT")
waited=0
while awk -v peer="$peer" '
  $3 ~ /^0100007F:/ && substr($3, 9) == peer && $4 == "01" { found = 1 }
  END { exit !found }' "${CLIENTS_TABLE:-/proc/net/tcp}"; do
  if [ "$waited" -ge "$CLIENTS_SECONDS" ]; then
    echo "clients are still connected to port $CLIENTS_PORT after $CLIENTS_SECONDS s: stopping all the same"
    exit 0
  fi
  sleep 1
  waited=$((waited + 1))
done
