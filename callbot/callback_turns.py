"""Call-backs that stand in the waiting queue too: what becomes of a place is noted in the list, and what is noted there changes the place.

Who asks in the queue to be called back has both: the request, which holds number, tries and what came of it, and the place, which is its
turn. The two change in one transaction; places are held before requests, always, so that nobody waits for each other in a circle.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, assert_never

from sqlalchemy import ColumnElement, Select, bindparam, false, literal, or_, select, true, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from callbot import callback_rows as rows
from callbot import tables
from callbot.at_once import AtOnce
from callbot.audit import note
from callbot.callback_states import (
    Action,
    Call,
    Callback,
    CallbackState,
    Claim,
    Done,
    GiveBack,
    NoAnswer,
    Refusal,
    Reopen,
    ServiceOf,
    Take,
    Why,
    decide,
)
from callbot.callback_times import AFTER_A_TRY
from callbot.humans.queue_events import (
    AgentDialled,
    AgentEvent,
    AgentSettled,
    CallerWithdrew,
    CallHeld,
    CallNotAnswered,
    OfferAccepted,
    PlaceEvent,
    TalkEnded,
)
from callbot.humans.queue_types import ON_LINE, Agent, AgentState, Entry, Place
from callbot.phone_numbers import normalise_number
from callbot.statements import Statement

AUDITED: dict[type[Action], str] = {
    Take: "callback taken",
    Call: "callback called",
    NoAnswer: "callback tried",
    Done: "callback done",
    GiveBack: "callback given back",
    Reopen: "callback reopened",
}
"""What each action is called in the audit trail: who takes a request on, or calls, sees its number."""

ENTRIES, CALLBACKS = rows.ENTRIES, rows.CALLBACKS


LOOKED_AGAIN = timedelta(minutes=1)
"""After so long it is looked again whether the person still talks to somebody else."""
WRITTEN_WITHIN = timedelta(minutes=10)
"""A call that nothing is kept of so long after its promise has been erased."""
SHORT = timedelta(seconds=10)
"""A talk on our line that is over sooner has settled nothing."""


def of_place(before: Entry, after: Entry, *, lost: bool = False) -> Action | None:
    """What an agent has done to a request by what became of the place; None: nothing. `lost`: the line was."""
    match before.place, after.place:
        case Place.CALLING_BACK, Place.CONNECTED:
            return Call()
        case _ if after.unanswered > before.unanswered:
            return NoAnswer(after.call_after)
        case Place.CONNECTED, Place.ENDED if not after.passed_to:
            return NoAnswer() if lost or _is_short(before, after) else Done(resolved=None)
    return None


def _is_short(before: Entry, after: Entry) -> bool:
    """Of a talk that was dialled, the agent has said that it was one."""
    began = before.connected_at
    return before.caller.machine != "" and began is not None and after.since - began < SHORT


def of_request(action: Action, after: Callback, entry: Entry, actor: str, now: datetime) -> PlaceEvent | None:
    """What becomes of the person's place by what `actor` has done to their request, which is `after` now; None: nothing."""
    same = any(turn.same for turn in after.turns if turn.entry_id == entry.id)
    mine = entry.agent == actor
    match action:
        case Call() if entry.place is Place.CALLING_BACK and mine:
            return OfferAccepted(now)
        case Take() | Call() | Reopen():
            return CallHeld(now, after.claim.until if after.claim else None)
        case NoAnswer():
            again_at = after.retry_at or now + AFTER_A_TRY
            return CallNotAnswered(now, again_at) if same else CallHeld(now, again_at)
        case Done() if same and entry.place is Place.CONNECTED:
            return TalkEnded(now) if mine and entry.is_call_back else None
        case Done() if same and entry.place in (Place.PROMISED, Place.CALLING_BACK):
            return CallerWithdrew(now)
        case Done() | GiveBack():
            return CallHeld(now, after.retry_at)
        case _:
            assert_never(action)


def of_actor(action: Action, callback_id: int, now: datetime) -> AgentEvent | None:
    """What becomes of who has done that to a request: who dials takes no call until they say what came of it; None: nothing."""
    match action:
        case Call():
            return AgentDialled(now, callback_id)
        case NoAnswer() | Done() | GiveBack():
            return AgentSettled(now, callback_id)
        case Take() | Reopen():
            return None
        case _:
            assert_never(action)


def hindered(action: Action, callback: Callback, agent: Agent | None) -> Refusal | None:
    """Why who sits at a desk cannot dial that one now: they have one telephone, and somebody on it; None: nothing is in the way."""
    if agent is None or not isinstance(action, Call):
        return None
    if agent.state is AgentState.DIALLING and agent.request != callback.id:
        return Refusal(Why.CALLS, agent.name, agent.since, agent.request)
    if agent.state is AgentState.BUSY and agent.entry_id not in {turn.entry_id for turn in callback.turns}:
        return Refusal(Why.TALKS, agent.name, agent.since)
    return None


def is_same(callback: Callback, other: Callback) -> bool:
    """Whether two requests of one number are about one thing, as far as is known."""
    motives = {callback.motive, other.motive} - {""}
    return callback.service == other.service and len(motives) < 2


class Turns:
    """The list as the queue changes it (queue_store.Requests)."""

    def __init__(self, service_of: ServiceOf) -> None:
        self._service_of = service_of

    async def follow(
        self, connection: AsyncConnection, before: Entry, after: Entry, *, lost: bool = False
    ) -> Sequence[int]:
        """Note what became of a place in the requests of that person that are about the same thing.

        The ids of the person's places where nobody needs to call them any more.
        """
        action = of_place(before, after, lost=lost)
        if action is None:
            return ()
        if isinstance(action, Done):
            action = Done(await _resolved(connection, after.id))
        caller = before.caller
        ids = await rows.of_place(connection, caller.call_id, caller.caller_hash)
        wanted = rows.requests().where(CALLBACKS.c.id.in_(ids)).order_by(CALLBACKS.c.id)
        found = await rows.read(connection, wanted, self._service_of) if ids else []
        same = [one for one in found if one.call_id == caller.call_id or one.service == caller.service]
        for callback in same:
            noted = _kept_note(action, callback)
            await apply(
                connection, callback, noted, before.agent, after.since, talked=isinstance(action, Done)
            )
        return await _needless(connection, before, same, action)

    async def taken(self, connection: AsyncConnection, entry: Entry, at: datetime) -> datetime | None:
        """Until when somebody else is at the person whom the place's agent wants to dial; None: nobody is."""
        caller = entry.caller
        ids = await rows.of_place(connection, caller.call_id, caller.caller_hash)
        wanted = rows.requests().where(CALLBACKS.c.id.in_(ids))
        found = await rows.read(connection, wanted, self._service_of) if ids else []
        claims = [claim for one in found for claim in (one.claim, one.elsewhere) if claim]
        until = [one.until for one in claims if one.by != entry.agent and one.holds(at)]
        others = (turn for one in found for turn in one.turns if turn.entry_id != entry.id)
        talks = any(one.place is Place.CONNECTED and one.agent != entry.agent for one in others)
        return max(until) if until else at + LOOKED_AGAIN if talks else None

    async def concerns(self, here: AtOnce, before: Entry, after: Entry, *, lost: bool = False) -> bool:
        """Whether `follow` would find a request, or a place where nobody need call the person any more."""
        if of_place(before, after, lost=lost) is None:
            return False
        caller = before.caller
        keys = {"call_id": caller.call_id, "caller_hash": caller.caller_hash or "", "entry_id": after.id}
        [(asked, turn, number)] = await here.rows(CONCERNED, keys)
        known = normalise_number(number or "")
        return bool(asked or turn or (known and await here.rows(ASKED_AT, {"number": known})))

    async def stale(self, here: AtOnce, at: datetime) -> tuple[Sequence[int], Sequence[int]]:
        """Places whose request is done or erased, and talks of which the list has not heard, by the place's id."""
        found = await here.rows(STALE, {"written": at - WRITTEN_WITHIN})
        return [row[0] for row in found if row[1]], [row[0] for row in found if not row[1]]

    async def let_go(
        self, connection: AsyncConnection, at: datetime, name: str = ""
    ) -> Sequence[tuple[str, AgentSettled]]:
        """Agents who call back whose request is not theirs any more, by name: it is done, somebody else's, or has been theirs for long.

        `name`: of that one alone.
        """
        found = []
        for row in await _dialling(connection, name):
            mine = row.claimed_by == row.name
            if not mine or not Claim(row.name, row.claimed_at).holds(at):
                found.append((row.name, AgentSettled(at, row.callback_id, said=not mine)))
        return found


async def _dialling(connection: AsyncConnection, name: str) -> Sequence[Any]:
    """Agents (`name`, or all) who call somebody back out of the list, with the request as it is now."""
    agents = tables.queue_agents
    claim = CALLBACKS.c.claimed_by, CALLBACKS.c.claimed_at
    joined = agents.outerjoin(CALLBACKS, CALLBACKS.c.id == agents.c.callback_id)
    wanted = select(agents.c.name, agents.c.callback_id, *claim).select_from(joined)
    dials = agents.c.state == AgentState.DIALLING.value, agents.c.name == name if name else true()
    return (await connection.execute(wanted.where(*dials))).all()


def _came_again_for_nothing(own: Select[Any]) -> ColumnElement[bool]:
    """The place is that of a later call, which has asked for nothing itself, and nothing is open of what its number had asked for."""
    calls = tables.calls.c
    asked = (
        select(CALLBACKS.c.id)
        .join(tables.calls, calls.id == CALLBACKS.c.call_id)
        .where(rows.is_open(), calls.caller_hash == ENTRIES.c.caller_hash)
    )
    over = select(calls.id).where(calls.id == ENTRIES.c.call_id, calls.outcome.is_not(None))
    return over.exists() & ~own.exists() & ~asked.exists()


def _erased(own: Select[Any]) -> ColumnElement[bool]:
    """Nothing is kept of the call any more; that of a call that goes on, or could not be written yet, has its card."""
    calls, cards = tables.calls.c, tables.desk_cards.c
    call = select(calls.id).where(calls.id == ENTRIES.c.call_id)
    card = select(cards.call_id).where(cards.call_id == ENTRIES.c.call_id)
    long_ago = ENTRIES.c.promised_at < bindparam("written")
    return long_ago & ~own.exists() & ~call.exists() & ~card.exists()


def _settled() -> Select[Any]:
    """Places whose request is done or erased."""
    own = select(CALLBACKS.c.id).where(CALLBACKS.c.call_id == ENTRIES.c.call_id)
    no_own = own.exists() & ~own.where(rows.is_open()).exists()
    return select(ENTRIES.c.id, literal(1)).where(
        TO_BE_CALLED, no_own | _came_again_for_nothing(own) | _erased(own)
    )


def _unheard() -> Select[Any]:
    """Talks of which the list has not heard."""
    own = select(CALLBACKS.c.id).where(CALLBACKS.c.call_id == ENTRIES.c.call_id)
    untouched = (CALLBACKS.c.state == CallbackState.TO_CALL.value) & CALLBACKS.c.state_at.is_(None)
    talked = (ENTRIES.c.place == Place.ENDED.value) & ENTRIES.c.promised_at.is_not(None)
    return select(ENTRIES.c.id, literal(0)).where(
        talked, ENTRIES.c.agent != "", own.where(untouched, CALLBACKS.c.claimed_by.is_(None)).exists()
    )


def _concerned() -> Select[Any]:
    """Whether a person has open requests, whether other places in which they are to be called, and the number on the call's card."""
    call_id: Any = bindparam("call_id")
    hashed: Any = bindparam("caller_hash")
    cards = tables.desk_cards.c
    calls = select(tables.calls.c.id).where(tables.calls.c.caller_hash == hashed)
    asked = select(CALLBACKS.c.id).where(
        rows.is_open(),
        or_(
            CALLBACKS.c.call_id == call_id,
            CALLBACKS.c.number == rows.confirmed_number(call_id),
            CALLBACKS.c.call_id.in_(calls),
        ),
    )
    turn = select(ENTRIES.c.id).where(
        ENTRIES.c.caller_hash == hashed, TO_BE_CALLED, ENTRIES.c.id != bindparam("entry_id")
    )
    number = select(cards.number).where(cards.call_id == call_id).scalar_subquery()
    return select(asked.exists(), turn.exists(), number)


TO_BE_CALLED = ENTRIES.c.place.in_([Place.PROMISED.value, Place.CALLING_BACK.value])
STALE, CONCERNED = Statement(union_all(_settled(), _unheard())), Statement(_concerned())
ASKED_AT = Statement(
    select(CALLBACKS.c.id).where(rows.is_open(), CALLBACKS.c.number == bindparam("number")).limit(1)
)


async def _needless(
    connection: AsyncConnection, entry: Entry, same: Sequence[Callback], action: Action
) -> Sequence[int]:
    """After a talk: where the person was to be called for that service. After a call in vain: that, if they are on the line themselves."""
    number, place = entry.caller.caller_hash, ENTRIES.c
    of_person = (place.service == entry.caller.service) & (place.id != entry.id)
    if isinstance(action, Done):
        known = [turn.entry_id for one in same for turn in one.turns if turn.same]
        mine = place.id.in_(known) | (place.caller_hash == number if number else false())
        to_be_called = place.place.in_([Place.PROMISED.value, Place.CALLING_BACK.value])
        return (await connection.scalars(select(place.id).where(of_person, mine, to_be_called))).all()
    if isinstance(action, NoAnswer) and number and entry.is_call_back:
        here = of_person & (place.caller_hash == number) & place.place.in_([one.value for one in ON_LINE])
        return [entry.id] if await connection.scalar(select(place.id).where(here).limit(1)) else ()
    return ()


async def _resolved(connection: AsyncConnection, entry_id: int) -> bool | None:
    """What the agent has written down of the talk, where they have already."""
    table = tables.desk_follow_ups
    return await connection.scalar(select(table.c.resolved).where(table.c.entry_id == entry_id))


async def apply(
    connection: AsyncConnection,
    callback: Callback,
    action: Action,
    actor: str,
    now: datetime,
    *,
    talked: bool = False,
) -> None:
    """Do it, and note it in the audit trail; nothing where it is refused, or changes nothing. `talked`: as of `decide`."""
    decided = decide(callback, action, actor, now, talked=talked)
    if isinstance(decided, Callback) and decided != callback:
        await rows.write(connection, callback, decided)
        await note(connection, now, actor, AUDITED[type(action)], f"request {callback.id}")


def _kept_note(action: Action, callback: Callback) -> Action:
    """What is noted already stays."""
    return replace(action, note=callback.note) if isinstance(action, NoAnswer | Done) else action
