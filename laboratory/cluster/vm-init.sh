#!/bin/sh
# The first process of a VM. Killing it is a power cut: the kernel then kills all other processes of its PID namespace at
# once and removes its mounts (https://man7.org/linux/man-pages/man7/pid_namespaces.7.html). It also exits when its
# standard input closes.
#
# Environment
#   FOLDER     the VM's disk: the configuration of its programs, and what they keep across power cuts
#   NAME       its name
#   ADDRESS    its address, with the prefix length
#   GATEWAY    the default gateway
#   LABELS     labels of its Node, separated by commas
#   TAINTS     taints of its Node, separated by commas
#   IMAGES     image archives to load, separated by spaces
#   PROGRAMS   the folder with kubelet and kube-proxy
set -eu
trap 'exit 0' TERM
exec 3<&0
{ cat <&3 >/dev/null; kill -TERM 1; } &

# Runtime state must not survive a power cut, and VMs must not share it.
mount -t tmpfs tmpfs /run
mkdir -p /run/netns /run/lock /var/lib/cni
mount -t tmpfs tmpfs /var/lib/cni

ip link set lo up
until ip link show eth0 >/dev/null 2>&1; do sleep 0.05; done
ip address add "$ADDRESS" dev eth0
ip link set eth0 up
ip route add default via "$GATEWAY"
sysctl -qw net.ipv4.ip_forward=1

# Restarts a program that exits, as a service manager would.
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
# Reaps orphaned processes.
while :; do wait || true; sleep 1; done
