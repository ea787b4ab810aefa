#!/bin/sh
# Undoes install.sh: removes services, settings, firewall rules and routes. It keeps what can't be recreated or may be
# used by others: the ssh key pair, the signer's keys and watermarks (/var/lib/octez-signer), octez-signer itself, your
# firewall rules, users and packages. Run it again when it was interrupted.
set -eu

print() { printf '%s\n' "$*"; }

[ "$(id -u)" = 0 ] || {
  print "uninstall.sh: run it as root: sudo $0" >&2
  exit 1
}
exec 9>/run/tezos-signer-install.lock
flock -n 9 || {
  print "uninstall.sh: another install.sh or uninstall.sh is running" >&2
  exit 1
}

manifest=/etc/tezos-signer/manifest
[ -e "$manifest" ] || {
  print "Nothing is installed here."
  exit 0
}

stop() { systemctl disable --quiet --now "$1" 2>/dev/null || true; }
while read -r path; do
  case $path in
    */tunnels/*.conf) stop "tezos-tunnel@$(basename "$path" .conf).service" ;;
    */system/*@.service) ;;
    */system/*.service) stop "$(basename "$path")" ;;
  esac
done <"$manifest"

uplinks=/usr/local/lib/tezos-signer/uplinks
if [ -x "$uplinks" ]; then "$uplinks" clear; fi

# From user-data: it would install everything again at the next boot.
stop tezos-signer-setup.service
rm -f /etc/systemd/system/tezos-signer-setup.service

# The manifest is removed last, so that the next run can complete an interrupted one.
while read -r path; do
  rm -f "$path" "$path.tezos-new"
  # The launchers keep Python from writing it, but importing a module in another way creates it.
  case $path in *.py) rm -rf "$(dirname "$path")/__pycache__" ;; esac
done <"$manifest"
systemctl daemon-reexec
if command -v udevadm >/dev/null; then udevadm control --reload || true; fi
folders=/etc/tezos-signer/folders
if [ -e "$folders" ]; then
  tac "$folders" | while read -r folder; do
    rmdir --ignore-fail-on-non-empty "$folder" 2>/dev/null || true
  done
fi
# The folder itself keeps the ssh key pair, and the owner's firewall rules if there are any.
rm -f /etc/tezos-signer/manifest.* /etc/tezos-signer/folders*
rmdir --ignore-fail-on-non-empty /etc/tezos-signer/firewall.d
sync
rm -f "$manifest"
sync

print "Removed. Kept: /etc/tezos-signer/ssh (the ssh key pair), /etc/tezos-signer/firewall.d, /var/lib/octez-signer"
print "(keys and watermarks: never use them on two hosts), /usr/local/bin/octez-signer, the users, and the packages."
