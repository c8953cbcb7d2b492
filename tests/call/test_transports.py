"""Messages to a leg over a real WebSocket: at once where nothing is in the way, in order where something is."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, serve

from callbot.transports import WebSocketTransport


@asynccontextmanager
async def joined() -> AsyncIterator[tuple[WebSocketTransport, ClientConnection]]:
    """Our end of a connection, and the leg's."""
    ours: asyncio.Future[ServerConnection] = asyncio.get_running_loop().create_future()

    async def take(connection: ServerConnection) -> None:
        ours.set_result(connection)
        await connection.wait_closed()

    async with (
        serve(take, "127.0.0.1", 0, compression=None) as server,
        connect(f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}", compression=None) as leg,
    ):
        yield WebSocketTransport(await ours), leg


async def test_a_message_leaves_at_once() -> None:
    """Text and sound, without a turn of the event loop."""
    async with joined() as (transport, leg):
        assert [transport.send_now("{}"), transport.send_now(b"\xd5" * 160)] == [True, True]
        assert [await leg.recv(), await leg.recv()] == ["{}", b"\xd5" * 160]


async def test_nothing_overtakes_what_waits_to_be_read() -> None:
    """A leg that does not read: the rest has to be awaited, and comes after what was sent before."""
    async with joined() as (transport, leg):
        sent = 0
        while transport.send_now(bytes([sent % 256]) * 65536):
            sent += 1
        waiting = asyncio.create_task(transport.send(b"last"))
        heard = [await leg.recv() for _ in range(sent + 1)]
        await waiting
        assert heard == [*(bytes([n % 256]) * 65536 for n in range(sent)), b"last"]
        assert transport.send_now(b"again")
        assert await leg.recv() == b"again"


async def test_nothing_is_sent_to_a_leg_that_is_gone() -> None:
    """Closed, or cut by us."""
    async with joined() as (transport, leg):
        await leg.close()
        assert await transport.receive() is None
        assert not transport.send_now(b"late")
    async with joined() as (transport, leg):
        transport.abort()
        assert not transport.send_now(b"late")
        assert await transport.receive() is None


async def test_what_comes_while_a_leg_rests_is_had_at_once_afterwards() -> None:
    """In order, and the connection goes on; the end of the leg is seen then too."""
    async with joined() as (transport, leg):
        resting = asyncio.create_task(transport.rest(0.05))
        for number in range(3):
            await leg.send(bytes([number]))
        await leg.send("{}")
        await resting
        assert [await transport.receive() for _ in range(4)] == [b"\0", b"\1", b"\2", "{}"]
        resting = asyncio.create_task(transport.rest(0.05))
        await asyncio.sleep(0)
        await leg.close()
        await resting
        assert await transport.receive() is None
        await transport.rest(0.05)
