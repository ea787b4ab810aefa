#!/bin/sh
# Runs while the image is built, and makes its root folder: make-root.sh FOLDER
# From the Dockerfile: DEBIAN, DEBIAN_SECURITY (package archives), SOURCE_DATE_EPOCH.
set -eu
root=$1
export DEBIAN_FRONTEND=noninteractive

# An old snapshot's indexes have expired; what they say is still signed.
rm -f /etc/apt/sources.list /etc/apt/sources.list.d/*
cat > /etc/apt/sources.list.d/debian.sources <<SOURCES
Types: deb
URIs: $DEBIAN
Suites: trixie trixie-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.pgp
Check-Valid-Until: no

Types: deb
URIs: $DEBIAN_SECURITY
Suites: trixie-security
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.pgp
Check-Valid-Until: no
SOURCES
apt-get update
apt-get upgrade -y
apt-get install -y --no-install-recommends busybox openssh-server

programs="/usr/sbin/sshd /usr/lib/openssh/sshd-session /usr/lib/openssh/sshd-auth /usr/bin/busybox"
libraries=$(for program in $programs; do ldd "$program"; done | sed -nE 's/^[^/]*(\/[^ ]+) \(0x.*/\1/p' | sort -u)

mkdir -p "$root/usr/bin" "$root/usr/sbin" "$root/usr/lib" "$root/usr/lib64" "$root/etc/ssh" "$root/run" "$root/var/lib/dpkg/status.d"
for link in bin sbin lib lib64; do ln -s "usr/$link" "$root/$link"; done
for file in $programs $libraries; do
  # By the path under which it is asked for, whatever that links to.
  mkdir -p "$root$(dirname "$file")"
  cp -L "$file" "$root$file"
done
# What the hook calls, and no more of busybox.
for applet in env sh sleep timeout wget; do ln -s busybox "$root/usr/bin/$applet"; done
# sshd takes nobody in whose shell is not there.
ln -s ../bin/busybox "$root/usr/sbin/nologin"

# Which packages the files are from, as distroless images tell it: scanners read that.
cp -L /etc/os-release /etc/debian_version "$root/etc/"
for file in $programs $libraries; do
  # The package knows a file by its real path, or by the one before /lib became /usr/lib.
  real=$(readlink -f "$file")
  dpkg-query --search "$real" 2> /dev/null || dpkg-query --search "${real#/usr}"
done | cut -d: -f1 | sort -u | while read -r package; do
  dpkg-query --status "$package" > "$root/var/lib/dpkg/status.d/$package"
done

# sshd looks its user up. "*": no password fits, and sshd takes the account for none that is locked.
echo 'signer:x:1000:1000::/nonexistent:/usr/sbin/nologin' > "$root/etc/passwd"
echo 'signer:x:1000:' > "$root/etc/group"
echo 'signer:*:1::::::' > "$root/etc/shadow"
chmod 600 "$root/etc/shadow"
echo 'passwd: files' > "$root/etc/nsswitch.conf"

# Otherwise the day of the build would be in it.
find "$root" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
