#!/bin/sh
# A preStop hook: delays a server's SIGTERM until no client in this pod is connected to it. The baker has no such hook,
# receives SIGTERM at once, and so exits before octez-node. The hook reads the kernel's list of connections: no
# container has to write a file for that, and clients that were killed are not in the list.
# https://docs.kernel.org/networking/proc_net_tcp.html
#
# Environment
#   CLIENTS_PORT     the server's port on the loopback address
#   CLIENTS_SECONDS  longest wait, in seconds; must be less than the pod's grace period
#   CLIENTS_TABLE    the kernel's list; default /proc/net/tcp
set -eu
# Columns 2 to 4 are the local address, the remote address and the state, in hexadecimal: 0100007F is 127.0.0.1, and 01
# is ESTABLISHED.
peer=$(printf ':%04X' "$CLIENTS_PORT")
waited=0
while awk -v peer="$peer" '
  $3 ~ /^0100007F:/ && substr($3, 9) == peer && $4 == "01" { found = 1 }
  END { exit !found }' "${CLIENTS_TABLE:-/proc/net/tcp}"; do
  if [ "$waited" -ge "$CLIENTS_SECONDS" ]; then
    echo "clients are still connected to port $CLIENTS_PORT after $CLIENTS_SECONDS s: stopping anyway"
    exit 0
  fi
  sleep 1
  waited=$((waited + 1))
done
