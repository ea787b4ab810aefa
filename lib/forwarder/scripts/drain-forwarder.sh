# preStop hook of a forwarder's proxy. All forwarders may be stopped at once, by a change that affects each of them.
# They stop one at a time: a forwarder waits until every other one has been able to serve each baker that it serves
# itself, for some time without interruption. A forwarder that can't serve any baker stops at once.
#
#   SELF                address and port of this forwarder's status
#   OTHERS              the same of the other forwarders, separated by spaces
#   MIN_READY_SECONDS   how long the others must have been able to serve. Different for each forwarder: if two are about
#                       to stop at the same time, both stay, and try again after this
#   TIMEOUT_SECONDS     how long it waits for them. Different for each forwarder, and shorter than the pod's grace
#                       period
#   DRAIN_SECONDS       how long it stays after that in any case, so that clients notice before it stops
#   LOG                 where to log why it stops: the output of a hook isn't collected
set -u

log() { echo "drain: $*" > "$LOG"; }

# Not "wget -T", which not every busybox supports.
get() { timeout 2 wget -q -O - "http://$1" 2> /dev/null; }

# The bakers with a signer that has a healthy uplink. Each line of the status is "BAKER UPLINKS UPLINKS…".
served() { get "$SELF/bakers" | sed -n '/ [1-9]/s/ .*//p' | xargs; }

# A baker that another forwarder doesn't list was removed from the configuration, or has only just been added.
others_can_serve() {
  for other in $OTHERS; do
    theirs=$(get "$other/bakers") && [ -n "$theirs" ] || return 1
    for baker in $1; do
      if printf '%s\n' "$theirs" | grep -Eqx "$baker( 0)*"; then return 1; fi
    done
  done
}

begin=$(date +%s)
ready_since=$begin
attempts_without=0
while :; do
  bakers=$(served)
  now=$(date +%s)
  if [ -z "$bakers" ]; then
    # Not after one or two attempts: on a busy VM an answer may be late.
    attempts_without=$((attempts_without + 1))
    if [ "$attempts_without" -ge 5 ]; then
      log "stopping, because this forwarder serves no baker"
      break
    fi
    sleep 1
    continue
  fi
  attempts_without=0
  if [ $((now - begin)) -ge "$TIMEOUT_SECONDS" ]; then
    log "stopping after $TIMEOUT_SECONDS s, although the others can't serve: $bakers"
    break
  elif ! others_can_serve "$bakers"; then
    ready_since=$now
  elif [ $((now - ready_since)) -ge "$MIN_READY_SECONDS" ]; then
    # First announce it, then check again: if two do this at once, at least one sees that the other is draining.
    get "$SELF/drain"
    if others_can_serve "$bakers"; then
      log "stopping; the others serve: $bakers"
      break
    fi
    get "$SELF/undrain"
    ready_since=$now
  fi
  sleep 1
done
sleep "$DRAIN_SECONDS"
