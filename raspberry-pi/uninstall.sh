#!/bin/sh
# Undoes install.sh: services, settings, rules, routes. Keeps what can't be made again: the ssh key pair, the signer's
# keys and watermarks (/var/lib/octez-signer), octez-signer itself, your own firewall rules, users and packages. Run it
# again when it was interrupted.
set -eu

say() { printf '%s\n' "$*"; }

[ "$(id -u)" = 0 ] || {
  say "uninstall.sh: run it as root: sudo $0" >&2
  exit 1
}
exec 9>/run/tezos-signer-install.lock
flock -n 9 || {
  say "uninstall.sh: another install.sh or uninstall.sh is running" >&2
  exit 1
}

manifest=/etc/tezos-signer/manifest
[ -e "$manifest" ] || {
  say "Nothing is installed here."
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

# user-data's, which would install everything again at the next boot.
stop tezos-signer-setup.service
rm -f /etc/systemd/system/tezos-signer-setup.service

# The manifest goes last: an interrupted run is completed by the next.
while read -r path; do rm -f "$path" "$path.tezos-new"; done <"$manifest"
systemctl daemon-reexec
if command -v udevadm >/dev/null; then udevadm control --reload || true; fi
folders=/etc/tezos-signer/folders
if [ -e "$folders" ]; then
  tac "$folders" | while read -r folder; do
    rmdir --ignore-fail-on-non-empty "$folder" 2>/dev/null || true
  done
fi
# Its own folder keeps the ssh key pair, and rules of the owner's if there are any.
rm -f /etc/tezos-signer/manifest.* /etc/tezos-signer/folders*
rmdir --ignore-fail-on-non-empty /etc/tezos-signer/firewall.d
sync
rm -f "$manifest"
sync

say "Removed. Kept: /etc/tezos-signer/ssh (the ssh key pair), /etc/tezos-signer/firewall.d, /var/lib/octez-signer (keys and"
say "watermarks: never run them on two machines), /usr/local/bin/octez-signer, the users, and the installed packages."
