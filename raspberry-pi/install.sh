#!/bin/sh
# Makes this machine the signer that the bundle beside this script describes. Run it again after each change of the
# bundle, or after it was interrupted: it changes what differs, and nothing else.
set -eu

usage() {
  cat <<'TEXT'
usage: sudo ./install.sh [--octez-signer FILE --sha256 SUM]

  --octez-signer FILE   a static octez-signer of this machine's architecture, to be put to /usr/local/bin
  --sha256 SUM          its checksum, as the release publishes it
TEXT
}

# Each argument is a line.
say() { printf '%s\n' "$@"; }
fail() {
  say "install.sh: $*" >&2
  exit 1
}

main() {
  parse_arguments "$@"
  bundle=$(cd "$(dirname "$0")" && pwd)
  # shellcheck source=/dev/null # written by the same program as this script's bundle
  . "$bundle/install.env"
  check_machine
  umask 022
  # One at a time: two would undo each other's temporary files.
  exec 9>/run/tezos-signer-install.lock
  flock -n 9 || fail "another install.sh or uninstall.sh is running"

  install_packages
  make_users
  make_ssh_key
  make_signer_folder
  copy_files
  remove_stale_files
  put_octez_signer
  # What was written is on the disk before anything is started from it, and what is enabled before this says so.
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
    [ -n "$sha256" ] || fail "--octez-signer needs --sha256 SUM: the checksum that the release publishes for it"
    [ -f "$octez_signer" ] || fail "there is no file $octez_signer"
    echo "$sha256  $octez_signer" | sha256sum --check --status ||
      fail "$octez_signer has another checksum than $sha256: do not use it"
  fi
}

check_machine() {
  [ "$(id -u)" = 0 ] || fail "run it as root: sudo $0"
  [ -d /run/systemd/system ] || fail "this machine doesn't run systemd; Raspberry Pi OS and Debian do"
  command -v apt-get >/dev/null || fail "there is no apt-get; Raspberry Pi OS and Debian (12 or newer) have it"
  if [ "$SOFTWARE" = octez-signer ]; then
    case $(uname -m) in
      aarch64 | x86_64) ;;
      *) fail "Octez is released for 64 bit only, this system is $(uname -m): install the 64-bit Raspberry Pi OS" ;;
    esac
  fi
}

install_packages() {
  missing=
  for pair in autossh:autossh ssh:openssh-client nft:nftables python3:python3 ip:iproute2 chattr:e2fsprogs; do
    command -v "${pair%%:*}" >/dev/null || missing="$missing ${pair#*:}"
  done
  [ -n "$missing" ] || return 0
  say "Installing packages:$missing"
  # shellcheck disable=SC2086 # a list of words
  install_by_apt $missing >&2 || fail "the packages$missing could not be installed"
}

# A power cut may have left packages half installed, which apt-get refuses to go on from; and a machine that has just
# booted for the first time is looking for updates of its own.
install_by_apt() {
  export DEBIAN_FRONTEND=noninteractive
  dpkg --configure -a && apt-get -o DPkg::Lock::Timeout=600 update &&
    apt-get -o DPkg::Lock::Timeout=600 install --yes --no-install-recommends "$@"
}

make_users() {
  make_user tezos-tunnel
  if [ "$SOFTWARE" = octez-signer ]; then make_user octez-signer; fi
  if [ "$DEVICE" = ledger ] && ! getent group ledger >/dev/null; then groupadd --system ledger; fi
}

make_user() {
  getent passwd "$1" >/dev/null ||
    useradd --system --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin "$1"
}

# The pair is made here, and the private half never leaves. It gets its name last: what is there is whole.
make_ssh_key() {
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
  # Always from the private half: the two can't differ.
  ssh_public_key="$(ssh-keygen -y -f "$ssh_folder/id_ed25519" | cut -d ' ' -f 1-2) signer@$SIGNER"
  if [ "$(cat "$ssh_folder/id_ed25519.pub" 2>/dev/null)" != "$ssh_public_key" ]; then
    say "$ssh_public_key" >"$ssh_folder/new.pub"
    chmod 644 "$ssh_folder/new.pub"
    sync "$ssh_folder/new.pub"
    mv "$ssh_folder/new.pub" "$ssh_folder/id_ed25519.pub"
  fi
}

# octez-signer writes its watermark without fsync, and renames it into place. A power cut could lose one whose signature
# has been given out: then the same level could be signed twice. With these attributes each write and each rename is on
# the disk before octez-signer goes on; files made later inherit them.
make_signer_folder() {
  [ "$SOFTWARE" = octez-signer ] || return 0
  data=/var/lib/octez-signer
  install -d -m 700 -o octez-signer -g octez-signer "$data"
  case $(lsattr -d "$data" 2>/dev/null) in *S*D*' '*) return 0 ;; esac
  if chattr +S +D "$data" 2>/dev/null; then
    find "$data" -type f -exec chattr +S {} +
    find "$data" -mindepth 1 -type d -exec chattr +S +D {} +
  else
    say "Warning: the file system of $data can't write synchronously by attribute (ext4 can):" \
      "mount it with the option sync, or a power cut may lose the last watermark."
  fi
}

copy_files() {
  # The list of what this script has installed, as of now and of the time before: uninstall.sh and the next run need it.
  # Written before the first file is copied, so that an interrupted run forgets none.
  manifest=/etc/tezos-signer/manifest
  (cd "$bundle/files" && find . -type f | sed 's/^\.//' | LC_ALL=C sort) >/etc/tezos-signer/manifest.wanted
  cat /etc/tezos-signer/manifest.wanted "$manifest" 2>/dev/null | LC_ALL=C sort -u >"$manifest.new"
  replace_if_different "$manifest.new" "$manifest"
  while read -r path; do
    if [ -x "$bundle/files$path" ]; then mode=755; else mode=644; fi
    if cmp -s "$bundle/files$path" "$path" && [ "$(stat -c '%a %U %G' "$path")" = "$mode root root" ]; then continue; fi
    folder=$(dirname "$path")
    make_folder "$folder"
    install -m "$mode" -o root -g root "$bundle/files$path" "$path.tezos-new"
    sync "$path.tezos-new"
    mv "$path.tezos-new" "$path"
    note_change "$path"
  done </etc/tezos-signer/manifest.wanted
  # For rules of the owner's own; not in the manifest, so it is never removed.
  [ -d /etc/tezos-signer/firewall.d ] || install -d -m 755 /etc/tezos-signer/firewall.d
}

# The folders that weren't there before: uninstall.sh removes them when nothing else is in them. Each is noted before it
# is made, and after the one that it lies in.
make_folder() {
  [ ! -d "$1" ] || return 0
  make_folder "$(dirname "$1")"
  folders=/etc/tezos-signer/folders
  # A run that was interrupted may have noted it.
  if ! grep -qxF "$1" "$folders" 2>/dev/null; then
    { cat "$folders" 2>/dev/null || true; say "$1"; } >"$folders.new"
    replace_if_different "$folders.new" "$folders"
  fi
  install -d -m 755 "$1"
}

# The text is on the disk before it gets its name: a power cut leaves the old file or the new one, never an empty one.
replace_if_different() {
  if cmp -s "$1" "$2"; then
    rm "$1"
  else
    sync "$1"
    mv "$1" "$2"
  fi
}

note_change() { say "changed: $1"; }

# What an earlier bundle installed and this one doesn't have: uplinks and forwarders that are gone, another software.
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
    note_change "$path"
  done </etc/tezos-signer/manifest.stale
  rm -f /etc/tezos-signer/manifest.stale
  replace_if_different /etc/tezos-signer/manifest.wanted "$manifest"
}

put_octez_signer() {
  [ -n "$octez_signer" ] || return 0
  cmp -s "$octez_signer" /usr/local/bin/octez-signer && return 0
  install -m 755 -o root -g root "$octez_signer" /usr/local/bin/octez-signer.tezos-new
  sync /usr/local/bin/octez-signer.tezos-new
  mv /usr/local/bin/octez-signer.tezos-new /usr/local/bin/octez-signer
  note_change /usr/local/bin/octez-signer
}

# Each change reloads what reads it. Asked of the running system, not remembered: a run that was interrupted after
# copying is completed by the next one.
apply_changes() {
  systemctl daemon-reload
  # Only this makes systemd read the watchdog's setting again.
  [ "$(systemctl show --property=RuntimeWatchdogUSec --value)" = 14s ] || systemctl daemon-reexec
  if [ "$DEVICE" = ledger ]; then
    udevadm control --reload
    udevadm trigger --subsystem-match=usb --subsystem-match=hidraw
  fi
  # An uplink that is not there yet gets its settings when it comes.
  /lib/systemd/systemd-sysctl /etc/sysctl.d/90-tezos-uplinks.conf || true

  start_firewall
  units="tezos-uplinks.service tezos-signer-health.service"
  if [ "$SOFTWARE" = octez-signer ]; then units="$units octez-signer.service"; fi
  for instance in $TUNNELS; do units="$units tezos-tunnel@$instance.service"; done
  # shellcheck disable=SC2086 # a list of words
  enable_units $units
  start tezos-uplinks.service /etc/tezos-signer/uplinks.env /usr/local/lib/tezos-signer/uplinks
  start tezos-signer-health.service /etc/tezos-signer/health.env /usr/local/lib/tezos-signer/signer-health
  if [ "$SOFTWARE" = octez-signer ]; then start octez-signer.service /usr/local/bin/octez-signer; fi
  for instance in $TUNNELS; do
    start "tezos-tunnel@$instance.service" "/etc/tezos-signer/tunnels/$instance.conf" \
      /etc/tezos-signer/known_hosts /usr/local/lib/tezos-signer/tunnel
  done
}

# All in one call: systemd reads all its units again after each.
enable_units() {
  disabled=
  for unit in "$@"; do
    systemctl is-enabled --quiet "$unit" 2>/dev/null || disabled="$disabled $unit"
  done
  # shellcheck disable=SC2086 # a list of words
  [ -z "$disabled" ] || systemctl enable --quiet $disabled
}

# unit, further files that it reads
start() {
  unit=$1
  if is_older "$@"; then
    say "restarting $unit"
    systemctl restart --no-block "$unit"
    # One tunnel after the other, so that the others carry the requests meanwhile.
    case $unit in tezos-tunnel@*) sleep 2 ;; esac
  elif ! systemctl is-active --quiet "$unit"; then
    systemctl start --no-block "$unit"
  fi
}

# Does it run since before one of its files was changed? By the time of change (ctime) that mv sets, in nanoseconds: a
# file may change in the second in which the service has started.
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
  nft --check --file /etc/tezos-signer/firewall.nft || fail "the firewall's rules are not valid: see firewall.d"
  locked_out=$(would_lock_out)
  if [ -n "$locked_out" ]; then
    say "Warning: the firewall is not started: you are logged in by ssh from $locked_out, which it would not let in." \
      "It lets in port 22 from local networks. Put a rule into /etc/tezos-signer/firewall.d/ssh.nft, such as" \
      "  tcp dport 22 accept" "and run install.sh again."
    return 0
  fi
  enable_units tezos-firewall.service
  if ! systemctl is-active --quiet tezos-firewall.service; then
    systemctl start tezos-firewall.service
  else
    # Also takes up the owner's own rules. It replaces the table in one step.
    systemctl reload tezos-firewall.service
  fi
}

# Prints the peers of ssh sessions that the firewall's own rules would not let in. None once there are rules of the
# owner's: they say what is wanted.
would_lock_out() {
  for own in /etc/tezos-signer/firewall.d/*.nft; do [ -e "$own" ] && return 0; done
  ss -Htnp state established 2>/dev/null | grep '"sshd' | while read -r _ _ here there _; do
    case $there in
      10.*:* | 192.168.*:* | 169.254.*:* | 172.1[6-9].*:* | 172.2[0-9].*:* | 172.3[01].*:* | 127.*:*) ;;
      '[fe80:'* | '[fc'* | '[fd'* | '[::1]'* | '[::ffff:10.'* | '[::ffff:192.168.'*) ;;
      *) echo "$there" && continue ;;
    esac
    case $here in *:22 | 127.* | '[::1]'*) ;; *) echo "$there (to $here)" ;; esac
  done | head -n 1
}

print_next_steps() {
  say "" "This signer's ssh public key, for signers[$SIGNER].sshPublicKey in the configuration:" "  $ssh_public_key"
  if [ -n "$MISSING" ]; then
    say "" "The tunnels wait: the configuration has no $MISSING yet. Once it has, synth and run install.sh of the new bundle."
  fi
  [ "$SOFTWARE" = octez-signer ] || return 0
  if [ ! -x /usr/local/bin/octez-signer ]; then
    say "" "octez-signer is not installed. Get the static binary of Octez $OCTEZ_VERSION for $(uname -m) and its checksum" \
      "from the release's page (see https://octez.tezos.com/docs/introduction/howtoget.html), then:" \
      "  sudo $bundle/install.sh --octez-signer FILE --sha256 SUM"
    return 0
  fi
  version=$(/usr/local/bin/octez-signer --version 2>/dev/null || true)
  case $version in
    *"$OCTEZ_VERSION"*) ;;
    *) say "" "Warning: the configuration says Octez $OCTEZ_VERSION, /usr/local/bin/octez-signer says: $version" ;;
  esac
  if ! [ -s /var/lib/octez-signer/secret_keys ]; then
    say "" "octez-signer has no key yet. It must hold: $KEY_HASHES"
    say "  sudo -u octez-signer /usr/local/bin/octez-signer --base-dir /var/lib/octez-signer import secret key NAME URI"
    say "with ledger://… for a Ledger, or gen keys NAME for one made here."
  fi
}

main "$@"
