import type { Configuration, SignerConfiguration, UplinkConfiguration } from "../../../lib/config/schema/configuration";
import { healthPath, healthSocket, socketFolder } from "../../../lib/config/facts/signer-path";
import { forwarderProxyConfig } from "../../../lib/forwarder/haproxy-config";
import { sshConfig } from "../../../raspberry-pi/tunnels";

/** What a metered uplink may cost in a month while it only stands by, GB. */
export const mostPerMonth = 0.5;
/** Seconds of a mean month. */
const monthSeconds = 365.25 * 86_400 * (1 / 12);
/** IP and TCP with time stamps. */
const packetHeader = 20 + 32;
/** signer-health's answer: "HTTP/1.0 200 OK", two headers, and {"healthy": true}. */
const healthAnswer = 89;

/** What an SSH packet takes on the wire: its length, padding of 4 to 11 bytes to a multiple of 8, ChaCha20-Poly1305's tag. */
const sshPacket = (payload: number): number => 4 + 8 * Math.ceil((1 + payload + 4) / 8) + 16;
/** Packets, by the payloads of the SSH messages in each; none: an acknowledgement by itself. */
const onTheWire = (packets: readonly (readonly number[])[]): number =>
  packets.reduce((sum, payloads) => sum + packetHeader + payloads.reduce((all, one) => all + sshPacket(one), 0), 0);

const text = (characters: string) => 4 + characters.length;
const data = (bytes: number) => 1 + 4 + 4 + bytes;
const [confirmation, endOfFile, close] = [17, 5, 5];

/**
 * Bytes of IP that a tunnel carries in a second while nothing is asked of its signer, in both directions: the health
 * checks, each in a channel of its own, and ssh's question whether the other end is alive. Of the generated texts.
 */
export function idleBytesPerSecond(
  configuration: Configuration,
  signer: SignerConfiguration,
  uplink: UplinkConfiguration,
): number {
  const socket = `${socketFolder}/${healthSocket(uplink)}`;
  const open = 1 + text("forwarded-streamlocal@openssh.com") + 12 + text(socket) + text("");
  const request = data(`GET ${healthPath} HTTP/1.0\r\n\r\n`.length);
  // To the signer: channel, request, acknowledgement, end, acknowledgement. From it: the same, with the answer.
  const check = onTheWire([
    ...[[open], [], [confirmation], [request], [data(healthAnswer)]],
    ...[[endOfFile], [], [endOfFile, close], [close], []],
  ]);
  const question = 1 + text("keepalive@openssh.com") + 1;
  const alive = onTheWire([[question], [], [1], []]);
  const tunnel = { instance: "", uplink, address: "192.0.2.1", port: 22 };
  const aliveSeconds = number(sshConfig(tunnel, signer), /ServerAliveInterval (\d+)/);
  const backend = forwarderProxyConfig(configuration).split(`backend health-${signer.name} `)[1]!;
  const checkSeconds = number(backend, new RegExp(`server ${uplink.name} .* check inter (\\d+)s`));
  return check / checkSeconds + alive / aliveSeconds;
}

/** GB that an uplink carries in a month while it only stands by, for all forwarders. */
export const idlePerMonth = (
  configuration: Configuration,
  signer: SignerConfiguration,
  uplink: UplinkConfiguration,
): number => perMonth(configuration.forwarders.count * idleBytesPerSecond(configuration, signer, uplink));

/** GB a month. */
export const perMonth = (bytesPerSecond: number): number => (bytesPerSecond * monthSeconds) / 1e9;

function number(text: string, pattern: RegExp): number {
  const [, found] = pattern.exec(text) ?? [];
  if (found === undefined) throw new Error(`no ${pattern} in the generated text`);
  return Number(found);
}
