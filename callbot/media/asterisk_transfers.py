"""What our SIP bridge adds to Asterisk's messages: reaching a person beside the caller (docs/media-protocol.md)."""

import base64
from abc import ABC, abstractmethod

import numpy as np

from callbot.audio.types import Pcm
from callbot.errors import MediaProtocolError
from callbot.events import TransferResult
from callbot.media import messages
from callbot.media.dialect import (
    Bridged,
    ConsultAnswered,
    ConsultEnded,
    ConsultMarkPlayed,
    ConsultRinging,
    LegHeld,
    MediaEvent,
    Message,
    TransferEnded,
)
from callbot.media.messages import Fields, Marks

CONSULT_SAMPLES = 12_000
"""Longest sound of one CONSULT_MEDIA: 24 kB of linear sound, 32 kB in base64, well within the 64 KiB of a message."""


class TransferCommands(ABC):
    """The bridge's commands; a leg without `transfer` is given none."""

    def __init__(self, can_transfer: bool) -> None:
        self._can_transfer = can_transfer
        self._consult_marks = Marks()

    @abstractmethod
    def _command(self, name: str, **parameters: str | int) -> str:
        """A command in the peer's form."""

    @abstractmethod
    def _encode(self, pcm: Pcm) -> bytes:
        """Sound in the leg's format. Raises MediaProtocolError before the leg has opened."""

    def transfer(self, destination: str) -> list[Message] | None:
        """Send the caller to `destination` where the leg is our bridge; Asterisk itself has no such command."""
        return self._ask("TRANSFER", destination=destination) or None

    def consult(self, destination: str, ring_ms: int, purpose: str) -> list[Message]:
        """Ring a person; the caller goes on hearing us."""
        self._consult_marks.clear()
        return self._ask("CONSULT", destination=destination, ring_ms=ring_ms, purpose=purpose)

    def consult_audio(self, pcm: Pcm) -> list[Message]:
        """Sound for the person, in messages of at most CONSULT_SAMPLES."""
        parts = np.split(pcm, range(CONSULT_SAMPLES, len(pcm), CONSULT_SAMPLES)) if len(pcm) else []
        if not self._can_transfer:
            return []
        return [
            message
            for part in parts
            for message in self._ask("CONSULT_MEDIA", audio=base64.b64encode(self._encode(part)).decode())
        ]

    def consult_mark(self, name: str) -> list[Message]:
        """Report when the person has heard everything before."""
        if not self._can_transfer:
            return []
        return self._ask("CONSULT_MARK", correlation_id=self._consult_marks.sent(name))

    def bridge(self) -> list[Message]:
        """Join caller and person."""
        return self._ask("BRIDGE")

    def replace(self) -> list[Message]:
        """Let the PBX join them."""
        return self._ask("REPLACE")

    def end_consult(self) -> list[Message]:
        """Hang up on the person, or stop ringing."""
        return self._ask("CONSULT_END")

    def _ask(self, name: str, **parameters: str | int) -> list[Message]:
        return [self._command(name, **parameters)] if self._can_transfer else []


def transfer_event(event: str, fields: Fields, marks: Marks) -> MediaEvent | None:  # noqa: PLR0911 (one per event)
    """What the bridge tells by `event`, None when it is none of its own. `marks`: those sent to the person.

    Raises MediaProtocolError for a result or code that does not exist.
    """
    match event:
        case "TRANSFER_RESULT":
            return TransferEnded(_result(fields), _code(fields))
        case "CONSULT_RINGING":
            return ConsultRinging()
        case "CONSULT_RESULT":
            result = _result(fields)
            return (
                ConsultAnswered()
                if result is TransferResult.ANSWERED
                else ConsultEnded(result, _code(fields))
            )
        case "CONSULT_ENDED":
            return ConsultEnded(TransferResult.REJECTED, None)  # they picked up, and did not want the call
        case "CONSULT_MARK_PROCESSED":
            name = marks.returned(messages.text(fields, "correlation_id"))
            return ConsultMarkPlayed(name) if name is not None else None
        case "BRIDGED":
            return Bridged()
        case "MEDIA_HELD" | "MEDIA_RESUMED":
            return LegHeld(held=event == "MEDIA_HELD")
    return None


def _result(fields: Fields) -> TransferResult:
    given = messages.text(fields, "result")
    if given not in set(TransferResult):
        raise MediaProtocolError("'result' is not the result of a transfer")
    return TransferResult(given)


def _code(fields: Fields) -> int | None:
    return None if fields.get("code") is None else messages.whole_number(fields, "code", 0)
