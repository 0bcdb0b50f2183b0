"""Connections that never say what they want are closed: each holds one of the process's few files.

The server itself waits for ever for the end of a request, and whoever opens a thousand and says
half a word on each shuts everybody else out, without an account.
"""

from __future__ import annotations

import asyncio
from typing import ClassVar

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol


class PunctualProtocol(H11Protocol):
    """Closes a connection whose request has not wholly arrived in time."""

    seconds: ClassVar[float] = 60.0  # from the connection, or from the first byte, to the last

    _closing: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """The time begins."""
        super().connection_made(transport)
        self._look()

    def data_received(self, data: bytes) -> None:
        """The time ends with the request, and begins with the next."""
        super().data_received(data)
        self._look()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is left to close."""
        self._stop()
        super().connection_lost(exc)

    def _look(self) -> None:
        if self.conn.their_state not in (h11.IDLE, h11.SEND_BODY):
            self._stop()
        elif self._closing is None:
            self._closing = self.loop.call_later(self.seconds, self._close)

    def _stop(self) -> None:
        if self._closing is not None:
            self._closing.cancel()
            self._closing = None

    def _close(self) -> None:
        self._closing = None
        if self.conn.their_state in (h11.IDLE, h11.SEND_BODY):
            self.transport.close()
