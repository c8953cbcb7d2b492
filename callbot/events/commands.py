"""What a call is told to do, in the imperative."""

from dataclasses import dataclass
from enum import StrEnum

from callbot.events.talk import Outcome


@dataclass(frozen=True, slots=True)
class PlayPrompt:
    """Speak a validated or fixed sentence. `text` is the key of the rendered prompt."""

    text: str
    interruptible: bool = True
    slow: int = 0
    """How many steps more slowly it is spoken, for a caller who asked for it."""
    pause_ms: int = 0
    """Silence after it."""
    shown: str = ""
    """What events tell in place of `text`, where that holds who somebody is; such a prompt is spoken, and kept nowhere."""
    language: str = ""
    """Of `text`; empty: the one that the call is in."""


@dataclass(frozen=True, slots=True)
class ClearAudio:
    """Be silent at once."""


@dataclass(frozen=True, slots=True)
class HoldAudio:
    """Be silent at once, and keep what was not heard."""


@dataclass(frozen=True, slots=True)
class ResumeAudio:
    """Go on with what was held, from a little before."""


@dataclass(frozen=True, slots=True)
class Transfer:
    """Hand the caller to `service` once everything said before has been heard. `destination` is as configured, may be empty."""

    service: str
    destination: str
    reason: str


@dataclass(frozen=True, slots=True)
class HangUp:
    """End the call once everything said before has been heard."""

    outcome: Outcome


@dataclass(frozen=True, slots=True)
class RecordMessage:
    """Play a tone, then record the caller, who has agreed to it, for `most_ms` at most. `motive`: what they asked about last, or empty."""

    motive: str
    most_ms: int


@dataclass(frozen=True, slots=True)
class KeepMessage:
    """Stop recording, and keep what was said."""


@dataclass(frozen=True, slots=True)
class DropMessage:
    """Stop recording, and forget it; where nothing is being recorded, erase what was kept last in this call."""


@dataclass(frozen=True, slots=True)
class PlayMusic:
    """Play music to a caller who waits, without end, until ClearAudio."""


@dataclass(frozen=True, slots=True)
class OfferAgent:
    """Ring a person beside the caller's leg.

    `purpose` is shown to them where their telephone can; `briefing` is what BriefAgent will say, to be made while it rings.
    Both are fixed or validated words, never the caller's.
    """

    destination: str
    purpose: str
    briefing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BriefAgent:
    """Say `texts` to the person who picked up, as far as they are rendered, and report when that was heard."""

    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ConnectAgent:
    """Join caller and person, by `way`: bridge (the leg relays them) or attended (the PBX joins them)."""

    way: str


@dataclass(frozen=True, slots=True)
class ReleaseAgent:
    """Hang up on the person, or stop ringing them."""


@dataclass(frozen=True, slots=True)
class EnterQueue:
    """Take a place in the waiting queue for `service`, where anybody answers its calls at a desk. `reason`: that of the handover."""

    service: str
    reason: str
    language: str


class QueueWord(StrEnum):
    """What a call tells the queue of its place."""

    ACCEPTED = "accepted"
    """Caller and agent are connected."""
    DECLINED = "declined"
    """The agent's telephone is busy, or cannot be reached, or they would not take the call."""
    RANG_OUT = "rang out"
    HUNG_UP = "hung up"
    """The caller did."""
    CALL_BACK = "call back"
    """The caller will be called back in their turn."""
    WITHDRAWN = "withdrawn"
    """The caller goes another way."""
    NOBODY = "nobody"
    """Nobody is there for whom the caller was passed on to."""
    TALK_ENDED = "talk ended"


@dataclass(frozen=True, slots=True)
class TellQueue:
    """Tell the queue what became of the call's place. `agent`: to whom it was offered; empty: whoever."""

    word: QueueWord
    agent: str = ""


@dataclass(frozen=True, slots=True)
class LookAtQueue:
    """See where the caller stands in the queue."""


Command = (
    PlayPrompt | ClearAudio | HoldAudio | ResumeAudio | PlayMusic | OfferAgent | BriefAgent | ConnectAgent
    | ReleaseAgent | EnterQueue | TellQueue | LookAtQueue | RecordMessage | KeepMessage | DropMessage | Transfer | HangUp
)  # fmt: skip
