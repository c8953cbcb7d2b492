"""The states of a caller of the bridge, what moves them on, and the whole machine as one table. Pure."""

from enum import StrEnum

__all__ = [
    "ATTENDED",
    "DEFERRED",
    "HEARING",
    "JOINED",
    "NEXT",
    "TOO_LATE",
    "WITH_PERSON",
    "State",
    "Step",
]


class State(StrEnum):
    """Where a caller stands."""

    CONNECTING = "connecting"
    """They hear it ring."""
    ACTIVE = "active"
    """They talk to the service."""
    REFERRING = "referring"
    """The PBX was asked to send them elsewhere (REFER)."""
    CONSULTING = "consulting"
    """A person's telephone rings beside."""
    CONSULTED = "consulted"
    """The person has picked up, and hears what the service says to them."""
    REPLACING = "replacing"
    """The PBX was asked to join both (REFER with Replaces)."""
    BRIDGED = "bridged"
    """Caller and person hear each other through us."""
    ALONE = "alone"
    """The same, without the service."""
    APOLOGISING = "apologising"
    """The service is lost: they hear the recorded sentence."""
    RESCUE_REFERRING = "rescue_referring"
    """… then they are sent to the default service by the PBX,"""
    RESCUE_RINGING = "rescue_ringing"
    """… or, also where the PBX did not do it, its telephone is rung by us."""
    ENDED = "ended"


class Step(StrEnum):
    """What moves a caller from state to state. Capitals: commands of the service."""

    TRANSFER = "TRANSFER"
    CONSULT = "CONSULT"
    CONSULT_END = "CONSULT_END"
    BRIDGE = "BRIDGE"
    REPLACE = "REPLACE"
    HANGUP = "HANGUP"
    ESTABLISHED = "established"
    PICKED_UP = "picked_up"
    PERSON_GONE = "person_gone"
    RANG_OUT = "rang_out"
    MOVED = "moved"
    NOT_MOVED = "not_moved"
    CALLER_GONE = "caller_gone"
    SERVICE_LOST = "service_lost"
    APOLOGY_REFER = "apology_heard_refer"
    APOLOGY_RING = "apology_heard_ring"
    NOBODY_LEFT = "nobody_left"
    CUT = "cut"


_S, _T = State, Step
NEXT: dict[tuple[State, Step], State] = {
    (_S.CONNECTING, _T.ESTABLISHED): _S.ACTIVE,
    (_S.CONNECTING, _T.SERVICE_LOST): _S.ENDED,
    (_S.ACTIVE, _T.TRANSFER): _S.REFERRING,
    (_S.ACTIVE, _T.CONSULT): _S.CONSULTING,
    (_S.ACTIVE, _T.SERVICE_LOST): _S.APOLOGISING,
    (_S.REFERRING, _T.MOVED): _S.ENDED,
    (_S.REFERRING, _T.NOT_MOVED): _S.ACTIVE,
    (_S.CONSULTING, _T.PICKED_UP): _S.CONSULTED,
    (_S.CONSULTING, _T.PERSON_GONE): _S.ACTIVE,
    (_S.CONSULTING, _T.RANG_OUT): _S.ACTIVE,
    (_S.CONSULTING, _T.CONSULT_END): _S.ACTIVE,
    (_S.CONSULTING, _T.SERVICE_LOST): _S.APOLOGISING,
    (_S.CONSULTED, _T.PERSON_GONE): _S.ACTIVE,
    (_S.CONSULTED, _T.CONSULT_END): _S.ACTIVE,
    (_S.CONSULTED, _T.BRIDGE): _S.BRIDGED,
    (_S.CONSULTED, _T.REPLACE): _S.REPLACING,
    (_S.CONSULTED, _T.SERVICE_LOST): _S.ALONE,
    (_S.REPLACING, _T.MOVED): _S.ENDED,
    (_S.REPLACING, _T.NOT_MOVED): _S.CONSULTED,
    (_S.BRIDGED, _T.CONSULT_END): _S.ACTIVE,
    (_S.BRIDGED, _T.PERSON_GONE): _S.ACTIVE,
    (_S.BRIDGED, _T.SERVICE_LOST): _S.ALONE,
    (_S.ALONE, _T.PERSON_GONE): _S.ENDED,
    (_S.APOLOGISING, _T.APOLOGY_REFER): _S.RESCUE_REFERRING,
    (_S.APOLOGISING, _T.APOLOGY_RING): _S.RESCUE_RINGING,
    (_S.APOLOGISING, _T.NOBODY_LEFT): _S.ENDED,
    (_S.RESCUE_REFERRING, _T.MOVED): _S.ENDED,
    (_S.RESCUE_REFERRING, _T.NOT_MOVED): _S.RESCUE_RINGING,
    (_S.RESCUE_RINGING, _T.PICKED_UP): _S.ALONE,
    (_S.RESCUE_RINGING, _T.PERSON_GONE): _S.ENDED,
    (_S.RESCUE_RINGING, _T.RANG_OUT): _S.ENDED,
    **{(state, _T.HANGUP): _S.ENDED for state in (
        _S.CONNECTING, _S.ACTIVE, _S.REFERRING, _S.CONSULTING, _S.CONSULTED, _S.REPLACING, _S.BRIDGED)},
    **{(state, _T.CALLER_GONE): _S.ENDED for state in (
        _S.CONNECTING, _S.ACTIVE, _S.CONSULTING, _S.CONSULTED, _S.BRIDGED, _S.ALONE, _S.APOLOGISING, _S.RESCUE_RINGING)},
    **{(state, _T.CUT): _S.ENDED for state in State if state is not _S.ENDED},
}  # fmt: skip
"""The whole machine. What ends a call in REFERRING, REPLACING and RESCUE_REFERRING waits for the answer to the REFER (`DEFERRED`)."""
DEFERRED = {
    (state, step)
    for state in (State.REFERRING, State.REPLACING, State.RESCUE_REFERRING)
    for step in (Step.CALLER_GONE, Step.PERSON_GONE, Step.SERVICE_LOST)
}
"""Taken up again, in order, once the REFER is answered: until then it is not known what they mean."""
TOO_LATE = {
    (State.ACTIVE, "CONSULT_MEDIA"),
    (State.ACTIVE, "CONSULT_MARK"),
    (State.ACTIVE, "CONSULT_END"),
    (State.BRIDGED, "CONSULT_MEDIA"),
    (State.BRIDGED, "CONSULT_MARK"),
}
"""Commands that crossed with the end of a consultation, or of its briefing: ignored without an ERROR."""
HEARING = frozenset({State.ACTIVE, State.CONSULTING, State.CONSULTED, State.REFERRING, State.REPLACING})
"""The service gets the caller's sound."""
WITH_PERSON = frozenset({State.CONSULTING, State.CONSULTED, State.REPLACING})
"""There is a person for whom sound may be sent."""
JOINED = frozenset({State.BRIDGED, State.ALONE})
"""Sound and keys go from one leg to the other."""
ATTENDED = frozenset(
    set(State) - {State.ALONE, State.APOLOGISING, State.RESCUE_REFERRING, State.RESCUE_RINGING, State.ENDED}
)
"""The service is there."""
