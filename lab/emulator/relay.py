"""Relays bytes between a sandbox's own network and the host's, for the few ports that must be reachable.

There is no veth pair and no route: a socket listens on one side, a connection is opened on the other, and this loop copies between
them. Everything ends with the emulator's process.
"""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable

from namespaces import inside, listener, stream


class Relay:
    """An event loop for all sandboxes."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True, name="relay").start()

    def outward(self, namespace: str, port: int) -> Callable[[], None]:
        """Makes 127.0.0.1:`port` in the sandbox the host's 127.0.0.1:`port`. Returns a function that stops it."""
        return self._serve(inside(namespace, lambda: listener("127.0.0.1", port)), stream, port)

    def inward(self, namespace: str, address: str, port: int, target: int) -> Callable[[], None]:
        """Makes `address`:`port` on the host 127.0.0.1:`target` in the sandbox. Returns a function that stops it."""
        return self._serve(listener(address, port), lambda: inside(namespace, stream), target)

    def _serve(self, accepting: socket.socket, make: Callable[[], socket.socket], target: int) -> Callable[[], None]:
        async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await _carry(reader, writer, make, target)

        started = asyncio.start_server(carry, sock=accepting)
        server = asyncio.run_coroutine_threadsafe(started, self.loop).result()
        return lambda: self.loop.call_soon_threadsafe(server.close)


async def _carry(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, make: Callable[[], socket.socket], target: int
) -> None:
    loop = asyncio.get_running_loop()
    try:
        other = await loop.run_in_executor(None, make)
        await loop.sock_connect(other, ("127.0.0.1", target))
        far_reader, far_writer = await asyncio.open_connection(sock=other)
    except OSError:  # nobody listens there (any more); the caller sees a closed connection
        writer.close()
        return
    await asyncio.gather(_pump(reader, far_writer), _pump(far_reader, writer))
    for end in (writer, far_writer):
        end.close()


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):  # either side may close the connection at any time
        while data := await source.read(65536):
            sink.write(data)
            await sink.drain()
        if sink.can_write_eof():
            sink.write_eof()
