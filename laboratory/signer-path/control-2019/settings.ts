/**
 * The signer path of the incident of 8 November 2019, as far as the report shows it. What the report does not show is
 * set to the programs' defaults, or as in their manuals.
 * https://github.com/hodl-dot-farm/hodl-farm-tezos-website/blob/629cc4da1ce989ffae4eb015e92e5f12f206ed21/_posts/2019-11-15-sev1-missed-endorsment2.md
 */

/** sshd's port. */
export const sshPort = 58255;
/** HAProxy's port for the baker's requests. */
export const proxyPort = 8445;
/** The ports that the Raspberry Pi forwards to its two signers. */
export const signerPorts = [8443, 9443];
/** autossh sends test data to itself through the tunnel over this port. */
export const monitorPort = 65050;

/** The folder of both configurations in their containers. */
export const settingsFolder = "/etc/2019";

/**
 * sshd_config.
 * @param fixed adds the report's fix, which drops a client that does not answer for 30 s
 */
export const sshdConfig2019 = (fixed: boolean): string => `Port ${sshPort}
HostKey ${settingsFolder}/host-key
AuthorizedKeysFile ${settingsFolder}/authorized_keys
AllowUsers signer
PasswordAuthentication no
# The report shows "bind [::]:8443": the forwarded ports are open to other pods.
AllowTcpForwarding yes
GatewayPorts yes
${fixed ? "ClientAliveInterval 10\nClientAliveCountMax 3\n" : ""}# Not from 2019: lets sshd run without root here.
UsePAM no
PidFile none
StrictModes no
`;

/**
 * haproxy.cfg. Time-outs are those of the manual's first example, and health checks have their default interval of 2 s:
 * https://docs.haproxy.org/2.6/configuration.html#2.6 and https://docs.haproxy.org/3.0/configuration.html#5.2-inter
 * @param key hash of the signers' key
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

/** autossh's command line. @param signer HOST:PORT on the Raspberry Pi */
export function autosshCommand(host: string, keyFile: string, signer: string): string[] {
  const forwards = signerPorts.flatMap((port) => ["-R", `${port}:${signer}`]);
  // In the report, autossh accepted any host key.
  const options = ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-i", keyFile];
  return ["autossh", "-M", String(monitorPort), "-N", ...options, ...forwards, "-p", String(sshPort), `signer@${host}`];
}

/**
 * With a check every 10 s, a new ssh starts 15 to 20 s after the previous one, as in the report's log. See autossh(1).
 */
export const autosshEnvironment = { AUTOSSH_POLL: "10", AUTOSSH_GATETIME: "0" };
