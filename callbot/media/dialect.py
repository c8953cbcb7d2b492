"""What a telephone leg can tell us and what we can ask of it, whatever its dialect. No I/O: parsers turn messages into these."""

from dataclasses import dataclass, field
from typing import Protocol

from callbot.audio.types import Pcm
from callbot.events import TransferResult


@dataclass(frozen=True, slots=True)
class LegOpened:
    """The leg is ready to exchange sound. `rate_hz` is 8000 or 16000: the rate of both directions' PCM.

    `transfers`: the leg is our SIP bridge, which can reach people and tells how it went. `returned`: the caller comes back from
    a transfer that failed so (a PBX's dialplan says it). `watch`: a key under which `callbot call` follows this call's events.
    """

    leg_id: str
    caller: str = field(repr=False)
    line: str
    rate_hz: int
    transfers: bool = False
    caller_name: str = field(default="", repr=False)
    returned: TransferResult | None = None
    watch: str = ""


@dataclass(frozen=True, slots=True)
class AudioFrame:
    """Sound from the caller, decoded, at the leg's rate."""

    pcm: Pcm = field(repr=False)


@dataclass(frozen=True, slots=True)
class DtmfPressed:
    """A signalled key: 0–9 * # A–D."""

    digit: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class MarkPlayed:
    """The leg has played everything up to the mark `name`."""

    name: str


@dataclass(frozen=True, slots=True)
class FlowChanged:
    """The leg's buffer is full (`paused` true: send no more sound) or has room again."""

    paused: bool


@dataclass(frozen=True, slots=True)
class LegClosed:
    """The caller hung up, or the leg is gone."""


@dataclass(frozen=True, slots=True)
class LegHeld:
    """The caller's side put us on hold (nobody hears us, no time passes), or took us back."""

    held: bool


@dataclass(frozen=True, slots=True)
class TransferEnded:
    """What became of `transfer` (blind) or `replace` (attended). ANSWERED: the leg closes next. Else the caller is ours again."""

    result: TransferResult
    code: int | None


@dataclass(frozen=True, slots=True)
class ConsultRinging:
    """The person's telephone rings."""


@dataclass(frozen=True, slots=True)
class ConsultEnded:
    """The person did not pick up (how, and the SIP status), or, when ANSWERED was told before, has hung up."""

    result: TransferResult
    code: int | None


@dataclass(frozen=True, slots=True)
class ConsultAnswered:
    """The person picked up; they hear what `consult_audio` gives."""


@dataclass(frozen=True, slots=True)
class ConsultMarkPlayed:
    """The person has heard everything up to the mark `name`."""

    name: str


@dataclass(frozen=True, slots=True)
class Bridged:
    """Caller and person hear each other; neither is sent to us any more."""


MediaEvent = (
    LegOpened | AudioFrame | DtmfPressed | MarkPlayed | FlowChanged | LegHeld | TransferEnded
    | ConsultRinging | ConsultAnswered | ConsultEnded | ConsultMarkPlayed | Bridged | LegClosed
)  # fmt: skip

Message = bytes | str
"""What goes over a WebSocket (text or binary) or, for AudioSocket, over TCP (bytes only)."""


class Dialect(Protocol):
    """One leg's protocol: messages in, events out; requests in, messages out. A class per dialect, a value per leg.

    `receive` raises MediaProtocolError on what the dialect does not allow (bad JSON, unknown event that matters, wrong codec,
    sound before the opening, oversized message); unknown but harmless events are ignored and counted.
    """

    name: str
    buffers: bool
    """True: the leg plays from a buffer of its own and reports marks; false: it plays at once, so we pace 20 ms frames."""

    def receive(self, message: Message) -> list[MediaEvent]:
        """Events told by one message (for a byte stream: any piece of it)."""

    def answer(self) -> list[Message]:
        """Pick up."""

    def audio(self, pcm: Pcm) -> list[Message]:
        """Play sound at the leg's rate."""

    def mark(self, name: str) -> list[Message]:
        """Report when everything before has been played; empty where the dialect cannot (then pace and count)."""

    def clear(self) -> list[Message]:
        """Throw away what has not been played. Marks asked for before are not told any more."""

    def transfer(self, destination: str) -> list[Message] | None:
        """Send the caller to `destination`; None where the dialect has no such request (then the PBX goes on when we hang up)."""

    def consult(self, destination: str, ring_ms: int, purpose: str) -> list[Message]:
        """Ring a person beside the caller's leg, for `ring_ms` at most; `purpose` is shown to them where their telephone can.

        This and the four below are asked only of legs that opened with `transfers`; elsewhere they give no message.
        """

    def consult_audio(self, pcm: Pcm) -> list[Message]:
        """Sound for the person, at the leg's rate; may be sent before they pick up, and is then played from their answer on."""

    def consult_mark(self, name: str) -> list[Message]:
        """Report when the person has heard everything before."""

    def bridge(self) -> list[Message]:
        """Let caller and person hear each other; what the caller still had to hear is thrown away."""

    def replace(self) -> list[Message]:
        """Let the PBX join caller and person (REFER with Replaces); TransferEnded follows."""

    def end_consult(self) -> list[Message]:
        """Hang up on the person, or stop ringing."""

    def hang_up(self) -> list[Message]:
        """End the leg; then close the connection, which is all that some dialects need."""


class WithoutConsult:
    """For the dialects of legs that reach nobody else: what `transfers` legs are asked gives no message."""

    def consult(self, destination: str, ring_ms: int, purpose: str) -> list[Message]:  # noqa: ARG002
        """Nothing."""
        return []

    def consult_audio(self, pcm: Pcm) -> list[Message]:  # noqa: ARG002
        """Nothing."""
        return []

    def consult_mark(self, name: str) -> list[Message]:  # noqa: ARG002
        """Nothing."""
        return []

    def bridge(self) -> list[Message]:
        """Nothing."""
        return []

    def replace(self) -> list[Message]:
        """Nothing."""
        return []

    def end_consult(self) -> list[Message]:
        """Nothing."""
        return []
