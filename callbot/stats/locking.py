"""Whose turn it is to change the tallies."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

LOCK_KEY = 0x73746174
"""`stat` in ASCII: under which one process at a time changes the tallies of a PostgreSQL database."""


async def lock(connection: AsyncConnection) -> None:
    """Be the only one who changes tallies until the transaction ends; first in it, so that nobody waits for somebody who waits."""
    if connection.dialect.name == "postgresql":
        await connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK_KEY})"))
