"""What happens on the way to a person, and in a person's stead: queue, agents, call-backs, messages; satisfaction."""

from dataclasses import dataclass, field
from enum import StrEnum

from callbot.masking import masked_number, masked_words, without_numbers


@dataclass(frozen=True, slots=True)
class CallerQueued:
    """A person was announced: the call goes to `service` for `reason`, one of the handovers of dialogue/phrases.py."""

    at_ms: int
    service: str
    reason: str


class TransferResult(StrEnum):
    """What became of an attempt to reach a person, by whichever way; each one has its sentence in dialogue/phrases.py."""

    ANSWERED = "answered"
    """The person (or, for a blind transfer, whoever the PBX found) picked up."""
    BUSY = "busy"
    """486 or 600."""
    NO_ANSWER = "no_answer"
    """Nobody picked up in time: our ring time, 408, 480 or 487."""
    REJECTED = "rejected"
    """401, 403, 407, 603 or 607, or the caller's side refuses transfers."""
    UNREACHABLE = "unreachable"
    """404, 410, 484, 502, 503, 504, no route, or no destination that may be dialled."""
    CALLER_GONE = "caller_gone"
    """The caller hung up meanwhile."""
    FAILED = "failed"
    """Anything else; the code says what."""


@dataclass(frozen=True, slots=True)
class AgentOffered:
    """A person's telephone is being rung, or the PBX was asked to send the caller there, by `way`: bridge, attended or refer."""

    at_ms: int
    service: str
    way: str


@dataclass(frozen=True, slots=True)
class AgentConnected:
    """Caller and person are connected, `waited_ms` after the person was announced."""

    at_ms: int
    service: str
    waited_ms: int


@dataclass(frozen=True, slots=True)
class AgentReleased:
    """The person hung up, or the caller did, after `talked_ms` together; known only where the sound goes through us."""

    at_ms: int
    talked_ms: int


@dataclass(frozen=True, slots=True)
class QueueAbandoned:
    """The caller hung up while waiting for a person, after `waited_ms`."""

    at_ms: int
    waited_ms: int


@dataclass(frozen=True, slots=True)
class TransferFailed:
    """No person could be reached; the caller is back with the bot. `code` is the SIP status, None when there was none."""

    at_ms: int
    service: str
    result: TransferResult
    code: int | None


@dataclass(frozen=True, slots=True)
class CallbackRequested:
    """The caller confirmed that they are to be called back at `number` (+33…). `wish`: when, in French; `motive`: about what; or empty.

    `name`: whom to ask for, `place`: where it is, both as staff read them and shown nowhere else; or empty.
    """

    at_ms: int
    number: str = field(repr=False, metadata={"shown": masked_number})
    wish: str = field(repr=False, metadata={"stored": True})
    motive: str
    name: str = field(default="", repr=False, metadata={"shown": masked_words})
    place: str = field(default="", repr=False, metadata={"shown": masked_words})


@dataclass(frozen=True, slots=True)
class SatisfactionAsked:
    """The caller, who was answered and takes leave, is asked how satisfied they are; at most once in a call."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class MessageOffered:
    """Nobody is there, and the caller was told that they may leave a message."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class SatisfactionGiven:
    """They said so: `score` is 1–5, 5 the best; `by` is voice or key."""

    at_ms: int
    score: int
    by: str


@dataclass(frozen=True, slots=True)
class SatisfactionCommented:
    """What could be better, in the words of a caller who agreed that they are kept."""

    at_ms: int
    text: str = field(repr=False, metadata={"shown": without_numbers})


@dataclass(frozen=True, slots=True)
class MessageAccepted:
    """The caller agreed to be recorded, by voice or key: the tone follows, and nothing was recorded before it."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class MessageRecorded:
    """A message of `duration_ms` is kept; `ended` by key, silence, length (the most that may be), hang_up or fault."""

    at_ms: int
    duration_ms: int
    ended: str


@dataclass(frozen=True, slots=True)
class MessageDropped:
    """Nothing is kept of what was recorded: nobody spoke, or the caller wanted it erased, or to begin again."""

    at_ms: int
