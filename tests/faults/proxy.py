"""A proxy that breaks a conversation at one chosen place, between us and a mail server.

It understands just enough of SMTP (RFC 5321) and IMAP (RFC 9051) to know at which command the
client is and where the server's answer ends.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
import struct
import threading
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from types import TracebackType
from typing import Self

HOST = "127.0.0.1"
CONNECT = "CONNECT"  # before the server's greeting
DRIP = 0.05  # seconds between two bytes
SLOW = 0.3  # seconds before a slow answer


class Break(Enum):
    """What happens instead of an ordinary exchange."""

    RESET = "reset"  # the connection is torn before the server has seen the command
    SILENCE = "silence"  # the server never sees it, nobody answers
    DRIP = "drip"  # one byte after the other of an answer that never ends
    SLOW = "slow"  # the ordinary answer, late
    LOST = "lost"  # the server does it, its answer is lost with the connection


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong once: at the `nth` time that the client comes to `stage`.

    `does` is a Break, or the bytes that are answered in the server's stead (`{tag}` stands for the
    command's tag; with `closes` the connection ends after them), or what becomes of its answer.
    """

    stage: str
    does: Break | bytes | Callable[[bytes], bytes]
    nth: int = 1
    closes: bool = False
    before: Callable[[], None] | None = None  # done elsewhere before the command goes on


@dataclass
class _Wire:
    """One connection of a client with its own to the server."""

    client_in: asyncio.StreamReader
    client_out: asyncio.StreamWriter
    server_in: asyncio.StreamReader
    server_out: asyncio.StreamWriter
    tag: bytes = b""  # of the command that is being answered (IMAP); none at the greeting


class _Torn(Exception):
    """Raised to end a connection."""


class FaultProxy(ABC):
    """A context manager: inside it, `port` leads to the server, but for the fault.

    `seen` counts the stages the client came to; `struck` says whether the fault happened.
    `rewrite` changes answers on their way to the client.
    """

    def __init__(
        self,
        server_port: int,
        fault: Fault | None = None,
        rewrite: Callable[[str, bytes], bytes] | None = None,
    ) -> None:
        self.server_port = server_port
        self.fault = fault
        self.rewrite = rewrite
        self.seen: Counter[str] = Counter()
        self.struck = False
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(10)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._serve, HOST, 0, limit=2**26)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _end(self) -> None:
        if self._server is not None:
            self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        wire = None
        try:
            wire = _Wire(
                reader, writer, *await asyncio.open_connection(HOST, self.server_port, limit=2**26)
            )
            await self._exchange(wire, CONNECT, b"")
            await self._converse(wire)
        except (_Torn, OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()
            if wire is not None:
                wire.server_out.close()
            self._tasks.discard(task)

    async def _exchange(self, wire: _Wire, stage: str, command: bytes) -> bytes:
        """One command and its answer, or the fault; the answer, as the client got it."""
        self.seen[stage] += 1
        fault = self.fault
        if fault is None or self.struck or (stage, self.seen[stage]) != (fault.stage, fault.nth):
            return await self._pass(wire, stage, command)
        self.struck = True
        if fault.before is not None:
            await asyncio.get_running_loop().run_in_executor(None, fault.before)
        return await self._break(wire, stage, command, fault)

    async def _break(self, wire: _Wire, stage: str, command: bytes, fault: Fault) -> bytes:
        if isinstance(fault.does, bytes):
            answer = fault.does.replace(b"{tag}", command.split(b" ", 1)[0])
            await self._skip(wire, stage)
            wire.client_out.write(answer)
            await wire.client_out.drain()
            if fault.closes:
                raise _Torn
            return answer
        if callable(fault.does):
            return await self._pass(wire, stage, command, fault.does)
        if fault.does is Break.SLOW:
            await asyncio.sleep(SLOW)
            return await self._pass(wire, stage, command)
        if fault.does is Break.LOST:
            wire.server_out.write(command)
            await self._answer(wire)
        if fault.does is Break.DRIP:
            wire.server_out.write(command)
            answer = await self._answer(wire)
            with contextlib.suppress(OSError):
                for byte in answer[:-1] + b" and so on" * 10_000:
                    wire.client_out.write(bytes([byte]).replace(b"\n", b" "))
                    await wire.client_out.drain()
                    await asyncio.sleep(DRIP)
        if fault.does is Break.SILENCE:
            await wire.client_in.read()  # until the client goes
        _tear(wire.client_out)
        raise _Torn

    async def _skip(self, wire: _Wire, stage: str) -> None:
        """Brings the server to where the client will believe it is: it never saw the command."""
        if stage == CONNECT:
            await self._answer(wire)  # its own greeting is swallowed

    async def _pass(
        self,
        wire: _Wire,
        stage: str,
        command: bytes,
        change: Callable[[bytes], bytes] | None = None,
    ) -> bytes:
        wire.server_out.write(command)
        answer = await self._answer(wire)
        if change is not None:
            answer = change(answer)
        if self.rewrite is not None:
            answer = self.rewrite(stage, answer)
        wire.client_out.write(answer)
        await wire.client_out.drain()
        return answer

    @abstractmethod
    async def _converse(self, wire: _Wire) -> None:
        """All commands of a connection after the greeting."""

    @abstractmethod
    async def _answer(self, wire: _Wire) -> bytes:
        """One whole answer of the server."""


class SmtpProxy(FaultProxy):
    """Stages: CONNECT, the command's word, BODY (the content), DOT (the final dot's answer)."""

    async def _converse(self, wire: _Wire) -> None:
        while line := await wire.client_in.readline():
            stage = (
                line.split(None, 1)[0].decode("ascii", "replace").upper() if line.strip() else ""
            )
            answer = await self._exchange(wire, stage, line)
            if stage == "DATA" and answer.startswith(b"354"):
                await self._content(wire)
            if stage == "QUIT":
                return

    async def _content(self, wire: _Wire) -> None:
        """The content, line by line; it reaches the server together with its final dot."""
        self.seen["BODY"] += 1
        fault = self.fault
        torn = (
            fault is not None
            and not self.struck
            and (fault.stage, fault.nth) == ("BODY", self.seen["BODY"])
        )
        if torn:
            self.struck = True
            await wire.client_in.readexactly(1000)
            _tear(wire.client_out)
            raise _Torn
        content = bytearray()
        while line := await wire.client_in.readline():
            content += line
            if line == b".\r\n":
                await self._exchange(wire, "DOT", bytes(content))
                return
        raise _Torn

    async def _skip(self, wire: _Wire, stage: str) -> None:
        await super()._skip(wire, stage)
        if stage == "DOT":  # the server still waits for the content: a new conversation with it
            wire.server_out.close()
            wire.server_in, wire.server_out = await asyncio.open_connection(
                HOST, self.server_port, limit=2**26
            )
            await self._answer(wire)
            wire.server_out.write(b"EHLO proxy.example\r\n")
            await self._answer(wire)

    async def _answer(self, wire: _Wire) -> bytes:
        answer = b""
        while line := await wire.server_in.readline():
            answer += line
            if line[3:4] != b"-":
                return answer
        raise _Torn


class ImapProxy(FaultProxy):
    """Stages: CONNECT, the command's words ("SELECT", "UID FETCH", "UID FETCH BODY", ...)."""

    _LITERAL = re.compile(rb"\{(\d+)\}\r\n$")

    async def _converse(self, wire: _Wire) -> None:
        while line := await wire.client_in.readline():
            wire.tag = line.split(b" ", 1)[0].strip()
            stage = imap_stage(line)
            answer = await self._exchange(wire, stage, line)
            while answer.startswith(b"+"):  # the server asks for more of the command
                answer = await self._exchange(wire, f"{stage} ...", await wire.client_in.readline())
            if stage == "LOGOUT":
                return

    async def _answer(self, wire: _Wire) -> bytes:
        answer = b""
        while line := await wire.server_in.readline():
            answer += line
            if literal := self._LITERAL.search(line):
                answer += await wire.server_in.readexactly(int(literal[1]))
                continue
            if not wire.tag or line.startswith((wire.tag + b" ", b"+")):
                return answer
        raise _Torn


def imap_stage(line: bytes) -> str:
    """The command of a line.

    >>> imap_stage(b'A1 UID FETCH 1:3 (UID BODY.PEEK[])'), imap_stage(b'A2 SELECT INBOX')
    ('UID FETCH BODY', 'SELECT')
    """
    words = line.decode("ascii", "replace").upper().split()[1:]
    stage = " ".join(words[:2] if words[:1] == ["UID"] else words[:1])
    return f"{stage} BODY" if "BODY.PEEK[" in line.decode("ascii", "replace").upper() else stage


def _tear(writer: asyncio.StreamWriter) -> None:
    """Ends a connection by RST, as a cut line does."""
    sock: socket.socket = writer.get_extra_info("socket")
    with contextlib.suppress(OSError):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
