"""A mail server in a process of its own that takes its time for each reply, and keeps nothing.

    python -m benchmarks.mail_server MILLISECONDS

Prints its port; ends when its standard input does.
"""

from __future__ import annotations

import asyncio
import sys


async def _serve(pause: float) -> None:
    server = await asyncio.start_server(lambda r, w: _talk(r, w, pause), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await asyncio.to_thread(sys.stdin.read)


async def _talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, pause: float) -> None:
    async def reply(line: bytes) -> None:
        await asyncio.sleep(pause)
        writer.write(line + b"\r\n")
        await writer.drain()

    await reply(b"220 slow ESMTP")
    while line := await reader.readline():
        verb = line[:4].upper()
        if verb == b"EHLO":
            await reply(b"250-slow\r\n250-SIZE 60000000\r\n250 8BITMIME")
        elif verb == b"DATA":
            await reply(b"354 go on")
            await reader.readuntil(b"\r\n.\r\n")
            await reply(b"250 taken")
        elif verb == b"QUIT":
            await reply(b"221 bye")
            break
        else:
            await reply(b"250 ok")
    writer.close()


if __name__ == "__main__":
    asyncio.run(_serve(float(sys.argv[1]) / 1000))
