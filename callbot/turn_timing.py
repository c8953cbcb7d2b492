"""Where the time between the end of the caller's speech and the first audio of the reply goes. No I/O, no clock but the audio's.

Speech ends – `endpoint` – the turn ends – `decode` – its text is there – `route` – the reply is decided – `first audio` – it leaves.
"""

from dataclasses import dataclass

from callbot.events import TurnTimed

PARTS = ("endpoint_ms", "decode_ms", "route_ms", "first_audio_ms")
"""The parts of a response time, in order: fields of TurnTimed, columns of the table of turns."""


@dataclass(frozen=True, slots=True)
class _Read:
    """A turn that was understood: when its speech ended, when that was sure, when its text and when its reading were there."""

    speech_end_ms: int
    stopped_at_ms: int
    text_at_ms: int
    at_ms: int


class TurnClock:
    """The times of one call's turns, as they pass; `started` gives a turn's parts when its reply begins."""

    def __init__(self) -> None:
        self._text_at_ms: int | None = None
        self._read: _Read | None = None

    def transcribed(self, at_ms: int) -> None:
        """The text of the turn that is being read is there."""
        self._text_at_ms = at_ms

    def understood(self, at_ms: int, *, speech_end_ms: int, stopped_at_ms: int, replied: bool) -> None:
        """The turn was read; `replied`: something is said to it, else what is said to one before is still to come.

        A turn without text was decoded until now.
        """
        text_at_ms = at_ms if self._text_at_ms is None else self._text_at_ms
        self._text_at_ms = None
        if replied:
            self._read = _Read(speech_end_ms, stopped_at_ms, text_at_ms, at_ms)

    def started(self, at_ms: int) -> TurnTimed | None:
        """A reply's first audio leaves: its parts, which add up to the response time; None if it replies to no speech."""
        read, self._read = self._read, None
        if read is None:
            return None
        return TurnTimed(
            at_ms=at_ms,
            response_ms=at_ms - read.speech_end_ms,
            endpoint_ms=read.stopped_at_ms - read.speech_end_ms,
            decode_ms=read.text_at_ms - read.stopped_at_ms,
            route_ms=read.at_ms - read.text_at_ms,
            first_audio_ms=at_ms - read.at_ms,
        )
