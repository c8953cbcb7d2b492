"""Whose desk is anybody's: one ends with its account, with the right to it, and with the last session of who opened it.

Callers are offered to an open desk, and the service counts as staffed by it: nobody may be gone and their desk stay.
"""

from datetime import datetime

from sqlalchemy import select

from callbot import tables
from callbot.account_sessions import Sessions
from callbot.audit import note
from callbot.database import Database
from callbot.humans.queue_sql import IS_DIALLED
from callbot.humans.queue_store import QueueStore
from callbot.humans.queue_types import AgentState
from callbot.rights import Right, having

BY_ITSELF = "callbot"
"""Who closes a desk that nobody holds any more, in the journal."""


class DeskHolders:
    """Of one database. Every method raises DatabaseError. Who talks on a line of ours keeps their desk until the talk is over."""

    def __init__(self, database: Database, queue: QueueStore, sessions: Sessions) -> None:
        self._database = database
        self._queue = queue
        self._sessions = sessions

    async def close_unheld(self, at: datetime) -> list[str]:
        """Close the desks of who has no account, no right or no session any more; whose they were."""
        return [name for name in await self._unheld(at) if await self.close(name, at, BY_ITSELF)]

    async def close(self, name: str, at: datetime, actor: str) -> bool:
        """Close one desk, with a line in the journal. False: they talk to somebody on a line of ours, or it is not open.

        Whom they have dialled is to be called again: of such a talk nothing else would ever tell the end.
        """
        closed = await self._queue.close_desk(name, at)
        if closed:
            async with self._database.begin(quick=True) as connection:
                await note(connection, at, actor, "desk closed", name)
        return closed

    async def _unheld(self, at: datetime) -> list[str]:
        agents, accounts = tables.queue_agents, tables.accounts
        may = accounts.c.role.in_([role.value for role in having(Right.DESK)])
        here = select(accounts.c.name).join(tables.sessions).where(may, self._sessions.good(at))
        entries = tables.queue_entries
        dials = select(entries.c.id).where(entries.c.id == agents.c.entry_id, IS_DIALLED).exists()
        wanted = select(agents.c.name).where(
            agents.c.state != AgentState.OFFLINE.value,
            (agents.c.state != AgentState.BUSY.value) | dials,
            agents.c.name.not_in(here),
        )
        async with self._database.read() as connection:
            return list(await connection.scalars(wanted.order_by(agents.c.name)))
