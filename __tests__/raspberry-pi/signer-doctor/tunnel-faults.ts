import { type Fault, healthSettings, startSshd } from "./fault";

export const tunnelFaults: Fault[] = [
  {
    title: "a forwarder whose sshd is stopped",
    outside: { break: "kill $(cat /run/sshd1.pid); sleep 0.5", repair: startSshd(1) },
    found: { "forwarder 2 over eth0": /nothing listens/, "forwarder 2 over wwan0": /nothing listens/ },
  },
  {
    title: "a forwarder with another host key",
    outside: {
      break: `kill $(cat /run/sshd1.pid); mv /root/host1 /root/kept; ssh-keygen -q -t ed25519 -N '' -f /root/host1 <<<y; ${startSshd(1)}`,
      repair: `kill $(cat /run/sshd1.pid); mv /root/kept /root/host1; ${startSshd(1)}`,
    },
    found: { "forwarder 2 over eth0": /different host key/, "forwarder 2 over wwan0": /different host key/ },
  },
  {
    title: "a forwarder that does not accept this Raspberry Pi's key",
    outside: {
      break: "mv /root/authorized_keys1 /root/moved_keys",
      repair: "mv /root/moved_keys /root/authorized_keys1",
    },
    found: { "forwarder 2 over eth0": /does not accept/, "forwarder 2 over wwan0": /does not accept/ },
  },
  {
    title: "a tunnel that was stopped",
    break: "systemctl stop tezos-tunnel@1-eth0",
    repair: "systemctl start tezos-tunnel@1-eth0",
    found: { "tunnel 1-eth0": /is not running/ },
  },
  {
    title: "a tunnel that waits for its uplink",
    break:
      "systemctl kill --signal=STOP tezos-uplinks; rm /run/tezos-uplinks/eth0; systemctl restart tezos-tunnel@1-eth0; sleep 1",
    repair: "systemctl restart tezos-uplinks",
    found: {
      "tunnel 1-eth0": /it last logged: waiting for eth0/,
      "forwarder 1 over eth0": /not tested/,
      "forwarder 2 over eth0": /not tested/,
    },
  },
  {
    title: "a round trip that is too long: the limit is lowered",
    break: `sed -i.kept '/^ROUND_TRIP_SECONDS/s/".*"/"0"/' ${healthSettings}`,
    repair: `mv ${healthSettings}.kept ${healthSettings}`,
    found: Object.fromEntries(
      ["1-eth0", "1-wwan0", "2-eth0", "2-wwan0"].map((tunnel) => [
        `tunnel ${tunnel}`,
        /is up over \w+; \d+ ms to the forwarder and back, which is above the limit of 0 ms/,
      ]),
    ),
  },
];
