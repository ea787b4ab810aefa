"""Probes ports over TCP and UDP, all at once, and prints those that answer, such as "tcp 22".

usage: probe-ports.py SOURCE TARGET PORT...   (SOURCE: an address to send from, or "-" for the usual one)
"""

import socket
import sys
from concurrent.futures import ThreadPoolExecutor

ANSWER_SECONDS = 1.5
UDP, TCP = ("udp", socket.SOCK_DGRAM), ("tcp", socket.SOCK_STREAM)


def answers(source: str, target: str, port: int, kind: socket.SocketKind) -> bool:
    """Whether a port accepts a connection, or answers a datagram."""
    family, _, _, _, address = socket.getaddrinfo(target, port, type=kind)[0]
    with socket.socket(family, kind) as client:
        client.settimeout(ANSWER_SECONDS)
        try:
            if source != "-":
                client.bind((source, 0))
            client.connect(address)
            if kind == socket.SOCK_DGRAM:
                client.send(b"?")
                client.recv(9)
        except OSError:
            return False
    return True


def main() -> None:
    """Prints one answering port a line, sorted."""
    source, target, *ports = sys.argv[1:]
    probes = [(f"{name} {port}", int(port), kind) for port in ports for name, kind in (TCP, UDP)]
    with ThreadPoolExecutor(len(probes)) as pool:
        found = pool.map(lambda probe: answers(source, target, *probe[1:]), probes)
        print("\n".join(sorted(name for (name, *_), answered in zip(probes, found, strict=True) if answered)))


main()
