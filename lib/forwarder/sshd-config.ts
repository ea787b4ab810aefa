import type { SignerConfiguration } from "../config/schema/configuration";
import { sshUser } from "../config/facts/signer-path";

/** Where sshd finds its own configuration and the signer's public key. */
export const sshdFolder = "/etc/ssh/signer";
/** Where the forwarders' host key is mounted. */
export const hostKeyFolder = "/etc/ssh/host-key";
export const hostKeyFile = "ssh_host_ed25519_key";

const anywhere = "0.0.0.0/0";

/**
 * sshd_config of the sshd that serves one signer. It runs unprivileged and serves nothing but socket forwards.
 *
 * @param allowedNetworks networks from which the Raspberry Pis may dial
 */
export function sshdConfig(signer: SignerConfiguration, allowedNetworks: string[]): string {
  return `# sshd for the signer ${signer.name}. It carries sockets from the Raspberry Pi and nothing else.

Port ${signer.sshPort}
AddressFamily inet
HostKey ${hostKeyFolder}/${hostKeyFile}
AuthorizedKeysFile ${sshdFolder}/authorized_keys

# It is not root, and its root file system is read-only: no PAM, no pid file. Kubernetes' mounts belong to root and are
# symbolic links, which StrictModes takes for tampering.
UsePAM no
PidFile none
StrictModes no

# One user, one key, nothing to guess.
AllowUsers ${sshUser}
AuthenticationMethods publickey
PubkeyAcceptedAlgorithms ${signatureAlgorithms(signer.sshPublicKey)}
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin no
MaxAuthTries 2

# What both Debian 12 and 13 speak: key exchange that a quantum computer can't undo later, ciphers that authenticate.
# ChaCha20 first: not every Raspberry Pi has instructions for AES.
HostKeyAlgorithms ssh-ed25519
KexAlgorithms sntrup761x25519-sha512@openssh.com,curve25519-sha256
Ciphers chacha20-poly1305@openssh.com,aes256-gcm@openssh.com
MACs hmac-sha2-256-etm@openssh.com

# Sockets from the Raspberry Pi to here, nothing from here. AllowTcpForwarding no and PermitListen none would refuse
# sockets as well; port 1 can't be bound without root.
AllowStreamLocalForwarding remote
AllowTcpForwarding remote
PermitListen 127.0.0.1:1
PermitOpen none
GatewayPorts no
AllowAgentForwarding no
X11Forwarding no
PermitTunnel no
# A session takes over the socket of a dead one at once. Without, the dead one's socket stays "in use" until sshd
# notices, which health checks can put off for ever.
StreamLocalBindUnlink yes
# Only this user may connect to a socket; HAProxy runs as the same one.
StreamLocalBindMask 0177

# No command, shell or subsystem; forwards need no session.
MaxSessions 0
PermitTTY no
PermitUserRC no
PermitUserEnvironment no
PrintMotd no

# Takes dead sessions away; failing over does not wait for it. An idle tunnel is a healthy one: there is no
# UnusedConnectionTimeout.
ClientAliveInterval 30
ClientAliveCountMax 3
TCPKeepAlive yes

# Scanners: who has not logged in is dropped soon, can't fill the door alone, and is kept out for a while. Not for long:
# a Raspberry Pi whose key or clock was mended must be back within half a minute.
LoginGraceTime 20
MaxStartups 20:30:60
PerSourceMaxStartups 8
PerSourcePenalties crash:30s authfail:5s noauth:1s grace-exceeded:5s max:30s min:15s
${penaltyExemption(allowedNetworks)}
# The fingerprint of each key that logs in or fails to.
LogLevel VERBOSE
DebianBanner no
`;
}

/** The signer's authorized_keys: its one key, for forwards and nothing else. */
export function authorizedKeys(signer: SignerConfiguration): string {
  const [type, key] = signer.sshPublicKey.trim().split(/\s+/);
  return `restrict,port-forwarding,permitlisten="127.0.0.1:1" ${type} ${key} ${signer.name}\n`;
}

/** The signature algorithms of a public key's type: an RSA key must not sign with SHA-1. */
function signatureAlgorithms(publicKey: string): string {
  const type = publicKey.trim().split(/\s+/)[0]!;
  return type === "ssh-rsa" ? "rsa-sha2-512,rsa-sha2-256" : type;
}

/** Networks that were named are the homes': their uplinks may fail as often as they like. */
function penaltyExemption(networks: string[]): string {
  return networks.includes(anywhere) ? "" : `PerSourcePenaltyExemptList ${networks.join(",")}\n`;
}
