#!/bin/sh
# Turns this Raspberry Pi into the signer that the bundle next to this script describes. Run it again after each change
# of the bundle, or when it was interrupted: it changes only what differs.
# It is one long file on purpose: you can read all of it before you run it as root.
set -eu

usage() {
  cat <<'TEXT'
usage: sudo ./install.sh [--octez-signer FILE --sha256 SUM]

  --octez-signer FILE   install this static octez-signer, built for this architecture, as /usr/local/bin/octez-signer
  --sha256 SUM          its checksum, as published with the release
TEXT
}

# Prints each argument on its own line.
print() { printf '%s\n' "$@"; }
fail() {
  print "install.sh: $*" >&2
  exit 1
}

main() {
  parse_arguments "$@"
  bundle=$(cd "$(dirname "$0")" && pwd)
  # shellcheck source=/dev/null # generated together with the rest of the bundle
  . "$bundle/install.env"
  check_system
  umask 022
  # Two runs at a time would delete each other's temporary files.
  exec 9>/run/tezos-signer-install.lock
  flock -n 9 || fail "another install.sh or uninstall.sh is running"

  install_packages
  create_users
  create_ssh_key
  create_signer_folder
  copy_files
  remove_stale_files
  install_octez_signer
  # Everything is on the disk before a service is enabled or started from it.
  sync
  apply_changes
  sync
  print_next_steps
}

parse_arguments() {
  octez_signer=''
  sha256=''
  while [ $# -gt 0 ]; do
    case $1 in
      --octez-signer) octez_signer=${2:?--octez-signer needs a file} && shift 2 ;;
      --sha256) sha256=${2:?--sha256 needs a checksum} && shift 2 ;;
      -h | --help) usage && exit 0 ;;
      *) usage >&2 && exit 2 ;;
    esac
  done
  if [ -n "$octez_signer" ]; then
    [ -n "$sha256" ] || fail "--octez-signer needs --sha256 SUM, the checksum that is published with the release"
    [ -f "$octez_signer" ] || fail "file not found: $octez_signer"
    echo "$sha256  $octez_signer" | sha256sum --check --status ||
      fail "the checksum of $octez_signer is not $sha256: don't use this file"
  fi
}

check_system() {
  [ "$(id -u)" = 0 ] || fail "run it as root: sudo $0"
  [ -d /run/systemd/system ] || fail "systemd is not running; use Raspberry Pi OS or Debian (12 or newer)"
  command -v apt-get >/dev/null || fail "apt-get not found; use Raspberry Pi OS or Debian (12 or newer)"
  if [ "$SOFTWARE" = octez-signer ]; then
    case $(uname -m) in
      aarch64 | x86_64) ;;
      *) fail "Octez is released for 64-bit systems only, this is $(uname -m): install the 64-bit Raspberry Pi OS" ;;
    esac
  fi
}

install_packages() {
  missing=
  for pair in autossh:autossh ssh:openssh-client nft:nftables python3:python3 ip:iproute2 chattr:e2fsprogs; do
    command -v "${pair%%:*}" >/dev/null || missing="$missing ${pair#*:}"
  done
  [ -n "$missing" ] || return 0
  print "Installing packages:$missing"
  # shellcheck disable=SC2086 # a list of words
  install_with_apt $missing >&2 || fail "these packages could not be installed:$missing"
}

# dpkg first: a power cut may have left packages half configured, and then apt-get refuses to work. The lock's time-out:
# right after the first boot, the system runs its own apt-get to look for updates.
install_with_apt() {
  export DEBIAN_FRONTEND=noninteractive
  dpkg --configure -a && apt-get -o DPkg::Lock::Timeout=600 update &&
    apt-get -o DPkg::Lock::Timeout=600 install --yes --no-install-recommends "$@"
}

create_users() {
  create_user tezos-tunnel
  if [ "$SOFTWARE" = octez-signer ]; then create_user octez-signer; fi
  if [ "$DEVICE" = ledger ] && ! getent group ledger >/dev/null; then groupadd --system ledger; fi
}

create_user() {
  getent passwd "$1" >/dev/null ||
    useradd --system --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin "$1"
}

# The key pair is generated here, and its private half never leaves this Raspberry Pi. The file gets its final name
# last, so a file of that name is always complete.
create_ssh_key() {
  ssh_folder=/etc/tezos-signer/ssh
  install -d -m 755 /etc/tezos-signer
  install -d -m 750 -o root -g tezos-tunnel "$ssh_folder"
  if [ ! -s "$ssh_folder/id_ed25519" ]; then
    rm -f "$ssh_folder"/new "$ssh_folder"/new.pub
    ssh-keygen -q -t ed25519 -N '' -C "signer@$SIGNER" -f "$ssh_folder/new"
    chown tezos-tunnel:tezos-tunnel "$ssh_folder/new"
    sync "$ssh_folder/new"
    mv "$ssh_folder/new" "$ssh_folder/id_ed25519"
    rm -f "$ssh_folder/new.pub"
  fi
  # Always derived from the private half, so the two match.
  ssh_public_key="$(ssh-keygen -y -f "$ssh_folder/id_ed25519" | cut -d ' ' -f 1-2) signer@$SIGNER"
  if [ "$(cat "$ssh_folder/id_ed25519.pub" 2>/dev/null)" != "$ssh_public_key" ]; then
    print "$ssh_public_key" >"$ssh_folder/new.pub"
    chmod 644 "$ssh_folder/new.pub"
    sync "$ssh_folder/new.pub"
    mv "$ssh_folder/new.pub" "$ssh_folder/id_ed25519.pub"
  fi
}

# octez-signer writes its watermark to a new file and renames it, without fsync. A power cut could lose a watermark
# whose signature has already been sent, and then the same level could be signed twice. With the attributes S and D,
# each write and rename is on the disk before octez-signer continues. Files that are created later inherit them.
# https://man7.org/linux/man-pages/man1/chattr.1.html
create_signer_folder() {
  [ "$SOFTWARE" = octez-signer ] || return 0
  data=/var/lib/octez-signer
  install -d -m 700 -o octez-signer -g octez-signer "$data"
  case $(lsattr -d "$data" 2>/dev/null) in *S*D*' '*) return 0 ;; esac
  if chattr +S +D "$data" 2>/dev/null; then
    find "$data" -type f -exec chattr +S {} +
    find "$data" -mindepth 1 -type d -exec chattr +S +D {} +
  else
    print "Warning: the file system of $data does not support synchronous writes by attribute (ext4 does):" \
      "mount it with the option sync, or a power cut may lose the last watermark."
  fi
}

copy_files() {
  # The manifest lists all files that this run or an earlier one has installed: uninstall.sh and the next run need it.
  # It is written before the first file is copied, so that it is complete after an interrupted run.
  manifest=/etc/tezos-signer/manifest
  (cd "$bundle/files" && find . -type f | sed 's/^\.//' | LC_ALL=C sort) >/etc/tezos-signer/manifest.wanted
  cat /etc/tezos-signer/manifest.wanted "$manifest" 2>/dev/null | LC_ALL=C sort -u >"$manifest.new"
  replace_if_different "$manifest.new" "$manifest"
  while read -r path; do
    if [ -x "$bundle/files$path" ]; then mode=755; else mode=644; fi
    if cmp -s "$bundle/files$path" "$path" && [ "$(stat -c '%a %U %G' "$path")" = "$mode root root" ]; then continue; fi
    folder=$(dirname "$path")
    create_folder "$folder"
    install -m "$mode" -o root -g root "$bundle/files$path" "$path.tezos-new"
    sync "$path.tezos-new"
    mv "$path.tezos-new" "$path"
    report_change "$path"
  done </etc/tezos-signer/manifest.wanted
  # For the owner's rules. It is not in the manifest, so it is never removed.
  [ -d /etc/tezos-signer/firewall.d ] || install -d -m 755 /etc/tezos-signer/firewall.d
}

# Records each folder that did not exist before: uninstall.sh removes these if they are empty by then. A folder is
# recorded before it is created, and after its parent.
create_folder() {
  [ ! -d "$1" ] || return 0
  create_folder "$(dirname "$1")"
  folders=/etc/tezos-signer/folders
  # An interrupted run may have recorded it already.
  if ! grep -qxF "$1" "$folders" 2>/dev/null; then
    { cat "$folders" 2>/dev/null || true; print "$1"; } >"$folders.new"
    replace_if_different "$folders.new" "$folders"
  fi
  install -d -m 755 "$1"
}

# The text is on the disk before the file gets its name: after a power cut it is the old or the new file, never empty.
replace_if_different() {
  if cmp -s "$1" "$2"; then
    rm "$1"
  else
    sync "$1"
    mv "$1" "$2"
  fi
}

report_change() { print "changed: $1"; }

# Files of an earlier bundle that are not in this one, for example of an uplink or a forwarder that was removed.
remove_stale_files() {
  LC_ALL=C comm -13 /etc/tezos-signer/manifest.wanted "$manifest" >/etc/tezos-signer/manifest.stale
  while read -r path; do
    case $path in
      */tunnels/*.conf)
        instance=$(basename "$path" .conf)
        systemctl disable --quiet --now "tezos-tunnel@$instance.service"
        ;;
      */system/*.service) systemctl disable --quiet --now "$(basename "$path")" ;;
    esac
    rm -f "$path"
    report_change "$path"
  done </etc/tezos-signer/manifest.stale
  rm -f /etc/tezos-signer/manifest.stale
  replace_if_different /etc/tezos-signer/manifest.wanted "$manifest"
}

install_octez_signer() {
  [ -n "$octez_signer" ] || return 0
  cmp -s "$octez_signer" /usr/local/bin/octez-signer && return 0
  install -m 755 -o root -g root "$octez_signer" /usr/local/bin/octez-signer.tezos-new
  sync /usr/local/bin/octez-signer.tezos-new
  mv /usr/local/bin/octez-signer.tezos-new /usr/local/bin/octez-signer
  report_change /usr/local/bin/octez-signer
}

# Restarts or reloads what a change affects. It compares with the running system instead of remembering what changed, so
# that a run completes one that was interrupted after copying.
apply_changes() {
  systemctl daemon-reload
  # Only daemon-reexec makes systemd read the watchdog's setting again.
  [ "$(systemctl show --property=RuntimeWatchdogUSec --value)" = 14s ] || systemctl daemon-reexec
  if [ "$DEVICE" = ledger ]; then
    udevadm control --reload
    udevadm trigger --subsystem-match=usb --subsystem-match=hidraw
  fi
  # Fails for an uplink that is unplugged; that one gets its settings when it is plugged in.
  /lib/systemd/systemd-sysctl /etc/sysctl.d/90-tezos-uplinks.conf || true

  start_firewall
  units="tezos-uplinks.service tezos-signer-health.service"
  if [ "$SOFTWARE" = octez-signer ]; then units="$units octez-signer.service"; fi
  for instance in $TUNNELS; do units="$units tezos-tunnel@$instance.service"; done
  # shellcheck disable=SC2086 # a list of words
  enable_units $units
  lib=/usr/local/lib/tezos-signer
  start tezos-uplinks.service /etc/tezos-signer/uplinks.env $lib/uplinks
  start tezos-signer-health.service /etc/tezos-signer/health.env $lib/signer-health $lib/tezos_signer/*.py
  if [ "$SOFTWARE" = octez-signer ]; then start octez-signer.service /usr/local/bin/octez-signer; fi
  for instance in $TUNNELS; do
    start "tezos-tunnel@$instance.service" "/etc/tezos-signer/tunnels/$instance.conf" \
      /etc/tezos-signer/known_hosts $lib/tunnel
  done
}

# Enables all units in one call, because systemd reloads all of its units after each call.
enable_units() {
  disabled=
  for unit in "$@"; do
    systemctl is-enabled --quiet "$unit" 2>/dev/null || disabled="$disabled $unit"
  done
  # shellcheck disable=SC2086 # a list of words
  [ -z "$disabled" ] || systemctl enable --quiet $disabled
}

# Starts a unit, or restarts it if a file that it reads has changed. usage: start UNIT FILE...
start() {
  unit=$1
  if is_older "$@"; then
    print "restarting $unit"
    systemctl restart --no-block "$unit"
    # One tunnel after the other: meanwhile the others carry the requests.
    case $unit in tezos-tunnel@*) sleep 2 ;; esac
  elif ! systemctl is-active --quiet "$unit"; then
    systemctl start --no-block "$unit"
  fi
}

# Whether a unit was started before one of its files changed. It compares ctime, which mv sets, in nanoseconds: a file
# may have changed in the same second in which the unit started.
is_older() {
  since=$(systemctl show --timestamp=us --property=InactiveExitTimestamp --value "$1")
  [ -n "$since" ] || return 1
  since=$(date -d "$since" +%s%N)
  unit_file=$(systemctl show --property=FragmentPath --value "$1")
  shift
  for path in "$unit_file" "$@"; do
    if [ -e "$path" ] && [ "$(stat -c %.9Z "$path" | tr -d .,)" -gt "$since" ]; then return 0; fi
  done
  return 1
}

start_firewall() {
  nft --check --file /etc/tezos-signer/firewall.nft ||
    fail "the firewall's rules are not valid: correct those in /etc/tezos-signer/firewall.d, and run install.sh again"
  locked_out=$(would_lock_out)
  if [ -n "$locked_out" ]; then
    print "Warning: the firewall is not started, because it would block your ssh session from $locked_out." \
      "It accepts ssh on port 22, from local networks only. Put a rule such as" "  tcp dport 22 accept" \
      "into /etc/tezos-signer/firewall.d/ssh.nft, and run install.sh again."
    return 0
  fi
  enable_units tezos-firewall.service
  if ! systemctl is-active --quiet tezos-firewall.service; then
    systemctl start tezos-firewall.service
  else
    # Reads the owner's rules again. The table is replaced in one step.
    systemctl reload tezos-firewall.service
  fi
}

# Prints the peer of an ssh session that the firewall would block, if there is one. If the owner has added rules, it
# prints nothing: the owner has decided.
would_lock_out() {
  for own in /etc/tezos-signer/firewall.d/*.nft; do [ -e "$own" ] && return 0; done
  ss -Htnp state established 2>/dev/null | grep '"sshd' | while read -r _ _ end peer _; do
    case $peer in
      10.*:* | 192.168.*:* | 169.254.*:* | 172.1[6-9].*:* | 172.2[0-9].*:* | 172.3[01].*:* | 127.*:*) ;;
      '[fe80:'* | '[fc'* | '[fd'* | '[::1]'* | '[::ffff:10.'* | '[::ffff:192.168.'*) ;;
      *) echo "$peer" && continue ;;
    esac
    case $end in *:22 | 127.* | '[::1]'*) ;; *) echo "$peer (to $end)" ;; esac
  done | head -n 1
}

print_next_steps() {
  print "" "This signer's ssh public key, for signers[$SIGNER].sshPublicKey in the configuration:" "  $ssh_public_key"
  if [ -n "$MISSING" ]; then
    print "" "No tunnels yet: the configuration has no $(echo "$MISSING" | sed 's/ / and no /')." \
      "Add what is missing, synthesise, and run install.sh of the new bundle."
  fi
  [ "$SOFTWARE" = octez-signer ] || return 0
  if [ ! -x /usr/local/bin/octez-signer ]; then
    print "" "octez-signer is not installed. Download the static binary of Octez $OCTEZ_VERSION for $(uname -m), and" \
      "its checksum, from the release page (see https://octez.tezos.com/docs/introduction/howtoget.html), then run:" \
      "  sudo $bundle/install.sh --octez-signer FILE --sha256 SUM"
    return 0
  fi
  version=$(/usr/local/bin/octez-signer --version 2>/dev/null || true)
  case $version in
    *"$OCTEZ_VERSION"*) ;;
    *) print "" "Warning: the configuration names Octez $OCTEZ_VERSION, but /usr/local/bin/octez-signer is: $version" ;;
  esac
  if ! [ -s /var/lib/octez-signer/secret_keys ]; then
    print "" "octez-signer has no key yet. It needs: $KEY_HASHES"
    print "  sudo -u octez-signer octez-signer --base-dir /var/lib/octez-signer import secret key NAME URI"
    print "where URI is ledger://… for a Ledger. To generate a key here instead, use: gen keys NAME"
  fi
}

main "$@"
