import type { Configuration, SignerConfiguration, UplinkConfiguration } from "../../../lib/config/schema/configuration";
import { healthPath, healthSocket, socketFolder } from "../../../lib/config/facts/signer-path";
import { forwarderProxyConfig } from "../../../lib/forwarder/haproxy-config";
import { sshConfig } from "../../../raspberry-pi/tunnels";

/** What a metered uplink may transfer in a month while it is on standby. */
export const maxIdleGigabytesPerMonth = 0.5;
/** Of an average month. */
const monthSeconds = 365.25 * 86_400 * (1 / 12);
/** IPv4 and TCP with time stamps, in bytes. */
const packetHeader = 20 + 32;
/** signer-health's answer in bytes: "HTTP/1.0 200 OK", two headers, and {"healthy": true}. */
const healthAnswer = 89;

/**
 * The bytes of an SSH packet: its length, padding of at least 4 bytes up to a multiple of 8, and the tag of
 * chacha20-poly1305@openssh.com (https://www.rfc-editor.org/rfc/rfc4253#section-6 and
 * https://github.com/openssh/openssh-portable/blob/V_9_9_P1/PROTOCOL.chacha20poly1305).
 */
const sshPacket = (payload: number): number => 4 + 8 * Math.ceil((1 + payload + 4) / 8) + 16;
/**
 * The bytes of IP packets, given the payloads of the SSH messages in each. A packet without any is an acknowledgement.
 */
const ipPackets = (packets: readonly (readonly number[])[]): number =>
  packets.reduce((sum, payloads) => sum + packetHeader + payloads.reduce((all, one) => all + sshPacket(one), 0), 0);

// Sizes of SSH messages and of their fields: https://www.rfc-editor.org/rfc/rfc4254#section-5
const text = (characters: string) => 4 + characters.length;
const data = (bytes: number) => 1 + 4 + 4 + bytes;
const [confirmation, endOfFile, close] = [17, 5, 5];

/**
 * The bytes of IP that a tunnel transfers in a second, in both directions, while no request uses it: health checks,
 * each in its own channel, and ssh's keep-alive. Computed from the generated configuration files.
 */
export function idleBytesPerSecond(
  configuration: Configuration,
  signer: SignerConfiguration,
  uplink: UplinkConfiguration,
): number {
  const socket = `${socketFolder}/${healthSocket(uplink)}`;
  // https://github.com/openssh/openssh-portable/blob/V_9_9_P1/PROTOCOL, section 2.4
  const open = 1 + text("forwarded-streamlocal@openssh.com") + 12 + text(socket) + text("");
  const request = data(`GET ${healthPath} HTTP/1.0\r\n\r\n`.length);
  // To the signer: channel, request, acknowledgement, end, acknowledgement. From it: the same, with the answer.
  const check = ipPackets([
    ...[[open], [], [confirmation], [request], [data(healthAnswer)]],
    ...[[endOfFile], [], [endOfFile, close], [close], []],
  ]);
  const keepAlive = ipPackets([[1 + text("keepalive@openssh.com") + 1], [], [1], []]);
  const tunnel = { instance: "", uplink, address: "192.0.2.1", port: 22 };
  const keepAliveSeconds = number(sshConfig(tunnel, signer), /ServerAliveInterval (\d+)/);
  const backend = forwarderProxyConfig(configuration).split(`backend health-${signer.name} `)[1]!;
  const checkSeconds = number(backend, new RegExp(`server ${uplink.name} .* check inter (\\d+)s`));
  return check / checkSeconds + keepAlive / keepAliveSeconds;
}

/** What an uplink transfers in a month while it is on standby, for all forwarders. */
export const idleGigabytesPerMonth = (
  configuration: Configuration,
  signer: SignerConfiguration,
  uplink: UplinkConfiguration,
): number => gigabytesPerMonth(configuration.forwarders.count * idleBytesPerSecond(configuration, signer, uplink));

/** Converts a rate. */
export const gigabytesPerMonth = (bytesPerSecond: number): number => (bytesPerSecond * monthSeconds) / 1e9;

function number(text: string, pattern: RegExp): number {
  const [, digits] = pattern.exec(text) ?? [];
  if (digits === undefined) throw new Error(`${pattern} does not match the generated text`);
  return Number(digits);
}
