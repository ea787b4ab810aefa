"""How long a request at a local TCP port has waited for its answer, according to the kernel.

The kernel's socket diagnosis needs no privilege and works with any signer software. Protocol:
https://man7.org/linux/man-pages/man7/sock_diag.7.html. Structures, all in the host's byte order unless noted:
https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git/tree/include/uapi/linux/netlink.h?h=v6.1
https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git/tree/include/uapi/linux/inet_diag.h?h=v6.1
https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git/tree/include/uapi/linux/tcp.h?h=v6.1
"""

import socket
import struct
from collections.abc import Iterator
from typing import NamedTuple

NETLINK_SOCK_DIAG = 4
SOCK_DIAG_BY_FAMILY = 20
NLM_F_REQUEST = 0x001
NLM_F_DUMP = 0x300
NLMSG_ERROR = 2
NLMSG_DONE = 3
INET_DIAG_INFO = 2
TCP_ESTABLISHED = 1
TCP_CLOSE_WAIT = 8

# struct nlmsghdr: nlmsg_len, nlmsg_type, nlmsg_flags, nlmsg_seq, nlmsg_pid
MESSAGE_HEADER = struct.Struct("=IHHII")
# struct nlattr: nla_len (with this header), nla_type
ATTRIBUTE_HEADER = struct.Struct("=HH")
# struct inet_diag_req_v2 before its id: sdiag_family, sdiag_protocol, idiag_ext, pad, idiag_states
REQUEST = struct.Struct("=BBBxI")
# struct inet_diag_sockid, in network byte order: idiag_sport, idiag_dport, idiag_src, idiag_dst, idiag_if, idiag_cookie
SOCKET_ID = struct.Struct("!HH16s16sI8s")
# struct inet_diag_msg: idiag_family, idiag_state, idiag_timer, idiag_retrans, id, then idiag_expires, idiag_rqueue,
# idiag_wqueue, idiag_uid, idiag_inode
REPLY = struct.Struct(f"=BBBB{SOCKET_ID.size}sIIIII")
# struct tcp_info; x are fields that are not used here
TCP_INFO = struct.Struct(
    "=44x"  # tcpi_state to tcpi_fackets
    "I"  # tcpi_last_data_sent, milliseconds ago
    "4x"  # tcpi_last_ack_sent
    "I"  # tcpi_last_data_recv, milliseconds ago
    "96x"  # tcpi_last_ack_recv to tcpi_min_rtt
    "I"  # tcpi_data_segs_in
    "I"  # tcpi_data_segs_out
)


class TcpInfo(NamedTuple):
    """The fields of struct tcp_info that show whether a request is waiting for its answer."""

    last_data_sent_ms: int
    last_data_received_ms: int
    data_segments_in: int
    data_segments_out: int

    def unanswered_ms(self) -> int:
        """For how many milliseconds the last request has been waiting; 0 if it was answered."""
        # Until data is sent, "last sent" is the start of the connection: maybe the millisecond of its first request.
        first_waits = self.data_segments_in > 0 and self.data_segments_out == 0
        waits = first_waits or self.last_data_received_ms < self.last_data_sent_ms
        return self.last_data_received_ms if waits else 0


def longest_unanswered_seconds(port: int, timeout: float) -> float:
    """For how many seconds the oldest request at a local port has had no answer; 0 if none waits.

    A connection whose server end received data after it last sent some has an unanswered request. Raises OSError where
    the kernel has no socket diagnosis, or does not reply within `timeout` seconds.
    """
    longest = 0
    for family in (socket.AF_INET, socket.AF_INET6):  # octez-signer listens on ::ffff:127.0.0.1
        with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, NETLINK_SOCK_DIAG) as netlink:
            netlink.settimeout(timeout)
            netlink.send(_dump_request(family, port))
            longest = max([longest, *(info.unanswered_ms() for info in _tcp_infos(netlink))])
    return longest / 1000


def _dump_request(family: int, port: int) -> bytes:
    """Asks for the struct tcp_info of each connection at a local port, also of those that the client has closed."""
    states = 1 << TCP_ESTABLISHED | 1 << TCP_CLOSE_WAIT
    body = REQUEST.pack(family, socket.IPPROTO_TCP, 1 << (INET_DIAG_INFO - 1), states)
    body += SOCKET_ID.pack(port, 0, b"", b"", 0, b"")
    length = MESSAGE_HEADER.size + len(body)
    return MESSAGE_HEADER.pack(length, SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST | NLM_F_DUMP, 1, 0) + body


def _tcp_infos(netlink: socket.socket) -> Iterator[TcpInfo]:
    """The struct tcp_info of each connection in the kernel's reply."""
    while True:
        data = netlink.recv(65536)
        while data:
            length, kind, *_ = MESSAGE_HEADER.unpack_from(data)
            if kind == NLMSG_DONE:
                return
            if kind == NLMSG_ERROR:
                raise OSError("the kernel refused the request for socket diagnosis")
            attributes = data[MESSAGE_HEADER.size + REPLY.size : length]
            while len(attributes) >= ATTRIBUTE_HEADER.size:
                size, name = ATTRIBUTE_HEADER.unpack_from(attributes)
                if name == INET_DIAG_INFO and size >= ATTRIBUTE_HEADER.size + TCP_INFO.size:
                    yield TcpInfo(*TCP_INFO.unpack_from(attributes, ATTRIBUTE_HEADER.size))
                attributes = attributes[max(ATTRIBUTE_HEADER.size, _aligned(size)) :]
            data = data[_aligned(length) :]


def _aligned(length: int) -> int:
    """Messages and attributes begin at multiples of 4 bytes (NLMSG_ALIGN, NLA_ALIGN)."""
    return (length + 3) & ~3
