/** Something that is broken on purpose, and what signer-doctor then finds. Commands run in bash, on the Raspberry Pi. */
export interface Fault {
  readonly title: string;
  readonly break?: string;
  readonly repair?: string;
  /** The same, on the host with the forwarders and routers. */
  readonly outside?: { readonly break: string; readonly repair: string };
  /** The finding of every link that is not ok. */
  readonly found: Record<string, RegExp>;
  /** signer-doctor's exit status. @default 1 */
  readonly status?: 0 | 1;
}

/** The settings in which some tests pretend something. */
export const healthSettings = "/etc/tezos-signer/health.env";

/** The key that the signer holds. */
export const key = "tz1gg5bjopPcr9agjamyu9BbXKLibNc2rbAq";

/** A command in the network namespace of an uplink's router. */
export const inRouter = (number: number, command: string) => `ip netns exec router${number} ${command}`;

/** Starts an uplink's name server. */
export const startDns = (number: number) =>
  inRouter(number, `dnsmasq --pid-file=/run/dns${number}.pid --no-resolv --address=/deb.debian.org/198.51.100.1`);

/** Starts a forwarder's sshd. */
export const startSshd = (number: number) => `/usr/sbin/sshd -f /root/sshd_config${number}`;
