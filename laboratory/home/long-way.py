"""Delays packets: those that a router sends through its routing table 77 are held back before they continue.

It replaces netem, which not every kernel has. It runs in the router's network namespace until it is killed. Then its
device disappears, table 77 is empty, and no packet is delayed any more.

usage: long-way.py MILLISECONDS JITTER   (JITTER: a random delay of at most that many milliseconds is added to each
packet, so packets can overtake each other)
"""

import fcntl
import heapq
import itertools
import os
import random
import select
import struct
import subprocess
import sys
import time

DEVICE = "long-way"
TABLE = "77"

# https://docs.kernel.org/networking/tuntap.html
# https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git/tree/include/uapi/linux/if_tun.h?h=v6.1
TUNSETIFF = 0x400454CA
IFF_TUN = 0x0001
IFF_NO_PI = 0x1000
# struct ifreq: ifr_name (IFNAMSIZ bytes), ifr_flags, and the rest of a union
INTERFACE_REQUEST = struct.Struct("16sH22x")
LARGEST_PACKET = 65536


def run(line: str) -> None:
    """Runs a command without quoting. Raises CalledProcessError if it fails."""
    subprocess.run(line.split(), check=True)


def open_device() -> int:
    """Creates the device, and routes table 77 to it. Returns its file descriptor."""
    device = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(device, TUNSETIFF, INTERFACE_REQUEST.pack(DEVICE.encode(), IFF_TUN | IFF_NO_PI))
    # Packets come out of the device with source addresses that are routed elsewhere.
    for setting in ("all", DEVICE):
        run(f"sysctl -qw net.ipv4.conf.{setting}.rp_filter=0")
    run(f"ip link set {DEVICE} up")
    run(f"ip route replace default dev {DEVICE} table {TABLE}")
    return device


def main() -> None:
    """Delays packets forever."""
    delay, jitter = (float(milliseconds) / 1000 for milliseconds in sys.argv[1:])
    device = open_device()
    # When to send, the order of arrival, and the packet.
    held: list[tuple[float, int, bytes]] = []
    order = itertools.count()
    while True:
        wait = max(0, held[0][0] - time.monotonic()) if held else None
        ready, _, _ = select.select([device], [], [], wait)
        if ready:
            packet = os.read(device, LARGEST_PACKET)
            heapq.heappush(held, (time.monotonic() + delay + random.random() * jitter, next(order), packet))
        while held and held[0][0] <= time.monotonic():
            os.write(device, heapq.heappop(held)[2])


if __name__ == "__main__":
    main()
