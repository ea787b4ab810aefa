"""Accepts connections and answers datagrams on all of the given ports, on every address, until it is killed.

usage: answer-on-ports.py PORT...
"""

import selectors
import socket
import sys


def udp_socket(port: int) -> socket.socket:
    """A socket for IPv4 and IPv6."""
    udp = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    udp.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    udp.bind(("::", port))
    return udp


def main() -> None:
    """Prints "ready" once it listens."""
    selector = selectors.DefaultSelector()
    for port in map(int, sys.argv[1:]):
        tcp = socket.create_server(("", port), family=socket.AF_INET6, dualstack_ipv6=True, backlog=64)
        for each in (tcp, udp_socket(port)):
            selector.register(each, selectors.EVENT_READ, each)
    print("ready", flush=True)
    while True:
        for key, _ in selector.select():
            ready: socket.socket = key.data
            if ready.type == socket.SOCK_STREAM:
                ready.accept()[0].close()
            else:
                ready.sendto(b"!", ready.recvfrom(9)[1])


main()
