"""The server of both protocols."""

from socketserver import BaseRequestHandler, ThreadingTCPServer

from signer import Signer


class SignerServer(ThreadingTCPServer):
    """Handles each connection in its own thread."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], handler: type[BaseRequestHandler], signer: Signer) -> None:
        super().__init__(address, handler)
        self.signer = signer

    def handle_error(self, *_: object) -> None:
        """Ignores clients that have disconnected."""
