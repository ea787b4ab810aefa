import type { Configuration, SignerConfiguration, UplinkConfiguration } from "../lib/config/schema/configuration";
import { healthPort, healthSocket, signingSocket, socketFolder, sshUser } from "../lib/config/facts/signer-path";
import { knownHosts, scriptFolder, sshPrivateKey } from "./paths";
import { serviceUnit } from "./unit";

/** One standing tunnel: from an uplink of a signer to a forwarder. */
export interface Tunnel {
  /** Name of the unit's instance: <number of the forwarder, from 1>-<uplink>. */
  readonly instance: string;
  readonly uplink: UplinkConfiguration;
  /** Address of the forwarder. */
  readonly address: string;
  /** The port at which the forwarder's sshd for this signer listens. */
  readonly port: number;
}

/** What the tunnels need and only the first deployment tells, as fields of the configuration. Empty: they can stand. */
export function missingForTunnels({ forwarders }: Configuration): string[] {
  return [
    ...(forwarders.addresses ? [] : ["forwarders.addresses"]),
    ...(forwarders.hostPublicKey ? [] : ["forwarders.hostPublicKey"]),
  ];
}

/** The forwarders' addresses as far as they are known, in the forwarders' order. */
export const forwarderAddresses = ({ forwarders }: Configuration): readonly string[] =>
  (forwarders.addresses ?? []).slice(0, forwarders.count);

/** All tunnels of a signer: each uplink to each forwarder. None while `missingForTunnels` names anything. */
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

/** ssh's configuration of one tunnel. It is the only one that is read: neither the user's nor the system's is. */
export function sshConfig({ uplink, address, port }: Tunnel, signer: SignerConfiguration): string {
  // ssh leaves when the one after the last is due: 4 s after the peer's last sign of life, 45 s where each one costs money.
  const [aliveSeconds, aliveCount] = uplink.metered ? [15, 2] : [1, 3];
  return `Host forwarder
  # The address, not a name: name resolution may go with the uplink.
  HostName ${address}
  Port ${port}
  User ${sshUser}
  AddressFamily inet
  # From this uplink's own address; the uplinks service sees to it that such packets take this uplink.
  BindInterface ${uplink.name}
  ConnectTimeout 5
  ConnectionAttempts 1

  # A dead peer is found by ssh itself, inside the encryption; TCP's own probes can be forged.
  ServerAliveInterval ${aliveSeconds}
  ServerAliveCountMax ${aliveCount}
  TCPKeepAlive no
  # ssh marks a session without a terminal as bulk traffic, which Wi-Fi and some routers send last.
  IPQoS af21

  # A tunnel without its forwards is no tunnel: leave, and try again.
  ExitOnForwardFailure yes
  RemoteForward ${socketFolder}/${signingSocket(uplink)} 127.0.0.1:${signer.port}
  RemoteForward ${socketFolder}/${healthSocket(uplink)} 127.0.0.1:${healthPort}
  SessionType none
  RequestTTY no

  # The forwarder is whom its pinned key says, or there is no tunnel. Nothing is ever learnt or asked.
  StrictHostKeyChecking yes
  UserKnownHostsFile ${knownHosts}
  GlobalKnownHostsFile none
  HostKeyAlgorithms ssh-ed25519
  UpdateHostKeys no
  VerifyHostKeyDNS no
  CheckHostIP no
  BatchMode yes

  # This one key is shown to the forwarder, and no other way to log in is tried.
  IdentityFile ${sshPrivateKey}
  IdentitiesOnly yes
  IdentityAgent none
  PubkeyAcceptedAlgorithms ssh-ed25519
  PreferredAuthentications publickey
  PasswordAuthentication no
  KbdInteractiveAuthentication no

  # A forwarder that was broken into gets nothing of this machine but the two forwards above.
  ForwardAgent no
  ForwardX11 no
  Tunnel no
  PermitLocalCommand no
  ControlMaster no
  ControlPath none
  # Compression has had holes, and makes signatures no smaller.
  Compression no
  # Ciphers and key exchange are left to OpenSSH: its defaults improve with every upgrade, a list here would not.
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
      "# Never give up, however often and fast it fails.",
      "StartLimitIntervalSec=0",
    ],
    service: [
      "Type=exec",
      "User=tezos-tunnel",
      "RuntimeDirectory=tezos-tunnel-%i",
      "# Keeps the time of the last start.",
      "RuntimeDirectoryPreserve=restart",
      `ExecStart=${scriptFolder}/tunnel %i`,
      "# Always: autossh leaves with 0 when ssh does.",
      "Restart=always",
      "RestartSec=200ms",
      "# So autossh leaves when it is stopped.",
      "SuccessExitStatus=1",
      "TimeoutStopSec=5",
      "# What ssh says is kept; that systemd starts it again, every ten seconds while an uplink is dead, would wear the SD card.",
      "SyslogLevel=notice",
      "LogLevelMax=notice",
    ],
    allowed: {
      // AF_NETLINK: ssh looks up the uplink's address.
      addressFamilies: ["AF_INET", "AF_UNIX", "AF_NETLINK"],
      addresses: ["localhost", ...forwarderAddresses(configuration)],
    },
  });
}
