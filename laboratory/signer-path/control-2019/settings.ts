/**
 * The signer path of the incident report of 2019-11-08, as far as the report shows it: ports, programs, log lines. What
 * it leaves open is as its programs have it by default, or as their manuals show it.
 */

/** Of sshd, as seen from the Raspberry Pi. */
export const sshPort = 58255;
/** Where HAProxy takes the baker's requests. */
export const proxyPort = 8445;
/** What the Raspberry Pi has its sshd listen at: its two signers. */
export const signerPorts = [8443, 9443];
/** autossh sends itself a word there and back, over the tunnel, to see that it stands. */
export const monitorPort = 65050;

export const settingsFolder = "/etc/2019";

/**
 * sshd_config.
 * @param fixed with the report's own remedy: drop a client that is silent for three times ten seconds
 */
export const sshdConfig2019 = (fixed: boolean): string => `Port ${sshPort}
HostKey ${settingsFolder}/host-key
AuthorizedKeysFile ${settingsFolder}/authorized_keys
AllowUsers signer
PasswordAuthentication no
# bind [::]:8443, says the report: the forwarded ports are open to the other pods.
AllowTcpForwarding yes
GatewayPorts yes
${fixed ? "ClientAliveInterval 10\nClientAliveCountMax 3\n" : ""}# Not of 2019: what lets it run here without root.
UsePAM no
PidFile none
StrictModes no
`;

/**
 * haproxy.cfg. Times are those of the manual's first example, checks as they are by default: every two seconds.
 * @param key hash of the key that the signers hold
 */
export const haproxyConfig2019 = (key: string): string => `global
  log stdout format raw local0

defaults
  mode http
  log global
  timeout connect 5s
  timeout client 50s
  timeout server 50s

frontend tezos-signer
  bind *:${proxyPort}
  default_backend tezos-signer-backends

backend tezos-signer-backends
  option httpchk GET /keys/${key}
  http-check expect status 200
${signerPorts.map((port, index) => `  server tezos-signer-${index + 1} 127.0.0.1:${port} check\n`).join("")}`;

/** autossh's command line, after what stands in `autosshEnvironment`. */
export function autosshCommand(host: string, keyFile: string, signer: string): string[] {
  const forwards = signerPorts.flatMap((port) => ["-R", `${port}:${signer}`]);
  // The report's autossh trusted whatever key it met first.
  const options = ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-i", keyFile];
  return ["autossh", "-M", String(monitorPort), "-N", ...options, ...forwards, "-p", String(sshPort), `signer@${host}`];
}

/** A look every ten seconds: with this a new ssh comes some 15 to 20 s after the last one, as in the report's log. */
export const autosshEnvironment = { AUTOSSH_POLL: "10", AUTOSSH_GATETIME: "0" };
