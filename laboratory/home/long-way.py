"""Makes the way through a router longer, for a kernel may have no netem: packets that the router's table 77 routes are held
back before they go on. Runs in the router's network namespace until it is killed; then its device is gone, the table
empty, and nothing is held back.

  long-way.py MILLISECONDS JITTER

JITTER: up to so many milliseconds more for each packet, by chance; so packets overtake each other.
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
TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000


def run(line):
    subprocess.run(line.split(), check=True)


def main():
    delay, jitter = (float(milliseconds) / 1000 for milliseconds in sys.argv[1:])
    tun = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH22x", DEVICE.encode(), IFF_TUN | IFF_NO_PI))
    # What comes out of it has an address that is routed elsewhere.
    for setting in ("all", DEVICE):
        run(f"sysctl -qw net.ipv4.conf.{setting}.rp_filter=0")
    run(f"ip link set {DEVICE} up")
    run(f"ip route replace default dev {DEVICE} table {TABLE}")
    held, order = [], itertools.count()
    while True:
        wait = max(0, held[0][0] - time.monotonic()) if held else None
        ready, _, _ = select.select([tun], [], [], wait)
        if ready:
            packet = os.read(tun, 65536)
            heapq.heappush(held, (time.monotonic() + delay + random.random() * jitter, next(order), packet))
        while held and held[0][0] <= time.monotonic():
            os.write(tun, heapq.heappop(held)[2])


if __name__ == "__main__":
    main()
