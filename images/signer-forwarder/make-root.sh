#!/bin/sh
# Creates the root folder of the image while it is built: make-root.sh FOLDER
# The Dockerfile sets DEBIAN and DEBIAN_SECURITY (package archives) and SOURCE_DATE_EPOCH.
set -eu
root=$1
export DEBIAN_FRONTEND=noninteractive

# The indexes of an old snapshot have expired, but their signatures are still checked.
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
  # Under the path by which it is opened, even if that is a link.
  mkdir -p "$root$(dirname "$file")"
  cp -L "$file" "$root$file"
done
# The applets that the preStop hook calls, and no others.
for applet in env sh sleep timeout wget; do ln -s busybox "$root/usr/bin/$applet"; done
# sshd rejects a user whose shell does not exist.
ln -s ../bin/busybox "$root/usr/sbin/nologin"

# The packages that the files come from, in the format of distroless images, which scanners read.
cp -L /etc/os-release /etc/debian_version "$root/etc/"
for file in $programs $libraries; do
  # A package lists a file by its real path, or by its path before /lib was merged into /usr/lib.
  real=$(readlink -f "$file")
  dpkg-query --search "$real" 2> /dev/null || dpkg-query --search "${real#/usr}"
done | cut -d: -f1 | sort -u | while read -r package; do
  dpkg-query --status "$package" > "$root/var/lib/dpkg/status.d/$package"
done

# sshd looks up its user. "*" matches no password, and unlike "!" does not lock the account.
echo 'signer:x:1000:1000::/nonexistent:/usr/sbin/nologin' > "$root/etc/passwd"
echo 'signer:x:1000:' > "$root/etc/group"
echo 'signer:*:1::::::' > "$root/etc/shadow"
chmod 600 "$root/etc/shadow"
echo 'passwd: files' > "$root/etc/nsswitch.conf"

# Otherwise the image would contain the time of the build.
find "$root" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
