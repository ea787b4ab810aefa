#!/bin/sh
# The first process of a machine: its end is the machine's loss of power, since the kernel then kills all others of its
# PID namespace at once and takes its mounts away. It ends by itself when its standard input closes.
#
# Environment
#   FOLDER     the machine's folder: the configuration of its programs, and what they keep over a loss of power
#   NAME       its name
#   ADDRESS    its address, with the length of the prefix
#   GATEWAY    where everything else is
#   LABELS     of its Node, with a comma between
#   TAINTS     the same
#   IMAGES     files with images that it has from the start, with a space between
#   PROGRAMS   the folder with kubelet and kube-proxy
set -eu
trap 'exit 0' TERM
exec 3<&0
{ cat <&3 >/dev/null; kill -TERM 1; } &

# What a running system keeps in memory must be gone after a loss of power, and two machines here must not share it.
mount -t tmpfs tmpfs /run
mkdir -p /run/netns /run/lock /var/lib/cni
mount -t tmpfs tmpfs /var/lib/cni

ip link set lo up
until ip link show eth0 >/dev/null 2>&1; do sleep 0.05; done
ip address add "$ADDRESS" dev eth0
ip link set eth0 up
ip route add default via "$GATEWAY"
sysctl -qw net.ipv4.ip_forward=1

# As the services of a real machine: a program that ends is started again.
keep() { # name command...
  log="$FOLDER/$1.log"
  shift
  while :; do
    "$@" >>"$log" 2>&1 || true
    sleep 1
  done
}

keep containerd containerd --config "$FOLDER/containerd.toml" 3<&- &
until ctr --address "$FOLDER/containerd.sock" version >/dev/null 2>&1; do sleep 0.1; done
for image in $IMAGES; do
  loaded="$FOLDER/loaded-$(basename "$image")"
  [ -e "$loaded" ] || ctr --address "$FOLDER/containerd.sock" --namespace k8s.io images import "$image" >/dev/null
  touch "$loaded"
done
keep kubelet "$PROGRAMS/kubelet" --config "$FOLDER/kubelet.json" --kubeconfig "$FOLDER/kubeconfig" \
  --hostname-override "$NAME" --node-ip "${ADDRESS%/*}" --root-dir "$FOLDER/kubelet" --cert-dir "$FOLDER/certificates" \
  --node-labels "$LABELS" --register-with-taints "$TAINTS" 3<&- &
keep kube-proxy "$PROGRAMS/kube-proxy" --config "$FOLDER/kube-proxy.json" 3<&- &
# Takes in what has lost its parent.
while :; do wait || true; sleep 1; done
