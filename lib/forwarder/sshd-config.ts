import type { SignerConfiguration } from "../config/schema/configuration";
import { sshUser } from "../config/facts/signer-path";

/** Folder of sshd's configuration and the signer's public key. */
export const sshdFolder = "/etc/ssh/signer";
/** Folder in which the forwarders' host key is mounted. */
export const hostKeyFolder = "/etc/ssh/host-key";
/** File name of the host key. */
export const hostKeyFile = "ssh_host_ed25519_key";

const anywhere = "0.0.0.0/0";

/**
 * sshd_config of the sshd that serves one signer. It runs unprivileged and permits socket forwards only.
 * Every keyword is documented at https://man.openbsd.org/sshd_config.
 *
 * @param allowedNetworks networks from which the Raspberry Pis may connect, in CIDR notation
 */
export function sshdConfig(signer: SignerConfiguration, allowedNetworks: string[]): string {
  return `# sshd for the signer ${signer.name}. It permits socket forwards from the Raspberry Pi and nothing else.

Port ${signer.sshPort}
AddressFamily inet
HostKey ${hostKeyFolder}/${hostKeyFile}
AuthorizedKeysFile ${sshdFolder}/authorized_keys

# Runs unprivileged on a read-only root file system, so without PAM and PID file. Kubernetes mounts files as symbolic
# links owned by root, which StrictModes rejects.
UsePAM no
PidFile none
StrictModes no

# One user with one key: nothing to guess.
AllowUsers ${sshUser}
AuthenticationMethods publickey
PubkeyAcceptedAlgorithms ${signatureAlgorithms(signer.sshPublicKey)}
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin no
MaxAuthTries 2

# Supported by Debian 12 and 13: a post-quantum key exchange first, and authenticated encryption only. ChaCha20 comes
# first because not every Raspberry Pi has AES instructions.
HostKeyAlgorithms ssh-ed25519
KexAlgorithms sntrup761x25519-sha512@openssh.com,curve25519-sha256
Ciphers chacha20-poly1305@openssh.com,aes256-gcm@openssh.com
MACs hmac-sha2-256-etm@openssh.com

# Sockets are forwarded from the Raspberry Pi to here, and nothing from here. "AllowTcpForwarding no" and "PermitListen
# none" would refuse sockets too, so PermitListen names a port that can't be bound without root.
AllowStreamLocalForwarding remote
AllowTcpForwarding remote
PermitListen 127.0.0.1:1
PermitOpen none
GatewayPorts no
AllowAgentForwarding no
X11Forwarding no
PermitTunnel no
# A new session replaces the socket of a dead one at once. Otherwise the socket would stay in use until sshd notices,
# which health checks through it can delay forever.
StreamLocalBindUnlink yes
# Only sshd's own user may connect to a socket. HAProxy runs as the same user.
StreamLocalBindMask 0177

# No command, shell or subsystem. Forwards don't need a session.
MaxSessions 0
PermitTTY no
PermitUserRC no
PermitUserEnvironment no
PrintMotd no

# Drops dead sessions; failover doesn't wait for it. UnusedConnectionTimeout stays off, because it would drop tunnels
# that are merely idle.
ClientAliveInterval 30
ClientAliveCountMax 3
TCPKeepAlive yes

# Against scanners: a client that doesn't log in is dropped soon, can't use up all connections on its own, and is locked
# out for a while. Not for long: a Raspberry Pi whose key or clock has been fixed must be back within half a minute.
LoginGraceTime 20
MaxStartups 20:30:60
PerSourceMaxStartups 8
PerSourcePenalties crash:30s authfail:5s noauth:1s grace-exceeded:5s max:30s min:15s
${penaltyExemption(allowedNetworks)}
# Logs the fingerprint of every key that is accepted or rejected.
LogLevel VERBOSE
DebianBanner no
`;
}

/** The signer's authorized_keys: its only key, restricted to forwards. */
export function authorizedKeys(signer: SignerConfiguration): string {
  const [type, key] = signer.sshPublicKey.trim().split(/\s+/);
  return `restrict,port-forwarding,permitlisten="127.0.0.1:1" ${type} ${key} ${signer.name}\n`;
}

/** The signature algorithms for a public key's type: without SHA-1 for an RSA key. */
function signatureAlgorithms(publicKey: string): string {
  const type = publicKey.trim().split(/\s+/)[0]!;
  return type === "ssh-rsa" ? "rsa-sha2-512,rsa-sha2-256" : type;
}

/** Networks that were configured are the signers' own: their uplinks may fail often without being penalised. */
function penaltyExemption(networks: string[]): string {
  return networks.includes(anywhere) ? "" : `PerSourcePenaltyExemptList ${networks.join(",")}\n`;
}
