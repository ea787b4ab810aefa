#!/usr/bin/python3 -B
"""A stand-in for octez-signer, which can also misbehave on demand, and records every signing request.

Keys, signatures, watermarks, both protocols and the command line are like octez-signer's. It reads secret_keys and
authorized_keys of its --base-dir (ed25519 keys only). The additions are in <base-dir>/stand-in/:
  mode     what to do with signing requests. It is read at each request, and may change at any time:
             ok              sign, in 30 ms
             slow MS         sign, in MS milliseconds
             hang            accept the request, and never answer
             refuse500       refuse, as octez-signer does
             refuse409       refuse, as signatory does
             close           close the connection without an answer
             break           close the connection in the middle of the answer, after its headers
             garbage         answer with bytes that are not of the protocol
             drip MS         sign, and send the answer byte by byte, MS milliseconds apart
  records  a line of JSON for each signing request: at (Unix time), key, kind, level, round, payload, outcome

This folder is the program: run it, or the single file that `python3 -m zipapp` makes of it. -B: no __pycache__ here.
"""

import argparse
import os
import sys
from pathlib import Path

from http_protocol import HttpHandler
from server import SignerServer
from signer import Options, Signer
from socket_protocol import SocketHandler

VERSION = "stand-in for octez-signer 25.1"
HTTP_PORT, SOCKET_PORT = 6732, 7732


def parse_arguments() -> Options:
    """octez-signer's command line. Exits with an error for what octez-signer would not accept."""
    parser = argparse.ArgumentParser(prog="octez-signer", allow_abbrev=False)
    parser.add_argument("--version", action="version", version=VERSION)
    parser.add_argument("-d", "--base-dir", type=Path, default=Path("~/.tezos-signer").expanduser())
    parser.add_argument("-A", "--require-authentication", action="store_true")
    parser.add_argument("-f", "--password-filename")
    parser.add_argument("launch", choices=["launch"])
    parser.add_argument("protocol", choices=["http", "socket"])
    parser.add_argument("signer", choices=["signer"])
    parser.add_argument("-a", "--address", default="localhost")
    parser.add_argument("-p", "--port", type=int)
    parser.add_argument("-P", "--pidfile", type=Path)
    parser.add_argument("-M", "--magic-bytes", type=lambda text: [int(byte, 0) for byte in text.split(",")])
    parser.add_argument("-W", "--check-high-watermark", action="store_true")
    parser.add_argument("-t", "--timeout", type=float)
    parser.add_argument("--allow-list-known-keys", action="store_true")
    parser.add_argument("--allow-to-prove-possession", action="store_true")
    return parser.parse_args(namespace=Options())


def main() -> None:
    """Serves until it is stopped."""
    options = parse_arguments()
    if options.pidfile:
        options.pidfile.write_text(str(os.getpid()), encoding="ascii")
    is_http = options.protocol == "http"
    port = options.port or (HTTP_PORT if is_http else SOCKET_PORT)
    signer = Signer(options)
    try:
        server = SignerServer((options.address, port), HttpHandler if is_http else SocketHandler, signer)
    except OSError as error:
        sys.exit(f"octez-signer: {error}")
    print(f"Accepting {'HTTP' if is_http else 'TCP'} requests on port {port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
