"""imaplib's client with deadlines: no server, silent or slow, holds a run for ever."""

from __future__ import annotations

import contextlib
import imaplib
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

from models.domain.mail.server_address import ServerAddress


@dataclass
class Watch:
    """Shuts the connection down when a deadline passes: a read that waits then ends."""

    sockets: list[socket.socket] = field(default_factory=list)
    expired: bool = False

    def add(self, sock: socket.socket) -> None:
        """Watches this connection, also after it was wrapped in TLS."""
        self.sockets.append(sock.dup())

    @contextlib.contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """A deadline for what happens inside; a server that drips bytes does not outwit it."""
        timer = threading.Timer(seconds, self._expire)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _expire(self) -> None:
        self.expired = True
        for sock in self.sockets:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        for sock in self.sockets:
            sock.close()
        self.sockets.clear()


class PlainClient(imaplib.IMAP4):
    """imaplib's client, watched, and not to be talked into reading without end."""

    def __init__(self, address: ServerAddress, timeout: float, watch: Watch, largest: int) -> None:
        self.watch = watch
        self.largest = largest
        super().__init__(address.host, address.port, timeout)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        # Not in the published types of imaplib.
        made: socket.socket = super()._create_socket(timeout)  # type: ignore[misc]
        self.watch.add(made)
        return made

    def read(self, size: int) -> bytes:
        """A literal, unless it is larger than anything that was asked for."""
        if size > self.largest:
            raise self.abort(f"literal of {size} bytes announced")
        return super().read(size)


class TlsClient(PlainClient):
    """The same, encrypted from the first byte."""

    def __init__(
        self,
        address: ServerAddress,
        timeout: float,
        watch: Watch,
        largest: int,
        context: ssl.SSLContext,
    ) -> None:
        self.context = context
        super().__init__(address, timeout, watch, largest)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        return self.context.wrap_socket(super()._create_socket(timeout), server_hostname=self.host)
