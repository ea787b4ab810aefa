import { type Fault, inRouter, startDns } from "./fault";

const notTested = (uplink: string) =>
  Object.fromEntries([1, 2].map((number) => [`forwarder ${number} over ${uplink}`, /not tested: the uplink is down/]));

export const uplinkFaults: Fault[] = [
  {
    title: "an uplink without an address",
    break: "ip address flush dev wwan0",
    repair: "ip address add 192.168.101.50/24 dev wwan0; ip route add default via 192.168.101.1 dev wwan0 metric 700",
    found: { "uplink wwan0": /has no IPv4 address/, ...notTested("wwan0") },
  },
  {
    title: "an uplink without a default route",
    break: "ip route del default dev wwan0",
    repair: "ip route add default via 192.168.101.1 dev wwan0 metric 700",
    found: { "uplink wwan0": /no default route/, ...notTested("wwan0") },
  },
  {
    title: "an uplink without its rule",
    break: "systemctl kill --signal=STOP tezos-uplinks; ip rule del priority 6732 to 203.0.113.12",
    repair: "systemctl kill --signal=CONT tezos-uplinks; systemctl restart tezos-uplinks",
    found: {
      "uplink wwan0": /packets from it to 203\.0\.113\.12 don't leave through this uplink/,
      "forwarder 2 over wwan0": /login at .* failed|does not answer/,
    },
  },
  {
    title: "an unplugged cable",
    outside: { break: inRouter(1, "ip link set cable1 down"), repair: inRouter(1, "ip link set cable1 up") },
    break: "while [ -e /run/tezos-uplinks/wwan0 ]; do sleep 0.1; done",
    found: { "uplink wwan0": /has no connection/, ...notTested("wwan0") },
  },
  {
    title: "an interface with another name",
    break:
      "ip link set wwan0 down; ip link set wwan0 name usb0; while [ -e /run/tezos-uplinks/wwan0 ]; do sleep 0.1; done",
    repair:
      "ip link set usb0 name wwan0; ip link set wwan0 up; ip address replace 192.168.101.50/24 dev wwan0;" +
      "ip route replace default via 192.168.101.1 dev wwan0 metric 700",
    found: { "uplink wwan0": /network interface not found/, ...notTested("wwan0") },
  },
  {
    title: "a router that resolves no names: a warning, because the tunnels need none",
    outside: { break: "kill $(cat /run/dns1.pid)", repair: startDns(1) },
    found: { "names over wwan0": /192\.168\.101\.1 does not resolve deb\.debian\.org/ },
    status: 0,
  },
  {
    title: "an uplink that drops all packets",
    outside: {
      break: inRouter(1, "nft add rule ip home cut drop"),
      repair: inRouter(1, "nft flush chain ip home cut"),
    },
    found: { "forwarder 1 over wwan0": /does not answer/, "forwarder 2 over wwan0": /does not answer/ },
  },
];
