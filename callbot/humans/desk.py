"""One receptionist's desk, read from the queue: their state, the caller they have to do with, who waits, and their day."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any, NoReturn

from sqlalchemy import ColumnElement, Select, bindparam, select

from callbot.audit import note
from callbot.database import Database
from callbot.errors import DatabaseError
from callbot.events import Outcome
from callbot.humans.desk_cards import MISSED, Card, Cards
from callbot.humans.desk_follow_ups import Correction, FollowUp, FollowUps
from callbot.humans.desk_telephone import kind_of
from callbot.humans.hours import PARIS
from callbot.humans.queue_events import AgentSignedIn
from callbot.humans.queue_looking import Overview
from callbot.humans.queue_rows import entry_of
from callbot.humans.queue_sql import ENTRIES, PLACE
from callbot.humans.queue_store import QueueStore
from callbot.humans.queue_types import Agent, AgentState, Entry, Place
from callbot.phone_numbers import normalise_number
from callbot.tables import calls

MOST_OF_DAY = 30
"""Calls of today that an agent has taken."""
MOST_MISSED = 300
"""Calls of today that nobody has taken: all must be within reach, so that no caller is forgotten."""
SERVED = (Outcome.ANSWERED.value, Outcome.HANDED_OVER.value)
"""How calls end whose caller has what they called for: an answer, or a person."""
FORGET_EVERY_S = 2.0
"""How often numbers are forgotten at most, while the queue changes."""
PURGE_EVERY_S = 3600.0
CARDS_KEPT = timedelta(days=1)
LEAST_FIGURES = 4
"""The last ones of a number, by which a call may be found."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class View:
    """What one desk shows. `agent`: None who has never sat at one; `entry`: who rings for them, talks to them or has just done.

    `follow`: the call whose follow-up is to be written; `then`: where its caller is since they were passed on; `taken` and `missed`:
    today's, the newest first; `cards`: of `entry` and `follow`.
    """

    agent: Agent | None
    overview: Overview
    entry: Entry | None
    follow: Entry | None
    taken: tuple[Entry, ...]
    missed: tuple[Entry, ...]
    filed: dict[int, FollowUp]
    cards: dict[str, Card]
    then: Entry | None = None
    heard: tuple[tuple[str, str], ...] = ()
    """Of `follow`: what the caller said, with the id of the answer that the bot gave, or empty; the conversation's order."""
    corrected: dict[str, list[Correction]] = field(default_factory=dict)
    """What the receptionist has corrected of today's calls, by call."""

    about: dict[str, str] = field(default_factory=dict)
    """The answer that the bot spoke of last (its id), of `missed` whose card is there, by call."""
    known: frozenset[str] = frozenset()
    """The calls of `missed` whose number is kept still: they can be called back."""
    returned: frozenset[str] = frozenset()
    """Those of `missed` whose caller has called again since, and got an answer or a person."""

    @property
    def state(self) -> AgentState:
        """What the receptionist does."""
        return self.agent.state if self.agent else AgentState.OFFLINE


@dataclass(frozen=True, slots=True)
class MissedToday:
    """Today's callers who left without having talked to anybody, the newest first; `about`, `known` and `returned` as of View."""

    entries: tuple[Entry, ...] = ()
    about: dict[str, str] = field(default_factory=dict)
    known: frozenset[str] = frozenset()
    returned: frozenset[str] = frozenset()


class Desk:
    """The desks of one database. Reading raises DatabaseError."""

    def __init__(self, database: Database, queue: QueueStore, cards: Cards) -> None:
        self._database = database
        self.queue = queue
        self.cards = cards
        self.follow_ups = FollowUps(database, words=cards.words)
        self._looking = asyncio.Lock()
        self._missed: tuple[Overview, MissedToday] | None = None

    async def view(self, name: str, at: datetime, wanted: int | None = None) -> View:
        """The desk of the agent `name`. `wanted`: a place of theirs whose follow-up they have asked for."""
        agent, overview = await self.queue.agent(name), await self.queue.latest()
        entry = await self.queue.entry(agent.entry_id) if agent and agent.entry_id is not None else None
        taken, missed = await self._taken(name, at), await self._missed_today(overview, at)
        filed = await self.follow_ups.filed([one.id for one in taken])
        follow = _to_follow(entry, taken, filed, wanted)
        shown = [one.caller.call_id for one in (entry, follow) if one]
        cards = await self.cards.of_all(shown) if shown else {}
        then = await self.queue.newest(follow.caller.call_id) if follow and follow.passed_to else None
        heard = tuple(await self.heard(follow.caller.call_id)) if follow else ()
        talks = [one.caller.call_id for one in (*taken, *((entry,) if entry else ()))]
        corrected = await self.follow_ups.corrected(talks, name)
        return View(
            agent,
            overview,
            entry,
            follow,
            taken,
            missed.entries,
            filed,
            cards,
            then,
            heard,
            corrected,
            missed.about,
            missed.known,
            missed.returned,
        )

    async def own(self, name: str) -> View:
        """Of the desk only who sits there and whom they have to do with: what an offer changes, read at once."""
        agent = await self.queue.agent(name)
        entry = await self.queue.entry(agent.entry_id) if agent and agent.entry_id is not None else None
        cards = await self.cards.of_all([entry.caller.call_id]) if entry else {}
        return View(agent, Overview((), ()), entry, None, (), (), {}, cards)

    async def heard(self, call_id: str) -> list[tuple[str, str]]:
        """What the caller said, and the answer that they were given: as the call's card has it, else as the statistics do."""
        card = await self.cards.of(call_id)
        told = await self.follow_ups.heard(call_id)
        if card is None or not card.said:
            return told
        answers = dict(told)
        return [(one.text, answers.get(one.text, card.answer_id)) for one in card.said if one.who == "caller"]

    async def keep_private(self, note_days: int, transcript_days: int) -> NoReturn:
        """Forget who has gone as soon as they have, and what is old: a task of the service."""
        notes, words = timedelta(days=note_days), timedelta(days=min(note_days, transcript_days))
        loop = asyncio.get_running_loop()
        purge_at = 0.0
        with self.queue.news.subscribe() as changes:
            while True:
                try:
                    await self.cards.forget_gone(datetime.now(UTC))
                    if loop.time() >= purge_at:
                        await self.cards.purge(datetime.now(UTC) - CARDS_KEPT)
                        at = datetime.now(UTC)
                        await self.follow_ups.purge(at - notes, at - words)
                        purge_at = loop.time() + PURGE_EVERY_S
                except DatabaseError as error:
                    logger.error("the desk's cards were not purged: %s", error)
                await asyncio.sleep(FORGET_EVERY_S)
                with suppress(TimeoutError):
                    await asyncio.wait_for(changes.get(), PURGE_EVERY_S)
                while not changes.empty():
                    changes.get_nowait()

    async def find(self, sought: str, actor: str, at: datetime) -> list[Card]:
        """The cards of calls that the PBX passed on within the last hour, by their id, by number, or its last figures; it is journalled."""
        cards = [card for card in await self.cards.referred(at) if _fits(card, sought)]
        async with self._database.begin(quick=True) as connection:
            await note(connection, at, actor, "call looked up", f"{len(cards)} found")
        return cards

    async def note_dialled(self, actor: str, at: datetime) -> None:
        """For the journal: a receptionist passed a caller on to a telephone that is no colleague's. Not which one."""
        async with self._database.begin(quick=True) as connection:
            await note(connection, at, actor, "call transferred", "to a telephone")

    async def note_opened(self, name: str, before: Agent | None, event: AgentSignedIn) -> None:
        """For the journal: a receptionist has opened their desk, or has another telephone. Of what kind, not which one."""
        opened = before is None or before.state is AgentState.OFFLINE
        if not opened and before and before.telephone == event.telephone:
            return
        action = "desk opened" if opened else "desk telephone changed"
        async with self._database.begin(quick=True) as connection:
            await note(connection, event.at, name, action, kind_of(event.telephone))

    async def today(self, at: datetime) -> list[Entry]:
        """All places taken since midnight of that day, in metropolitan France."""
        wanted = select(*PLACE).where(ENTRIES.c.entered_at >= _midnight(at))
        async with self._database.read() as connection:
            return [entry_of(row) for row in await connection.execute(wanted)]

    async def reached_elsewhere(self, entries: Sequence[Entry]) -> set[str]:
        """The calls, of those who left the queue, that were handed over all the same: to the service's own telephone."""
        left = [one.caller.call_id for one in entries if one.place is Place.LEFT]
        handed_over = calls.c.outcome == Outcome.HANDED_OVER.value
        async with self._database.read() as connection:
            return set(await connection.scalars(select(calls.c.id).where(calls.c.id.in_(left), handed_over)))

    async def missed(self, entry_id: int) -> tuple[Entry, Card] | None:
        """Who hung up before anybody was there, with a number to call them back; None: it is not such a place, or not known any more."""
        entry = await self.queue.entry(entry_id)
        if entry is None or entry.place not in MISSED or entry.promised_at is not None:
            return None
        card = await self.cards.of(entry.caller.call_id)
        return (entry, card) if card and normalise_number(card.number) else None

    async def _missed_today(self, overview: Overview, at: datetime) -> MissedToday:
        """Read once for all desks, together with the overview that they share."""
        async with self._looking:
            if self._missed is None or self._missed[0] is not overview:
                self._missed = overview, await self._read_missed(at)
            return self._missed[1]

    async def _read_missed(self, at: datetime) -> MissedToday:
        async with self._database.read() as connection:
            rows = await connection.execute(GONE, {"midnight": _midnight(at)})
            entries = tuple(entry_of(row) for row in rows)
            call_ids = _calls_of(entries)
            again = (await connection.scalars(RETURNED, {"call_ids": call_ids})).all() if entries else []
        told = await self.cards.of_all(call_ids) if entries else {}
        about = {id_: card.answer_id for id_, card in told.items()}
        known = frozenset(id_ for id_, card in told.items() if normalise_number(card.number))
        return MissedToday(entries, about, known, frozenset(again))

    async def _taken(self, name: str, at: datetime) -> tuple[Entry, ...]:
        """Those whom the agent has talked to today."""
        async with self._database.read() as connection:
            rows = await connection.execute(TALKED, {"agent": name, "midnight": _midnight(at)})
            return tuple(entry_of(row) for row in rows)


def _reached_nobody() -> tuple[ColumnElement[bool], ...]:
    """Of a place: its call was not handed over all the same, to the service's own telephone; and it has no later place."""
    later = ENTRIES.alias()
    handed_over = (calls.c.id == ENTRIES.c.call_id) & (calls.c.outcome == Outcome.HANDED_OVER.value)
    again = (later.c.call_id == ENTRIES.c.call_id) & (later.c.id > ENTRIES.c.id)
    return ~select(calls.c.id).where(handed_over).exists(), ~select(later.c.id).where(again).exists()


def _returned() -> Select[Any]:
    """Those of some calls whose number has called again, and was served then."""
    later = calls.alias()
    again = (later.c.caller_hash == calls.c.caller_hash) & (later.c.started_at > calls.c.started_at)
    served = select(later.c.id).where(again, later.c.outcome.in_(SERVED)).exists()
    return select(calls.c.id).where(calls.c.id.in_(bindparam("call_ids", expanding=True)), served)


TODAY = (
    select(*PLACE)
    .where(ENTRIES.c.since >= bindparam("midnight"))
    .order_by(ENTRIES.c.since.desc(), ENTRIES.c.id.desc())
)
TALKED = TODAY.where(ENTRIES.c.place == Place.ENDED.value, ENTRIES.c.agent == bindparam("agent")).limit(
    MOST_OF_DAY
)
GONE = TODAY.where(
    ENTRIES.c.place.in_([place.value for place in MISSED]),
    ENTRIES.c.promised_at.is_(None),
    *_reached_nobody(),
).limit(MOST_MISSED)
RETURNED = _returned()


def _calls_of(entries: Sequence[Entry]) -> list[str]:
    return [one.caller.call_id for one in entries]


def _fits(card: Card, sought: str) -> bool:
    if sought == card.call_id:
        return True
    number, wanted = normalise_number(card.number), normalise_number(sought)
    figures = "".join(filter(str.isdecimal, sought))
    return bool(number) and (number == wanted or (len(figures) >= LEAST_FIGURES and number.endswith(figures)))


def _midnight(at: datetime) -> datetime:
    return datetime.combine(at.astimezone(PARIS).date(), time(), PARIS)


def _to_follow(
    entry: Entry | None, taken: tuple[Entry, ...], filed: dict[int, FollowUp], wanted: int | None
) -> Entry | None:
    """The call to write down: the one in progress first, else the one asked for, else the newest that is not written down."""
    if entry and entry.place is Place.CONNECTED:
        return entry
    asked_for = next((one for one in taken if one.id == wanted), None)
    return asked_for or next((one for one in taken if one.id not in filed), None)
