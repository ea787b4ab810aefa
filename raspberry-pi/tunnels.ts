import type { Configuration, SignerConfiguration, UplinkConfiguration } from "../lib/config/schema/configuration";
import { healthPort, healthSocket, signingSocket, socketFolder, sshUser } from "../lib/config/facts/signer-path";
import { knownHosts, scriptFolder, sshPrivateKey } from "./paths";
import { serviceUnit } from "./unit";

/** One tunnel: from an uplink of a signer to a forwarder. */
export interface Tunnel {
  /** Instance name of its unit: <number of the forwarder, from 1>-<uplink>. */
  readonly instance: string;
  readonly uplink: UplinkConfiguration;
  /** The forwarder's IPv4 address. */
  readonly address: string;
  /** The port on which the forwarder's sshd for this signer listens. */
  readonly port: number;
}

/** The configuration's fields that the tunnels need and that are not set before the first deployment. */
export function missingForTunnels({ forwarders }: Configuration): string[] {
  return [
    ...(forwarders.addresses ? [] : ["forwarders.addresses"]),
    ...(forwarders.hostPublicKey ? [] : ["forwarders.hostPublicKey"]),
  ];
}

/** The forwarders' addresses, in the forwarders' order. Empty if they are not known yet. */
export const forwarderAddresses = ({ forwarders }: Configuration): readonly string[] =>
  (forwarders.addresses ?? []).slice(0, forwarders.count);

/** All tunnels of a signer: from each uplink to each forwarder. None while `missingForTunnels` is not empty. */
export function tunnelsOf(configuration: Configuration, signer: SignerConfiguration): Tunnel[] {
  if (missingForTunnels(configuration).length > 0) return [];
  return forwarderAddresses(configuration).flatMap((address, index) =>
    signer.uplinks.map((uplink) => ({
      instance: `${index + 1}-${uplink.name}`,
      uplink,
      address,
      port: signer.sshPort,
    })),
  );
}

/**
 * ssh's configuration of one tunnel. The tunnel reads no other: not the user's, nor the system's.
 * All options: https://man.openbsd.org/ssh_config
 */
export function sshConfig({ uplink, address, port }: Tunnel, signer: SignerConfiguration): string {
  // ssh exits when probe number aliveCount + 1 is due: 4 s after the peer's last message, or 45 s on a metered uplink.
  const [aliveSeconds, aliveCount] = uplink.metered ? [15, 2] : [1, 3];
  return `# Options: https://man.openbsd.org/ssh_config
Host forwarder
  # The address, not a name: name resolution may fail together with the uplink.
  HostName ${address}
  Port ${port}
  User ${sshUser}
  AddressFamily inet
  # From this uplink's address. tezos-uplinks routes packets from it through this uplink.
  BindInterface ${uplink.name}
  ConnectTimeout 5
  ConnectionAttempts 1

  # ssh itself detects a dead peer, with encrypted messages; TCP keep-alives can be spoofed.
  ServerAliveInterval ${aliveSeconds}
  ServerAliveCountMax ${aliveCount}
  TCPKeepAlive no
  # By default, ssh marks a session without a terminal as bulk traffic, which Wi-Fi and some routers send last.
  IPQoS af21

  # A tunnel without its forwards is useless: exit, and let systemd retry.
  ExitOnForwardFailure yes
  RemoteForward ${socketFolder}/${signingSocket(uplink)} 127.0.0.1:${signer.port}
  RemoteForward ${socketFolder}/${healthSocket(uplink)} 127.0.0.1:${healthPort}
  SessionType none
  RequestTTY no

  # Connect only to a forwarder that has the pinned host key. Never learn a new key, and never ask.
  StrictHostKeyChecking yes
  UserKnownHostsFile ${knownHosts}
  GlobalKnownHostsFile none
  HostKeyAlgorithms ssh-ed25519
  UpdateHostKeys no
  VerifyHostKeyDNS no
  CheckHostIP no
  BatchMode yes

  # Offer this one key, and try no other way to log in.
  IdentityFile ${sshPrivateKey}
  IdentitiesOnly yes
  IdentityAgent none
  PubkeyAcceptedAlgorithms ssh-ed25519
  PreferredAuthentications publickey
  PasswordAuthentication no
  KbdInteractiveAuthentication no

  # A compromised forwarder reaches nothing on this Raspberry Pi but the two forwards above.
  ForwardAgent no
  ForwardX11 no
  Tunnel no
  PermitLocalCommand no
  ControlMaster no
  ControlPath none
  # Compression has had vulnerabilities, and does not make signatures smaller.
  Compression no
  # Ciphers and key exchange are OpenSSH's defaults: they improve with each upgrade, a list here would not.
  LogLevel ERROR
`;
}

/** The forwarders' host key, pinned for each address and port. */
export function knownHostsText(configuration: Configuration, signer: SignerConfiguration): string {
  const { hostPublicKey } = configuration.forwarders;
  if (!hostPublicKey) return "";
  const key = hostPublicKey.trim().split(/\s+/).slice(0, 2).join(" ");
  return forwarderAddresses(configuration)
    .map((address) => `${signer.sshPort === 22 ? address : `[${address}]:${signer.sshPort}`} ${key}\n`)
    .join("");
}

/** The template unit of all tunnels. */
export function tunnelUnit(configuration: Configuration): string {
  return serviceUnit({
    description: "Tunnel to signer-forwarder %i",
    unit: [
      "Wants=tezos-uplinks.service",
      "After=tezos-uplinks.service",
      "# Never gives up, however often and fast it fails.",
      "StartLimitIntervalSec=0",
    ],
    service: [
      "Type=exec",
      "User=tezos-tunnel",
      "RuntimeDirectory=tezos-tunnel-%i",
      "# Keeps the time of the last start across restarts.",
      "RuntimeDirectoryPreserve=restart",
      `ExecStart=${scriptFolder}/tunnel %i`,
      "# Also after exit status 0, with which autossh exits when ssh does.",
      "Restart=always",
      "RestartSec=200ms",
      "# autossh's exit status when it is stopped.",
      "SuccessExitStatus=1",
      "TimeoutStopSec=5",
      "# Logs what ssh prints, but not each restart by systemd: while an uplink is dead, one every ten seconds would",
      "# wear the SD card.",
      "SyslogLevel=notice",
      "LogLevelMax=notice",
    ],
    allowed: {
      // AF_NETLINK: ssh looks up the uplink's address through it.
      addressFamilies: ["AF_INET", "AF_UNIX", "AF_NETLINK"],
      addresses: ["localhost", ...forwarderAddresses(configuration)],
    },
  });
}
