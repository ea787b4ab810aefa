#!/bin/sh
# Runs while the image is built. From the Dockerfile: DEBIAN, DEBIAN_SECURITY (package archives), SOURCE_DATE_EPOCH.
set -eu
export SOURCE_DATE_EPOCH DEBIAN_FRONTEND=noninteractive

# An old snapshot's indexes have expired; what they say is still signed.
rm -f /etc/apt/sources.list /etc/apt/sources.list.d/*
cat > /etc/apt/sources.list.d/debian.sources <<EOF
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
EOF

apt-get update
apt-get upgrade -y
apt-get install -y --no-install-recommends openssh-server

# "*": no password fits. useradd's own "!" would lock the account, and sshd refuses a locked one.
useradd --uid 1000 --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin --password '*' signer

# The package made host keys and a configuration. The rest differs from build to build, or is of no use at run time.
rm -rf /etc/ssh/ssh_host_* /etc/ssh/sshd_config /etc/ssh/sshd_config.d
rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/cache/debconf/*-old /var/cache/ldconfig/* /var/log/* /tmp/*
rm -f /etc/passwd- /etc/group- /etc/shadow- /etc/gshadow- /etc/machine-id /var/lib/dbus/machine-id /var/lib/dpkg/*-old
