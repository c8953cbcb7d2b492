"""Call-back requests as rows: read with all that stands beside them, held, written. Decisions are callback_states.py's."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from callbot import tables
from callbot.callback_states import Callback, CallbackState, Claim, ServiceOf, Try, Turn
from callbot.humans.queue_types import LIVE_CALLER, Place
from callbot.phone_numbers import normalise_number

MOST_DONE = 500
"""Of those that are done, the last ones are listed."""
FIRST_SEQ = 1000
"""Of requests that staff make; messages.py has the same."""
CALLBACKS, CALLS = tables.callbacks, tables.calls
ENTRIES, CARDS = tables.queue_entries, tables.desk_cards
BUSIEST = (Place.CONNECTED, Place.CALLING_BACK, Place.OFFERED, Place.DIALLED, Place.WAITING, Place.PROMISED)
"""Which of a person's places tells most of what is to be done about their request."""


@dataclass(frozen=True, slots=True)
class Missed:
    """Who hung up in the queue before anybody was there: when they called, their number (as +33…), for which service, about what."""

    call_id: str
    at: datetime
    number: str = field(repr=False)
    service: str
    motive: str = ""
    name: str = field(default="", repr=False)


def is_open() -> ColumnElement[bool]:
    """To be called."""
    return CALLBACKS.c.state != CallbackState.DONE.value


def last_done() -> Select[tuple[int]]:
    """The ids of the last ones that are done."""
    newest = CALLBACKS.c.state_at.desc(), CALLBACKS.c.id.desc()
    return select(CALLBACKS.c.id).where(~is_open()).order_by(*newest).limit(MOST_DONE)


def requests() -> Select[Any]:
    """The rows that `read` takes."""
    of_call = CALLS.c.line, CALLS.c.service, CALLS.c.caller_hash, CALLS.c.language
    return select(CALLBACKS, *of_call).join(CALLS)


async def read(connection: AsyncConnection, statement: Select[Any], service_of: ServiceOf) -> list[Callback]:
    """The requests that the statement (of `requests`) finds."""
    rows = (await connection.execute(statement)).all()
    tries = await _tries(connection, [row.id for row in rows if row.state != CallbackState.TO_CALL])
    same = await _same_numbers(connection, {row.number for row in rows})
    live = await _live(connection) if any(row.state != CallbackState.DONE for row in rows) else []
    return [_callback(row, tries, same[row.number], live, service_of) for row in rows]


def _callback(
    row: Any,
    tries: Mapping[int, list[Try]],
    same: Iterable[Any],
    live: Iterable[Any],
    service_of: ServiceOf,
) -> Callback:
    others = [one for one in same if one.id != row.id]
    claims = [Claim(one.claimed_by, one.claimed_at) for one in others if one.claimed_by]
    service = row.service or service_of(row.motive, row.line)
    return Callback(
        id=row.id,
        call_id=row.call_id,
        asked_at=row.asked_at,
        number=row.number,
        wish=row.wish,
        motive=row.motive,
        line=row.line,
        service=service,
        state=CallbackState(row.state),
        name=row.name,
        place=row.place,
        state_at=row.state_at,
        state_by=row.state_by or "",
        tries=tuple(tries.get(row.id, ())),
        retry_at=row.retry_at,
        resolved=row.resolved,
        note=row.note,
        claim=Claim(row.claimed_by, row.claimed_at) if row.claimed_by else None,
        others=len(others),
        elsewhere=max(claims, key=lambda one: one.since, default=None),
        turns=_turns(row, service, live),
        language=row.language,
    )


def _turns(row: Any, service: str, live: Iterable[Any]) -> tuple[Turn, ...]:
    """The person's places in the queue, the one that tells most first; none for a request that is done."""
    if row.state == CallbackState.DONE:
        return ()
    found = [
        Turn(
            one.id,
            Place(one.place),
            one.since,
            one.agent,
            one.call_after,
            same=one.call_id == row.call_id or one.service == service,
        )
        for one in live
        if _is_same_person(one, row)
    ]
    return tuple(sorted(found, key=lambda turn: (BUSIEST.index(turn.place), turn.entry_id)))


def _is_same_person(place: Any, row: Any) -> bool:
    """By the call, by the number that called, or by the one that is to be called."""
    hashed = row.caller_hash is not None and place.caller_hash == row.caller_hash
    number = normalise_number(place.number or "")
    called = row.number != "" and row.number in (number, place.confirmed)
    return bool(place.call_id == row.call_id or hashed or called)


async def _live(connection: AsyncConnection) -> list[Any]:
    """All who are on the line, or to be called back in their turn."""
    place = ENTRIES.c
    columns = place.id, place.call_id, place.caller_hash, place.service, place.place, place.since
    confirmed = confirmed_number(place.call_id).label("confirmed")
    wanted = select(*columns, place.agent, place.call_after, CARDS.c.number, confirmed)
    joined = wanted.outerjoin(CARDS, CARDS.c.call_id == place.call_id)
    here = place.place.in_([one.value for one in LIVE_CALLER])
    return list(await connection.execute(joined.where(here)))


def confirmed_number(call_id: Any) -> ScalarSelect[Any]:
    """The number that a call has asked to be called at, which need not be the one that it came from."""
    asked = CALLBACKS.alias()
    newest = select(asked.c.number).where(asked.c.call_id == call_id).order_by(asked.c.id.desc()).limit(1)
    return newest.scalar_subquery()


async def of_place(
    connection: AsyncConnection, call_id: str, caller_hash: str | None, *, hold: bool = True
) -> list[int]:
    """The ids of the open requests of whose place it is, in their order; `hold`: until the transaction ends."""
    card = select(CARDS.c.number).where(CARDS.c.call_id == call_id)
    whose = [CALLBACKS.c.call_id == call_id, CALLBACKS.c.number == confirmed_number(call_id)]
    if number := normalise_number(await connection.scalar(card) or ""):
        whose.append(CALLBACKS.c.number == number)
    if caller_hash is not None:
        whose.append(CALLBACKS.c.call_id.in_(select(CALLS.c.id).where(CALLS.c.caller_hash == caller_hash)))
    wanted = select(CALLBACKS.c.id).where(is_open(), or_(*whose)).order_by(CALLBACKS.c.id)
    return list(await connection.scalars(wanted.with_for_update() if hold else wanted))


async def add(connection: AsyncConnection, missed: Missed) -> int:
    """A request that staff make; its id. Its `seq` is far from those that the call itself may still write."""
    last = select(func.max(CALLBACKS.c.seq)).where(CALLBACKS.c.call_id == missed.call_id)
    values = {
        "call_id": missed.call_id,
        "seq": max(await connection.scalar(last) or 0, FIRST_SEQ) + 1,
        "asked_at": missed.at,
        "number": missed.number,
        "wish": "",
        "motive": missed.motive,
        "name": missed.name,
        "state": CallbackState.TO_CALL.value,
    }
    result = await connection.execute(insert(CALLBACKS).values(values).returning(CALLBACKS.c.id))
    made: int = result.scalar_one()
    return made


async def hold(connection: AsyncConnection, callback_id: int) -> None:
    """Hold all requests of that one's number until the transaction ends (on SQLite the whole database is held)."""
    number = select(CALLBACKS.c.number).where(CALLBACKS.c.id == callback_id).scalar_subquery()
    await connection.execute(
        select(CALLBACKS.c.id).where(CALLBACKS.c.number == number).order_by(CALLBACKS.c.id).with_for_update()
    )


async def _same_numbers(connection: AsyncConnection, numbers: Iterable[str]) -> Mapping[str, list[Any]]:
    """The open requests of each number, with their claims."""
    c = CALLBACKS.c
    wanted = select(c.id, c.number, c.claimed_by, c.claimed_at).where(is_open(), c.number.in_(list(numbers)))
    found: dict[str, list[Any]] = defaultdict(list)
    for row in await connection.execute(wanted):
        found[row.number].append(row)
    return found


async def _tries(connection: AsyncConnection, ids: Iterable[int]) -> dict[int, list[Try]]:
    """The tries of each, in order."""
    table = tables.callback_tries
    wanted = select(table).where(table.c.callback_id.in_(list(ids))).order_by(table.c.number)
    found: dict[int, list[Try]] = {}
    for row in await connection.execute(wanted):
        found.setdefault(row.callback_id, []).append(Try(row.at, row.by))
    return found


async def write(connection: AsyncConnection, before: Callback, after: Callback) -> None:
    """What an action can change."""
    values = {
        "state": after.state.value,
        "state_at": after.state_at,
        "state_by": after.state_by or None,
        "retry_at": after.retry_at,
        "resolved": after.resolved,
        "note": after.note,
        "claimed_by": after.claim.by if after.claim else None,
        "claimed_at": after.claim.since if after.claim else None,
    }
    await connection.execute(update(CALLBACKS).where(CALLBACKS.c.id == before.id).values(values))
    new = [
        {"callback_id": before.id, "number": number, "at": one.at, "by": one.by}
        for number, one in enumerate(after.tries, start=1)
        if number > len(before.tries)
    ]
    if new:
        await connection.execute(insert(tables.callback_tries), new)
