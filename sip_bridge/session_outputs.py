"""What a session of the bridge wants to be done, on the legs and on the connection to the service. Pure."""

from dataclasses import dataclass, field

__all__ = [
    "Answer",
    "Apologise",
    "Close",
    "Dial",
    "DismissPerson",
    "Flush",
    "HangUp",
    "Join",
    "LetGo",
    "Output",
    "Part",
    "Refer",
    "Replace",
    "Ringback",
    "SendKey",
    "Tell",
]


@dataclass(frozen=True, slots=True)
class Tell:
    """Send this text message to the service."""

    message: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """Pick up."""


@dataclass(frozen=True, slots=True)
class Flush:
    """Throw away what the caller's leg has buffered."""


@dataclass(frozen=True, slots=True)
class Dial:
    """Ring `uri` on a second leg, for `ring_ms` at most."""

    uri: str = field(repr=False)
    ring_ms: int
    purpose: str


@dataclass(frozen=True, slots=True)
class Refer:
    """Blind transfer to `uri`; tell `moved`."""

    uri: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Replace:
    """Attended transfer to the person; tell `moved`."""


@dataclass(frozen=True, slots=True)
class Join:
    """Relay sound between both legs from now on."""


@dataclass(frozen=True, slots=True)
class Part:
    """Stop relaying."""


@dataclass(frozen=True, slots=True)
class SendKey:
    """Press a key on the person's leg, or on the caller's."""

    digit: str = field(repr=False)
    to_person: bool


@dataclass(frozen=True, slots=True)
class DismissPerson:
    """Hang up on the person, or stop ringing."""


@dataclass(frozen=True, slots=True)
class HangUp:
    """End the caller's leg: BYE, or refusal with `code` when it was not answered."""

    code: int | None = None


@dataclass(frozen=True, slots=True)
class Apologise:
    """Play the recorded sentence, then tell `apologised`."""


@dataclass(frozen=True, slots=True)
class Ringback:
    """Let the caller hear that it rings."""


@dataclass(frozen=True, slots=True)
class LetGo:
    """Close the connection to the service; the call goes on without it."""


@dataclass(frozen=True, slots=True)
class Close:
    """Close the connection to the service, and forget the call."""


Output = (
    Tell | Answer | Flush | Dial | Refer | Replace | Join | Part | SendKey | DismissPerson | HangUp | Apologise | Ringback
    | LetGo | Close
)  # fmt: skip
