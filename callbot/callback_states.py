"""A call-back request and what staff may do with it: a table of states, and the rule that one person at a time calls. No I/O."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import assert_never

from callbot.humans.queue_types import Place

CLAIM_LASTS = timedelta(minutes=20)
"""How long who takes a request on has it for themselves; each thing that they do with it begins this anew."""
SAME_TRY = timedelta(seconds=30)
"""Two clicks on « Appeler » within this are one try."""
NOTE_MAX = 1000
"""Characters of a note."""
CALLED_BY_DESK = (Place.CALLING_BACK, Place.CONNECTED)
HERE = (Place.WAITING, Place.OFFERED, Place.DIALLED)
"""On the line: nobody need call them."""

ServiceOf = Callable[[str, str], str]
"""The id of the service that a motive and a line belong to (`Knowledge.responsible`)."""


class CallbackState(StrEnum):
    """How far a request is."""

    TO_CALL = "to_call"
    TRIED = "tried"
    """Somebody called, and it is not settled."""
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Try:
    """Somebody dialled: when (aware, UTC) and who."""

    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Claim:
    """« Je m'en occupe »: who, and since when (aware, UTC) they have last done something with it."""

    by: str
    since: datetime

    def holds(self, now: datetime) -> bool:
        """Whether nobody else may take it yet."""
        return now - self.since < CLAIM_LASTS

    @property
    def until(self) -> datetime:
        """From then on somebody else may."""
        return self.since + CLAIM_LASTS


@dataclass(frozen=True, slots=True)
class Turn:
    """A place that the same person has in the waiting queue. `since`: when it last changed; `agent`: who is at it, or empty.

    `call_after`: nobody is offered the call-back before; `same`: it is about the same thing as the request.
    """

    entry_id: int
    place: Place
    since: datetime
    agent: str = ""
    call_after: datetime | None = None
    same: bool = True


@dataclass(frozen=True, slots=True)
class Callback:
    """One request. `number` as +33612345678; `wish` in French, empty: any time; `motive`: a motive's name, empty: not known.

    `name`: whom to ask for, `place`: where it is; empty: not told. `service`: the id of the one that it is for.
    """

    id: int
    call_id: str
    asked_at: datetime
    number: str = field(repr=False)
    wish: str
    motive: str
    line: str
    service: str
    state: CallbackState
    name: str = field(default="", repr=False)
    place: str = field(default="", repr=False)
    state_at: datetime | None = None
    state_by: str = ""
    tries: tuple[Try, ...] = ()
    retry_at: datetime | None = None
    """When to try again, as who tried has chosen; None: as the caller wished."""
    resolved: bool | None = None
    """Of one that is done: whether the person has what they needed."""
    note: str = field(default="", repr=False)
    claim: Claim | None = None
    """The last one, also when it is over."""
    others: int = 0
    """Further open requests of the same number: a person is called by one person."""
    elsewhere: Claim | None = None
    """The last claim of one of these."""
    turns: tuple[Turn, ...] = ()
    """The person's places in the queue, the one that tells most first."""
    language: str = "fr"
    """What they spoke."""

    @property
    def turn(self) -> Turn | None:
        """How the person stands in the queue."""
        return self.turns[0] if self.turns else None

    @property
    def is_here(self) -> bool:
        """Whether the person is on the line already, and waits for somebody."""
        return self.turn is not None and self.turn.place in HERE

    def claimed(self, now: datetime) -> Claim | None:
        """Who is at it, at another request of that number, or calls them or talks to them from their desk."""
        turn = self.turn
        if turn and turn.place in CALLED_BY_DESK and turn.agent:
            return Claim(turn.agent, turn.since)
        held = [claim for claim in (self.claim, self.elsewhere) if claim and claim.holds(now)]
        return held[0] if held else None

    def is_mine(self, actor: str, now: datetime) -> bool:
        """Whether `actor` is at this very one."""
        return self.claim is not None and self.claim.by == actor and self.claim.holds(now)


@dataclass(frozen=True, slots=True)
class Take:
    """« Je m'en occupe »."""


@dataclass(frozen=True, slots=True)
class Call:
    """Dial: takes it on, and notes the try."""


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """Nobody was reached, or it is not settled: try again at `retry_at` (aware; None: as the caller wished)."""

    retry_at: datetime | None = None
    note: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Done:
    """It is settled; `resolved`: the person has what they needed; None: that is not told."""

    resolved: bool | None = True
    note: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class GiveBack:
    """Somebody else may take it."""


@dataclass(frozen=True, slots=True)
class Reopen:
    """« Fait » was wrong."""


Action = Take | Call | NoAnswer | Done | GiveBack | Reopen

_S = CallbackState
NEXT: Mapping[tuple[CallbackState, type[Action]], CallbackState] = MappingProxyType(
    {
        (_S.TO_CALL, Take): _S.TO_CALL,
        (_S.TO_CALL, Call): _S.TRIED,
        (_S.TO_CALL, NoAnswer): _S.TRIED,
        (_S.TO_CALL, Done): _S.DONE,
        (_S.TO_CALL, GiveBack): _S.TO_CALL,
        (_S.TRIED, Take): _S.TRIED,
        (_S.TRIED, Call): _S.TRIED,
        (_S.TRIED, NoAnswer): _S.TRIED,
        (_S.TRIED, Done): _S.DONE,
        (_S.TRIED, GiveBack): _S.TRIED,
        (_S.DONE, Reopen): _S.TO_CALL,  # TRIED where it had been tried
    }
)
"""What may be done in which state, and the state after it."""


class Why(StrEnum):
    """Why something cannot be done."""

    TAKEN = "taken"
    """Somebody else is at it, or at another request of the same number."""
    SETTLED = "settled"
    """It is done already."""
    OPEN = "open"
    """It is not done, so there is nothing to undo."""
    HERE = "here"
    """The person is on the line, and waits for somebody."""
    CALLS = "calls"
    """Who acts calls somebody else back at this moment, and has not said what became of it."""
    TALKS = "talks"
    """Who acts talks to somebody else at their desk."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Nothing was changed. `by` and `since`: who is at it, or who settled it, and when; `other`: the request that they call back."""

    why: Why
    by: str = ""
    since: datetime | None = None
    other: int | None = None


def decide(
    callback: Callback, action: Action, actor: str, now: datetime, *, talked: bool = False
) -> Callback | Refusal:
    """The request after `action`, or why not. `talked`: the person has been talked to, so that nobody's claim matters any more."""
    if callback.state is CallbackState.DONE and not isinstance(action, Reopen):
        mine = isinstance(action, Done) and callback.state_by == actor  # a second click
        return callback if mine else Refusal(Why.SETTLED, callback.state_by, callback.state_at)
    state = NEXT.get((callback.state, type(action)))
    if state is None:
        return Refusal(Why.OPEN)
    claim = callback.claimed(now)
    if claim and claim.by != actor and not talked:
        return Refusal(Why.TAKEN, claim.by, claim.since)
    if isinstance(action, Take | Call) and callback.turn and callback.is_here:
        return Refusal(Why.HERE, since=callback.turn.since)
    changed = _changed(callback, action, actor, now)
    if state is CallbackState.TO_CALL and changed.tries:
        state = CallbackState.TRIED
    if state is callback.state:
        return changed
    return replace(changed, state=state, state_at=now, state_by=actor)


def _changed(callback: Callback, action: Action, actor: str, now: datetime) -> Callback:
    """All but the state."""
    mine = Claim(actor, now)
    match action:
        case Take():
            return replace(callback, claim=mine)
        case Call():
            return replace(callback, claim=mine, tries=_tried(callback, SAME_TRY, actor, now), retry_at=None)
        case NoAnswer(retry_at=retry_at, note=note):
            tries = _tried(callback, CLAIM_LASTS, actor, now)
            return replace(callback, claim=None, tries=tries, retry_at=retry_at, note=note[:NOTE_MAX])
        case Done(resolved=resolved, note=note):
            return replace(callback, claim=None, retry_at=None, resolved=resolved, note=note[:NOTE_MAX])
        case GiveBack():
            return replace(callback, claim=None)
        case Reopen():
            return replace(callback, claim=mine, resolved=None)
        case _:
            assert_never(action)


def _tried(callback: Callback, same: timedelta, actor: str, now: datetime) -> tuple[Try, ...]:
    """The tries with this one, unless the last one is `actor`'s and so recent that it is this one."""
    last = callback.tries[-1] if callback.tries else None
    noted = last is not None and last.by == actor and now - last.at < same
    return callback.tries if noted else (*callback.tries, Try(now, actor))
