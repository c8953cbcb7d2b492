"""What a receptionist sees of a caller before and during the call: kept while somebody waits for it, and not a moment longer.

Written by the call before it joins the queue, so that it is there when the first telephone rings; read by the desk of whoever
is offered the caller, on whichever machine. Number and name are forgotten as soon as nobody is on the line or to be called back,
the whole card once the call is followed up, or after a day.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Row, Select, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from callbot.database import Database
from callbot.events import Outcome
from callbot.humans.queue_types import ON_LINE, Place
from callbot.statements import Statement
from callbot.tables import calls as CALLS  # noqa: N812 (a constant of this module)
from callbot.tables import desk_cards as CARDS  # noqa: N812
from callbot.tables import desk_follow_ups as FOLLOW_UPS  # noqa: N812
from callbot.tables import queue_entries as ENTRIES  # noqa: N812

Who = Literal["caller", "bot"]
MISSED = (Place.LEFT, Place.KEPT)
REACHABLE = (*ON_LINE, Place.PROMISED, Place.CALLING_BACK)
"""The places whose caller is on the line, or is to be dialled: only then is the number anybody's business."""

WITHOUT_PLACE = timedelta(minutes=5)
"""A card is written before its place; what has none so long after never gets one."""


WRITTEN = [column for column in CARDS.c if column.name != "notes"]
"""The columns that `Cards.put` writes: notes are of agents."""
_CARD = postgresql.insert(CARDS).values(
    {one.name: bindparam(f"card_{one.name}", type_=one.type) for one in WRITTEN}
)
PUT = Statement(
    _CARD.on_conflict_do_update(
        index_elements=[CARDS.c.call_id], set_={one.name: _CARD.excluded[one.name] for one in WRITTEN}
    ).returning(CARDS.c.call_id)
)
"""`Cards.put` in one exchange with PostgreSQL: a transaction takes three, before each caller's place in the queue."""

REFERRED_KEPT = timedelta(hours=1)
"""So long the card of who was passed on by the PBX is there for whoever talks to them; then it is deleted."""
MOST_REFERRED = 50


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence of the conversation."""

    who: Who
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Note:
    """What an agent tells the one to whom they pass the caller on."""

    by: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Card:
    """One caller, by their call. `number`: as the telephone gives it, empty when hidden; `name`: only if they gave it.

    `answer_id`: the entry of the knowledge base that was spoken of last, empty when none was. `said`: both sides, in order.
    `notes`: of agents who passed them on. `service` and `reason`: of the handover; `care`: how to serve them (care.Care), may be empty.
    `referred_at`: when the PBX was asked to send them to a person of its own; None: our queue does.
    """

    call_id: str
    number: str = field(default="", repr=False)
    name: str = field(default="", repr=False)
    answer_id: str = ""
    language: str = "fr"
    said: tuple[Said, ...] = field(default=(), repr=False)
    notes: tuple[Note, ...] = field(default=(), repr=False)
    service: str = ""
    reason: str = ""
    care: str = ""
    referred_at: datetime | None = None


class Cards:
    """The cards of one database. Every method raises DatabaseError.

    `missed`: how long number and name of who hung up before anybody was there are kept, so that they can be called back.
    `words`: whether what was said is written down; it is not where the commune keeps no transcripts.
    """

    def __init__(self, database: Database, missed: timedelta = timedelta(0), *, words: bool = True) -> None:
        self._database = database
        self._missed = missed
        self.words = words

    async def put(self, card: Card, at: datetime) -> None:
        """Write it, in place of an earlier one of the same call."""
        values = {
            "call_id": card.call_id,
            "at": at,
            "number": card.number,
            "name": card.name,
            "answer_id": card.answer_id,
            "language": card.language,
            "said": [[one.who, one.text] for one in card.said if self.words],
            "service": card.service,
            "reason": card.reason,
            "care": card.care,
            "referred_at": card.referred_at,
        }
        if not self._database.is_sqlite:
            async with self._database.writing_at_once() as here:
                await here.change(PUT, {f"card_{name}": value for name, value in values.items()})
            return
        row = sqlite.insert(CARDS).values(values)
        async with self._database.begin(quick=True) as connection:
            await connection.execute(row.on_conflict_do_update(index_elements=[CARDS.c.call_id], set_=values))

    async def add_note(self, call_id: str, note: Note) -> None:
        """Tell more of a caller, to whoever takes them next; nothing where there is no card."""
        async with self._database.begin(quick=True) as connection:
            rows = select(CARDS.c.notes).where(CARDS.c.call_id == call_id).with_for_update()
            notes = await connection.scalar(rows)
            if notes is not None:
                written = [*notes, [note.by, note.text]]
                await connection.execute(
                    update(CARDS).where(CARDS.c.call_id == call_id).values(notes=written)
                )

    async def of(self, call_id: str) -> Card | None:
        """The card of a call, if there is one."""
        return (await self.of_all([call_id])).get(call_id)

    async def of_all(self, call_ids: Sequence[str]) -> dict[str, Card]:
        """The cards of those calls that have one."""
        async with self._database.read(quick=True) as connection:
            rows = await connection.execute(select(CARDS).where(CARDS.c.call_id.in_(call_ids)))
            return {row.call_id: _card(row) for row in rows}

    async def referred(self, at: datetime) -> list[Card]:
        """Those of calls that the PBX was asked to pass on a moment ago, the newest first."""
        recent = CARDS.c.referred_at >= at - REFERRED_KEPT
        wanted = select(CARDS).where(recent).order_by(CARDS.c.referred_at.desc()).limit(MOST_REFERRED)
        async with self._database.read(quick=True) as connection:
            return [_card(row) for row in await connection.execute(wanted)]

    async def taken_back(self, call_id: str) -> None:
        """The PBX did not do it: the caller is the bot's again."""
        async with self._database.begin(quick=True) as connection:
            await connection.execute(update(CARDS).where(CARDS.c.call_id == call_id).values(referred_at=None))

    async def forget_gone(self, at: datetime) -> int:
        """Empty number and name of those who are neither on the line, nor to be called back, nor just missed; how many were emptied.

        The card of who has gone and whose call is followed up is deleted, and that of whom the PBX passed on an hour ago.
        """
        has_place = CARDS.c.call_id.in_(select(ENTRIES.c.call_id))
        late = CARDS.c.at < at - WITHOUT_PLACE
        kept = CARDS.c.call_id.in_(_missed(at - self._missed))
        gone = (
            CARDS.c.call_id.not_in(_reachable())
            & ~kept
            & (has_place | (late & CARDS.c.referred_at.is_(None)))
        )
        referred = CARDS.c.referred_at < at - REFERRED_KEPT
        told = (CARDS.c.number != "") | (CARDS.c.name != "")
        talk_filed = select(FOLLOW_UPS.c.entry_id).where(FOLLOW_UPS.c.entry_id == ENTRIES.c.id).exists()
        talked = (ENTRIES.c.place == Place.ENDED.value) & (ENTRIES.c.agent != "")
        unfiled = select(ENTRIES.c.call_id).where(
            talked, ~talk_filed
        )  # who was passed on has had several talks
        filed = CARDS.c.call_id.in_(select(FOLLOW_UPS.c.call_id)) & CARDS.c.call_id.not_in(unfiled)
        async with self._database.begin(quick=True) as connection:
            result = await connection.execute(update(CARDS).where(gone & told).values(number="", name=""))
            await connection.execute(delete(CARDS).where((gone & filed) | referred))
        return result.rowcount

    async def purge(self, before: datetime) -> int:
        """Forget cards written before then whose place is not in the queue any more; how many."""
        old = (CARDS.c.at < before) & CARDS.c.call_id.not_in(_reachable())
        async with self._database.begin(quick=True) as connection:
            result = await connection.execute(delete(CARDS).where(old))
        return result.rowcount


def _missed(since: datetime) -> Select[str]:
    """The calls whose caller has hung up since then without having had anybody, in the queue or by a transfer."""
    place = ENTRIES.c
    reached = select(CALLS.c.id).where(
        CALLS.c.outcome == Outcome.HANDED_OVER.value, CALLS.c.id == place.call_id
    )
    gone = place.place.in_([one.value for one in MISSED]) & place.promised_at.is_(None)
    return select(place.call_id).where(gone, place.since > since, ~reached.exists())


def _card(row: Row[Any]) -> Card:
    return Card(
        row.call_id,
        row.number,
        row.name,
        row.answer_id,
        row.language,
        tuple(Said(who, text) for who, text in row.said),
        tuple(Note(by, text) for by, text in row.notes),
        row.service,
        row.reason,
        row.care,
        row.referred_at,
    )


def _reachable() -> Select[str]:
    """The calls whose caller is on the line, or is to be dialled."""
    return select(ENTRIES.c.call_id).where(ENTRIES.c.place.in_([place.value for place in REACHABLE]))
