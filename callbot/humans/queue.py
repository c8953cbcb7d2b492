"""The waiting queue's decisions: what an event makes of a place and its agent, and what time brings. No I/O, no clock.

The store (queue_store.py) holds the rows and does what is decided here; the same functions serve SQLite and PostgreSQL.
Whom to offer to whom is decided in `agents.py`, what a caller is told in `waiting_time.py`.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from callbot.humans.queue_events import (
    AgentDialled,
    AgentEvent,
    AgentPaused,
    AgentReady,
    AgentSettled,
    AgentSignedIn,
    AgentSignedOut,
    CallBackChosen,
    CallerHungUp,
    CallerPassedOn,
    CallerReturned,
    CallerWithdrew,
    CallGoesOn,
    CallHeld,
    CallNotAnswered,
    LineLost,
    OfferAccepted,
    OfferDeclined,
    OfferMade,
    OfferRangOut,
    PassedInVain,
    PlaceEvent,
    PlaceExpired,
    QueueEvent,
    TalkEnded,
)
from callbot.humans.queue_table import AGENTS, PLACES, Act, Move
from callbot.humans.queue_types import (
    COMES_BACK_TO,
    NO_ANSWER,
    NOTHING_SAID,
    OVER,
    Agent,
    AgentState,
    Caller,
    Entry,
    Pair,
    Passed,
    Place,
    Rules,
    Try,
)

RING_SLACK = timedelta(seconds=5)
"""An agent who was asked to call somebody back is not waited for any more so long after `Rules.ring`."""
LEG_SLACK = timedelta(seconds=75)
"""The same for a telephone: who picked up at the last moment hears the briefing, and is joined, before the offer is accepted.
A call that lives tells all this itself; this is for one that does not."""
DIALLED_FOR = timedelta(minutes=30)
"""A talk that an agent has dialled is over by then, unless they say that it goes on: no line of ours tells its end, and whoever vanished
in it cannot."""
WANTED_FOR = timedelta(minutes=1)
"""So long a caller waits for the one agent whom they were passed on to, who is busy."""


def joined(entry_id: int, caller: Caller, at: datetime) -> Entry:
    """A new place, at the end of the queue but for its priority."""
    return Entry(entry_id, caller, entered_at=at, place=Place.WAITING, since=at)


def new_agent(name: str, at: datetime) -> Agent:
    """An agent who has never been there."""
    return Agent(name, AgentState.OFFLINE, since=at, idle_since=at)


def handle(pair: Pair, event: QueueEvent, rules: Rules) -> Pair | None:
    """What the event makes of a place and the agent it has to do with; None: it comes too late and changes nothing.

    An event of a place needs its entry, and the agent where one is rung, talks, or is offered the caller. An event of an agent
    needs the agent, and the entry that `agent.entry_id` names.
    """
    match event:
        case (
            AgentSignedIn()
            | AgentReady()
            | AgentPaused()
            | AgentSignedOut()
            | AgentDialled()
            | AgentSettled()
        ):
            return _agent_event(pair, event)
        case _:
            return _place_event(pair, event, rules)


def pass_on(pair: Pair, event: CallerPassedOn, rules: Rules) -> tuple[Pair, Entry] | None:
    """The talk is over for the agent, and the caller, who is on the line still, has a new place before others, its id to be given.

    None: they do not talk any more, or by no line of ours (a call-back).
    """
    entry, agent = pair.entry, pair.agent
    if not entry or not agent or not entry.caller.machine or not _are_together(entry, agent):
        return None
    ended = _gone(entry, Move.ONWARD, agent, event.at, rules)
    if not ended or not ended.entry:
        return None
    before, came_at = entry.caller, entry.passed.came_at if entry.passed else entry.entered_at
    passed = Passed(agent.name, came_at, (before.service, *before.overflow), event.agent, event.number)
    place = Place.DIALLED if event.number else Place.WAITING
    caller = replace(before, service=event.service, overflow=event.overflow)
    begun = Entry(0, caller, entered_at=event.at, place=place, since=event.at, passed=passed)
    return replace(ended, entry=replace(ended.entry, passed_to=event.shown)), begun


def gets_back(entries: Iterable[Entry], caller: Caller, at: datetime, rules: Rules) -> Entry | None:
    """The place that a caller who joins has already: this call's own, or one that was kept for their number."""
    mine = (entry for entry in entries if _is_of(entry, caller) and not _is_expired(entry, at, rules))
    return min(mine, key=lambda entry: entry.rank, default=None)


def due(pair: Pair, at: datetime, rules: Rules) -> QueueEvent | None:
    """What time alone brings about a place and its agent, if anything."""
    entry, agent = pair.entry, pair.agent
    if entry and _is_expired(entry, at, rules):
        return PlaceExpired(at)
    if entry and _is_dialled(entry) and at - entry.since > DIALLED_FOR:
        return CallNotAnswered(at, said=False)
    if entry and entry.place is Place.WAITING and entry.passed and entry.passed.wanted:
        return PassedInVain(at) if at - entry.since >= WANTED_FOR else None
    rings = entry and entry.place in (Place.OFFERED, Place.CALLING_BACK, Place.DIALLED)
    slack = RING_SLACK if entry and entry.place is Place.CALLING_BACK else LEG_SLACK
    if entry and rings and at - entry.since > rules.ring + slack:
        return OfferRangOut(at)
    wraps_up = agent and agent.state is AgentState.WRAP_UP
    return AgentReady(at) if agent and wraps_up and at - agent.since >= rules.wrap_up else None


def close_desk(pair: Pair, at: datetime, rules: Rules) -> Pair | None:
    """The agent's desk is closed by somebody else; whom they dialled has not been reached, as far as anybody knows.

    A request that they call back out of the list is theirs for as long as it would have been.

    None: they talk to somebody on a line of ours, or are not there.
    """
    if pair.entry and pair.agent and _is_dialled(pair.entry) and _are_together(pair.entry, pair.agent):
        pair = handle(pair, CallNotAnswered(at), rules) or pair
        entry, agent = pair.entry, pair.agent
        closed = handle(Pair(None, agent), AgentSignedOut(at), rules)
        return replace(closed, entry=entry) if closed else None
    if pair.agent and pair.agent.request is not None:
        pair = handle(pair, AgentSettled(at, pair.agent.request), rules) or pair
    return handle(pair, AgentSignedOut(at), rules) if pair.agent else None


# -- places ------------------------------------------------------------------------------------------------------------


def _place_event(pair: Pair, event: PlaceEvent, rules: Rules) -> Pair | None:  # noqa: PLR0911, PLR0912 (one per kind)
    entry, agent = pair.entry, pair.agent
    assert entry
    if entry.place is Place.DIALLED and isinstance(event, OfferAccepted | OfferDeclined | OfferRangOut):
        return _dialled(entry, event)
    match event:
        case OfferMade():
            return _offer(entry, agent, event.at)
        case OfferAccepted():
            promised_at = (
                None if entry.caller.machine else entry.promised_at
            )  # who called again has come true
            taken = replace(entry, connected_at=event.at, promised_at=promised_at)
            return _both(taken, Move.ACCEPT, agent, Act.ACCEPT, event.at)
        case OfferDeclined():
            return _not_taken(entry, agent, Act.DECLINE, event.at)
        case OfferRangOut():
            return _not_taken(entry, agent, Act.RING_OUT, event.at)
        case CallerReturned():
            back = _move(entry, Move.RETURN, event.at)
            return Pair(_on_line(back, event.caller), agent) if back else None
        case CallerHungUp() if entry.caller.caller_hash is None and entry.place is not Place.CONNECTED:
            left = _gone(entry, Move.HANG_UP, agent, event.at, rules)
            return _place_event(left, PlaceExpired(event.at), rules) if left else None
        case CallerHungUp() | LineLost():
            return _gone(entry, Move.HANG_UP, agent, event.at, rules)
        case CallBackChosen():
            return _gone(replace(entry, promised_at=event.at), Move.PROMISE, agent, event.at, rules)
        case CallNotAnswered():
            return _not_answered(entry, agent, event, rules)
        case CallGoesOn():
            on = _move(entry, Move.GO_ON, event.at) if _is_dialled(entry) else None
            return Pair(on, agent) if on else None
        case CallHeld(until=until):
            held = (entry.place, Move.HOLD) in PLACES
            return Pair(replace(entry, call_after=until), agent) if held else None
        case CallerWithdrew():
            kept_word = entry.promised_at if not entry.caller.machine else None
            return _gone(replace(entry, promised_at=kept_word), Move.WITHDRAW, agent, event.at, rules)
        case TalkEnded():
            return _gone(entry, Move.END, agent, event.at, rules)
        case PassedInVain() if entry.passed and not entry.passed.is_back:
            back = _move(entry, Move.COME_BACK, event.at)
            return Pair(_came_back(back), agent) if back else None
        case PassedInVain():
            return None
        case PlaceExpired() if entry.place is Place.KEPT and entry.promised_at:
            return _gone(entry, Move.PROMISE_AGAIN, agent, event.at, rules)
        case PlaceExpired():
            return _gone(entry, Move.EXPIRE, agent, event.at, rules)
        case _:
            assert_never(event)


def _dialled(entry: Entry, event: OfferAccepted | OfferDeclined | OfferRangOut) -> Pair | None:
    """What came of a telephone that is no agent's: the queue is done with the caller, or has them back."""
    taken = isinstance(event, OfferAccepted)
    moved = _move(entry, Move.ACCEPT if taken else Move.COME_BACK, event.at)
    if not moved:
        return None
    return Pair(_alone(replace(moved, connected_at=event.at)) if taken else _came_back(moved))


def _offer(entry: Entry, agent: Agent | None, at: datetime) -> Pair | None:
    moved = _move(entry, Move.OFFER, at)
    acted = _act(agent, Act.OFFER, at) if agent else None
    if not moved or not acted:
        return None
    return Pair(replace(moved, agent=acted.name), replace(acted, entry_id=entry.id))


def _both(entry: Entry, move: Move, agent: Agent | None, act: Act, at: datetime) -> Pair | None:
    """A step that the two take together, or neither does."""
    if not agent or not _are_together(entry, agent):
        return None
    moved, acted = _move(entry, move, at), _act(agent, act, at)
    return Pair(moved, acted) if moved and acted else None


def _not_taken(entry: Entry, agent: Agent | None, act: Act, at: datetime) -> Pair | None:
    """The caller keeps their place; the agent goes to the end of the row, or is paused."""
    pair = _both(entry, Move.GIVE_BACK, agent, act, at)
    if not pair or not pair.entry or not pair.agent:
        return None
    reason = NO_ANSWER if act is Act.RING_OUT else ""
    return Pair(
        _given_back(pair.entry, pair.agent.name, at),
        replace(pair.agent, entry_id=None, reason=reason, idle_since=at),
    )


def _gone(entry: Entry, move: Move, agent: Agent | None, at: datetime, rules: Rules) -> Pair | None:
    """The caller is no longer on the line, in some way; whoever was rung for them or talked to them is free or wraps up."""
    moved = _move(entry, move, at)
    if not moved:
        return None
    if not agent or not _are_together(entry, agent):
        return Pair(_alone(moved), agent)
    if moved.place is Place.ENDED:
        over = Pair(_alone(moved), _act(agent, Act.END, at))
        return over if rules.wrap_up else _agent_event(over, AgentReady(at))
    free = _act(agent, Act.LOSE, at)
    return Pair(_alone(moved), replace(free, entry_id=None) if free else agent)


def _not_answered(entry: Entry, agent: Agent | None, event: CallNotAnswered, rules: Rules) -> Pair | None:
    """The place goes back to its row for a while, after the last try out of it; the agent, who has talked to nobody, is free."""
    tries = entry.unanswered + 1
    last = tries >= rules.call_back_tries
    moved = _move(entry, Move.GIVE_UP if last else Move.NO_ANSWER, event.at) if entry.is_call_back else None
    if not moved:
        return None
    after = None if last else event.again_at or event.at + rules.call_back_again
    back = _alone(replace(moved, unanswered=tries, call_after=after, connected_at=None))
    if not agent or not _are_together(entry, agent):
        return Pair(back, agent)
    if agent.state is not AgentState.BUSY:
        free = _act(agent, Act.LOSE, event.at)
    elif event.said:
        free = _act(agent, Act.FREE, event.at)
    else:
        free = _act(agent, Act.LAPSE, event.at, NOTHING_SAID)
    return Pair(back, replace(free, entry_id=None, idle_since=event.at) if free else agent)


def _on_line(entry: Entry, caller: Caller) -> Entry:
    """Who calls again: the place is their new call's. What was promised holds until an agent has them: they may hang up again."""
    return replace(entry, caller=_of_new_call(entry.caller, caller), call_after=None)


def _move(entry: Entry, move: Move, at: datetime) -> Entry | None:
    after = PLACES.get((entry.place, move))
    return replace(entry, place=after, since=at) if after else None


def _given_back(entry: Entry, agent: str, at: datetime) -> Entry:
    tried = (*(one for one in entry.tried if one.agent != agent), Try(agent, at))
    given_back = replace(entry, agent="", tried=tried)
    return _came_back(given_back) if entry.passed and entry.passed.wanted else given_back


def _came_back(entry: Entry) -> Entry:
    """Where the caller was passed on to nobody took them: they wait for the service that passed them on, as far ahead as before."""
    passed = entry.passed
    if not passed or passed.is_back:
        return entry
    service, *overflow = passed.back_to
    caller = replace(entry.caller, service=service, overflow=tuple(overflow))
    return replace(entry, caller=caller, passed=Passed(passed.by, passed.came_at, ()))


def _unbound(entry: Entry) -> Entry:
    """Not on the line any more: whom they were passed on to, alone, is not waited for."""
    passed = entry.passed
    return replace(entry, passed=replace(passed, wanted="", number="")) if passed else entry


def _alone(entry: Entry) -> Entry:
    """Without line and agent; and without what tells who the caller is, once no place is kept for them."""
    entry = _unbound(entry)
    caller = replace(entry.caller, machine="")
    if entry.place not in OVER:
        return replace(entry, caller=caller, agent="")
    agent = entry.agent if entry.place is Place.ENDED else ""
    return replace(entry, caller=replace(caller, caller_hash=None), agent=agent, tried=())


def _of_new_call(before: Caller, now: Caller) -> Caller:
    """The call that a place now belongs to; the better of the two priorities stays."""
    return replace(now, priority=min(before.priority, now.priority), caller_hash=before.caller_hash)


def _is_dialled(entry: Entry) -> bool:
    return entry.place is Place.CONNECTED and entry.is_call_back


def _is_of(entry: Entry, caller: Caller) -> bool:
    if entry.caller.call_id == caller.call_id:
        return entry.place not in (*OVER, Place.CONNECTED)
    same = caller.caller_hash is not None and entry.caller.caller_hash == caller.caller_hash
    return same and entry.place in COMES_BACK_TO


def _is_expired(entry: Entry, at: datetime, rules: Rules) -> bool:
    match entry.place:
        case Place.KEPT:
            return at - entry.since >= rules.kept
        case Place.PROMISED:
            return at - entry.entered_at >= rules.promised
    return False


# -- agents ------------------------------------------------------------------------------------------------------------


def _agent_event(pair: Pair, event: AgentEvent) -> Pair | None:
    agent = pair.agent
    assert agent
    match event:
        case AgentSignedIn(at, services, languages, telephone):
            here = replace(agent, services=services, languages=languages, telephone=telephone)
            return Pair(pair.entry, _act(here, Act.SIGN_IN, at) or here)
        case AgentReady(at):
            acted = _act(agent, Act.READY, at)
            return _parted(pair.entry, replace(acted, idle_since=at), at) if acted else None
        case AgentPaused(at, reason):
            acted = _act(agent, Act.PAUSE, at, reason)
            return _parted(pair.entry, acted, at) if acted else None
        case AgentSignedOut(at):
            acted = _act(agent, Act.SIGN_OUT, at)
            return _parted(pair.entry, acted, at) if acted else None
        case AgentDialled(at, request):
            return _dials(pair.entry, agent, request, at)
        case AgentSettled(at, request, said):
            return Pair(None, _settled(agent, at, said=said)) if agent.request == request else None
        case _:
            assert_never(event)


def _dials(entry: Entry | None, agent: Agent, request: int, at: datetime) -> Pair | None:
    """Whom they are rung for goes to somebody else; a pause goes on afterwards. None: they talk, or call back somebody else."""
    if agent.request == request:
        return Pair(None, agent)
    pauses = agent.state is AgentState.PAUSED
    acted = _act(agent, Act.DIAL, at, agent.reason if pauses else "")
    return _parted(entry, replace(acted, request=request, was_paused=pauses), at) if acted else None


def _settled(agent: Agent, at: datetime, *, said: bool) -> Agent | None:
    if not said:
        return _act(agent, Act.LAPSE, at, NOTHING_SAID)
    if agent.was_paused:
        return _act(agent, Act.LAPSE, at, agent.reason)
    free = _act(agent, Act.SETTLE, at)
    return replace(free, idle_since=at) if free else None


def _act(agent: Agent, act: Act, at: datetime, reason: str = "") -> Agent | None:
    """`reason`: why they are paused then."""
    after = AGENTS.get((agent.state, act))
    if after is None:
        return None
    return replace(agent, state=after, since=at, reason=reason, request=None, was_paused=False)


def _parted(entry: Entry | None, agent: Agent, at: datetime) -> Pair:
    """The agent turns away: from a caller they were rung for, who keeps their place, or from one they have talked to."""
    if entry and _are_together(entry, agent):
        given_back = _move(entry, Move.GIVE_BACK, at)
        entry = _given_back(given_back, agent.name, at) if given_back else replace(entry, released_at=at)
    return Pair(entry, replace(agent, entry_id=None))


def _are_together(entry: Entry, agent: Agent) -> bool:
    return entry.agent == agent.name and agent.entry_id == entry.id
