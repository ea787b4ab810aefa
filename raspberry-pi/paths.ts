/** Where things lie on the Raspberry Pi. The scripts under files/ and install.sh know these places as well. */
export const settingsFolder = "/etc/tezos-signer";
export const scriptFolder = "/usr/local/lib/tezos-signer";
export const unitFolder = "/etc/systemd/system";
/** ssh's private key is made here, and never leaves the machine. */
export const sshPrivateKey = `${settingsFolder}/ssh/id_ed25519`;
export const knownHosts = `${settingsFolder}/known_hosts`;
/** octez-signer's --base-dir: its keys and its high watermarks. */
export const octezSignerData = "/var/lib/octez-signer";
