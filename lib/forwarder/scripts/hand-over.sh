# A forwarder's proxy runs this before it is told to end. Forwarders may all be told at once, by a change that concerns
# each of them: one at a time goes, and none before every other one has been able to serve, for a while without a break,
# each baker that this one can serve. One that can serve none goes at once.
#
#   SELF              address and port of this forwarder's status
#   OTHERS            the same of the other forwarders, with spaces between
#   STEADY_SECONDS    how long the others must have been able to. Other for each forwarder: of two that would go at once
#                     both stay, and try again after this
#   AT_MOST_SECONDS   how long it stays for that. Other for each forwarder, and less than the pod's grace period
#   LEAVE_SECONDS     how long it stays in any case, so that callers hear of its end first
#   LOG               where it says why it leaves: nobody reads a hook's own output
set -u

say() { echo "hand-over: $*" > "$LOG"; }

# Not wget -T: not every busybox has it.
ask() { timeout 2 wget -q -O - "http://$1" 2> /dev/null; }

# The bakers that have a signer with a healthy uplink. The status has lines of "BAKER UPLINKS UPLINKS…".
served() { ask "$SELF/bakers" | sed -n '/ [1-9]/s/ .*//p' | xargs; }

# A baker that another forwarder does not name was taken out of the configuration, or is not yet in it.
others_can_serve() {
  for other in $OTHERS; do
    theirs=$(ask "$other/bakers") && [ -n "$theirs" ] || return 1
    for baker in $1; do
      if printf '%s\n' "$theirs" | grep -Eqx "$baker( 0)*"; then return 1; fi
    done
  done
}

begin=$(date +%s)
steady_since=$begin
looks_without=0
while :; do
  bakers=$(served)
  now=$(date +%s)
  if [ -z "$bakers" ]; then
    # Not by a look or two: a busy VM may keep an answer back.
    looks_without=$((looks_without + 1))
    if [ "$looks_without" -ge 5 ]; then
      say "leaves, because it can serve no baker"
      break
    fi
    sleep 1
    continue
  fi
  looks_without=0
  if [ $((now - begin)) -ge "$AT_MOST_SECONDS" ]; then
    say "leaves after $AT_MOST_SECONDS s, though the others can't serve: $bakers"
    break
  elif ! others_can_serve "$bakers"; then
    steady_since=$now
  elif [ $((now - steady_since)) -ge "$STEADY_SECONDS" ]; then
    # First it says so, then it looks again: of two that do this at once, one at least sees the other's word.
    ask "$SELF/leave"
    if others_can_serve "$bakers"; then
      say "leaves; the others serve: $bakers"
      break
    fi
    ask "$SELF/stay"
    steady_since=$now
  fi
  sleep 1
done
sleep "$LEAVE_SECONDS"
