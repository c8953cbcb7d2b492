"""The state machine of one caller: its table, every command in every state, whatever comes."""

import json
from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sip_bridge.destinations import Destinations
from sip_bridge.leg import Codec, Established, Held, KeyPressed, LegClosed, Ringing, TransferResult
from sip_bridge.session import Session
from sip_bridge.session_outputs import Close, Dial, HangUp, LetGo, Output, Ringback, Tell
from sip_bridge.session_table import ATTENDED, DEFERRED, NEXT, State, Step

BUSY = TransferResult.BUSY
GONE = LegClosed(TransferResult.ANSWERED, None)
UP = Established(Codec.PCMA, 8000)


def session(*, by_refer: bool = False) -> Session:
    """A caller who hears it ring."""
    known = Destinations(["100"], domain="pbx", transport="udp", default="100")
    caller = Session("id", Codec.PCMA, known, rescue_by_refer=by_refer)
    caller.opened()
    return caller


def command(name: str, **fields: Any) -> str:
    """A command of the service."""
    return json.dumps({"command": name, **fields})


WAYS: dict[State, list[str]] = {
    State.CONNECTING: [],
    State.ACTIVE: ["up"],
    State.REFERRING: ["up", "TRANSFER"],
    State.CONSULTING: ["up", "CONSULT"],
    State.CONSULTED: ["up", "CONSULT", "person up"],
    State.REPLACING: ["up", "CONSULT", "person up", "REPLACE"],
    State.BRIDGED: ["up", "CONSULT", "person up", "BRIDGE"],
    State.ALONE: ["up", "CONSULT", "person up", "BRIDGE", "lost"],
    State.APOLOGISING: ["up", "lost"],
    State.RESCUE_REFERRING: ["up", "lost", "apologised"],
    State.RESCUE_RINGING: ["up", "lost", "apologised"],
    State.ENDED: ["gone"],
}
"""How each state is reached."""


HAPPENINGS: dict[str, Callable[[Session], list[Output]]] = {
    "up": lambda caller: caller.caller_event(UP),
    "gone": lambda caller: caller.caller_event(GONE),
    "held": lambda caller: caller.caller_event(Held(held=True)),
    "key": lambda caller: caller.caller_event(KeyPressed("5")),
    "person up": lambda caller: caller.person_event(UP),
    "person rings": lambda caller: caller.person_event(Ringing()),
    "person gone": lambda caller: caller.person_event(LegClosed(BUSY, 486)),
    "person key": lambda caller: caller.person_event(KeyPressed("7")),
    "rang out": Session.rang_out,
    "moved": lambda caller: caller.moved(TransferResult.ANSWERED, None),
    "not moved": lambda caller: caller.moved(BUSY, 486),
    "lost": Session.lost,
    "apologised": Session.apologised,
    "cut": Session.cut,
    "not dialled": lambda caller: caller.not_dialled(503),
    "sound": lambda caller: caller.receive(bytes(160)),
}
FIELDS = {"destination": "100", "ring_ms": 1000, "purpose": "", "correlation_id": "m", "audio": ""}


def do(caller: Session, what: str) -> list[Output]:
    """One thing that happens, by its name in HAPPENINGS, or a command of the service."""
    happening = HAPPENINGS.get(what)
    return happening(caller) if happening else caller.receive(command(what, **FIELDS))


def in_state(state: State) -> Session:
    """A caller in that state."""
    caller = session(by_refer=state is State.RESCUE_REFERRING)
    for step in WAYS[state]:
        do(caller, step)
    assert caller.state is state
    return caller


def told(outputs: list[Output]) -> list[str]:
    """The events among them."""
    return [json.loads(output.message)["event"] for output in outputs if isinstance(output, Tell)]


MOVES = {
    "up": Step.ESTABLISHED,
    "gone": Step.CALLER_GONE,
    "person up": Step.PICKED_UP,
    "person gone": Step.PERSON_GONE,
    "rang out": Step.RANG_OUT,
    "moved": Step.MOVED,
    "not moved": Step.NOT_MOVED,
    "lost": Step.SERVICE_LOST,
    "cut": Step.CUT,
    **{name: Step(name) for name in ("TRANSFER", "CONSULT", "CONSULT_END", "BRIDGE", "REPLACE", "HANGUP")},
}


@pytest.mark.parametrize(("state", "what"), list(product(State, MOVES)))
def test_the_table(state: State, what: str) -> None:
    """Every event in every state leads where the table says, and nowhere else."""
    caller = in_state(state)
    do(caller, what)
    assert caller.state is NEXT.get((state, MOVES[what]), state)


@pytest.mark.parametrize("state", list(State))
def test_every_state_is_reached_and_left(state: State) -> None:
    """No state without a way in, and none but the last without a way out."""
    assert state is State.CONNECTING or state in NEXT.values()
    assert (state is State.ENDED) == (state not in {before for before, _step in NEXT})


@pytest.mark.parametrize(
    ("state", "name"), list(product(sorted(ATTENDED), ["BRIDGE", "REPLACE", "TRANSFER", "CONSULT"]))
)
def test_a_command_that_is_not_possible_is_an_error(state: State, name: str) -> None:
    """And does nothing else."""
    if (state, Step(name)) not in NEXT:
        outputs = do(in_state(state), name)
        assert told(outputs) == ["ERROR"]
        assert len(outputs) == 1


@pytest.mark.parametrize(("state", "step"), sorted(DEFERRED))
def test_what_happens_during_a_refer_is_taken_up_after_it(state: State, step: Step) -> None:
    """When it fails, as if it had happened then; when it succeeds, the call is over anyway."""
    names = {Step.CALLER_GONE: "gone", Step.PERSON_GONE: "person gone", Step.SERVICE_LOST: "lost"}
    for result in ("moved", "not moved"):
        caller = in_state(state)
        do(caller, names[step])
        assert caller.state is state
        do(caller, result)
        failed = NEXT[state, Step.NOT_MOVED]
        assert caller.state is (State.ENDED if result == "moved" else NEXT.get((failed, step), failed))


@pytest.mark.parametrize("state", [state for state in State if state is not State.ENDED])
def test_every_end_closes_everything_once(state: State) -> None:
    """The caller's leg and the connection. The service is not told that the caller hung up: they did not."""
    outputs = do(in_state(state), "cut")
    assert outputs.count(Close()) == 1
    assert [type(output) for output in outputs].count(HangUp) == 1
    assert told(outputs) == []


@pytest.mark.parametrize("state", sorted(ATTENDED - {State.ENDED, State.CONNECTING}))
def test_a_bridge_that_stops_goes_on_with_the_caller_without_the_service(state: State) -> None:
    """Its connection is closed once, without HANGUP: at once, or when a REFER under way has failed."""
    caller = in_state(state)
    outputs = do(caller, "lost")
    if (state, Step.SERVICE_LOST) in DEFERRED:
        outputs += do(caller, "not moved")
    assert outputs.count(LetGo()) == 1
    assert "HANGUP" not in told(outputs)
    assert caller.state in (State.APOLOGISING, State.ALONE)


def test_a_pbx_that_takes_no_refer_is_no_reason_to_hang_up() -> None:
    """The default service's telephone is rung by us then."""
    caller = in_state(State.RESCUE_REFERRING)
    assert [type(output) for output in do(caller, "not moved")] == [Ringback, Dial]
    do(caller, "person up")
    assert caller.state is State.ALONE


COMMANDS = ["ANSWER", "FLUSH_MEDIA", "MARK_MEDIA", "CONSULT_MEDIA", "CONSULT_MARK", "NONSENSE"]
EVERYTHING = sorted({*MOVES, *HAPPENINGS, *COMMANDS})


@given(st.lists(st.sampled_from(EVERYTHING), max_size=40), st.booleans())
def test_whatever_happens_in_whatever_order(steps: list[str], by_refer: bool) -> None:
    """Never an exception; after the end nothing; at most one Close."""
    caller = session(by_refer=by_refer)
    outputs: list[Output] = []
    for step in steps:
        ended = caller.state is State.ENDED
        done = do(caller, step)
        assert not (ended and done)
        outputs += done
    assert outputs.count(Close()) == (caller.state is State.ENDED)


@given(
    st.one_of(
        st.text(),
        st.binary(),
        st.recursive(
            st.none() | st.integers() | st.text(), lambda j: st.lists(j) | st.dictionaries(st.text(), j)
        ).map(json.dumps),
    )
)
def test_whatever_the_service_sends(message: str | bytes) -> None:
    """Never an exception."""
    for state in ATTENDED:
        caller = in_state(state)
        caller.receive(message)
        assert caller.state is state


@given(
    st.sampled_from(["TRANSFER", "CONSULT", "CONSULT_MEDIA", "CONSULT_MARK", "MARK_MEDIA"]),
    st.dictionaries(
        st.sampled_from(["destination", "ring_ms", "purpose", "audio", "correlation_id"]),
        st.none() | st.integers() | st.text() | st.lists(st.integers()),
    ),
)
def test_whatever_the_fields_are(name: str, fields: dict[str, Any]) -> None:
    """Never an exception either."""
    for state in ATTENDED:
        in_state(state).receive(command(name, **fields))


def test_a_caller_is_not_shown() -> None:
    """Outputs name nobody when they are logged."""
    caller = in_state(State.BRIDGED)
    shown = repr(
        [do(caller, "key"), do(in_state(State.ACTIVE), "CONSULT"), do(in_state(State.ACTIVE), "key")]
    )
    assert "100" not in shown.replace("1000", "")
    assert "5" not in shown


def test_a_caller_whose_leg_fails_did_not_hang_up() -> None:
    """The connection closes without HANGUP, which the service takes for a fault."""
    caller = session()
    caller.caller_event(UP)
    assert caller.caller_event(LegClosed(TransferResult.FAILED, None)) == [HangUp(), Close()]
