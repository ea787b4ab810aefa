# An sshd's container runs this before sshd is told to end: the tunnels are there as long as the proxy takes requests,
# and then until the last ones have their answers.
#
#   PROXY           address and port at which this pod's proxy says that it runs
#   LAST_SECONDS    how long requests may take that were under way at the proxy's end

while timeout 2 wget -q -O /dev/null "http://$PROXY/ready"; do sleep 1; done 2> /dev/null
sleep "$LAST_SECONDS"
