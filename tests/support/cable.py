"""A network between a browser and a server that can go without a word: nothing is closed, nothing is refused, nothing arrives."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

CHUNK = 65536


class Cable:
    """`address` leads to the server. What was connected before a cut stays dead after it, as behind a router that has forgotten it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.address = ""
        self._whole = asyncio.Event()
        self._whole.set()
        self._cuts = 0

    def cut(self) -> None:
        """From now on nothing arrives."""
        self._cuts += 1
        self._whole.clear()

    def mend(self) -> None:
        """New connections work again."""
        self._whole.set()

    async def connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Somebody connects; what they do while it is cut is never answered."""
        cuts = self._cuts
        if not self._whole.is_set():
            await asyncio.Event().wait()
        there = await asyncio.open_connection("127.0.0.1", self._port)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._pass_on(reader, there[1], cuts))
            tasks.create_task(self._pass_on(there[0], writer, cuts))

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, cuts: int) -> None:
        with suppress(OSError):
            while data := await reader.read(CHUNK):
                if self._cuts != cuts:
                    await asyncio.Event().wait()
                writer.write(data)
                await writer.drain()
        writer.close()


@asynccontextmanager
async def cable(port: int) -> AsyncIterator[Cable]:
    """Between whoever connects to `address` and that port of this machine."""
    between = Cable(port)
    tasks: set[asyncio.Task[None]] = set()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.add(asyncio.create_task(between.connect(reader, writer)))

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    between.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield between
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
