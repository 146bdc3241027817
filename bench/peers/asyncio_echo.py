"""A reverse echo server on asyncio, with a Protocol, which is faster than its streams.

    python3 asyncio_echo.py PORT

Each line comes back with its bytes reversed; all complete lines of one read leave in one write.
asyncio sets TCP_NODELAY itself.
"""

import asyncio
import sys

BACKLOG = 4096


class ReverseEcho(asyncio.Protocol):
    def __init__(self):
        self.rest = b""

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        complete, newline, self.rest = (self.rest + data).rpartition(b"\n")
        if newline:
            lines = complete[::-1].split(b"\n")  # faster than reversing line by line
            lines.reverse()
            self.transport.write(b"\n".join(lines) + b"\n")

    def pause_writing(self):
        self.transport.pause_reading()

    def resume_writing(self):
        self.transport.resume_reading()


async def main():
    loop = asyncio.get_running_loop()
    port = int(sys.argv[1])
    server = await loop.create_server(ReverseEcho, "127.0.0.1", port, backlog=BACKLOG)
    await server.serve_forever()


asyncio.run(main())
