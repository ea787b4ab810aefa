/** Paths on the Raspberry Pi. The programs under files/, install.sh and uninstall.sh contain them as well. */
export const settingsFolder = "/etc/tezos-signer";
export const scriptFolder = "/usr/local/lib/tezos-signer";
export const unitFolder = "/etc/systemd/system";
/** ssh's private key. It is generated on the Raspberry Pi and never leaves it. */
export const sshPrivateKey = `${settingsFolder}/ssh/id_ed25519`;
export const knownHosts = `${settingsFolder}/known_hosts`;
/** octez-signer's --base-dir, with its keys and high watermarks. */
export const octezSignerData = "/var/lib/octez-signer";
