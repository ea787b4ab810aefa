# preStop hook of an sshd: keeps the tunnels up while the proxy takes requests, and until the last ones are answered.
#
#   PROXY           address and port of this pod's proxy's status
#   DRAIN_SECONDS   how long requests that were in flight when the proxy stopped may take

while timeout 2 wget -q -O /dev/null "http://$PROXY/ready"; do sleep 1; done 2> /dev/null
sleep "$DRAIN_SECONDS"
