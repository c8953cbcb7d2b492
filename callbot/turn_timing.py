"""Where the time between the end of the caller's speech and the first audio of the reply goes. No I/O, no clock but the audio's.

Speech ends – `endpoint` – the turn ends – `decode` – its text is there – `route` – the reply is decided – `first audio` – it leaves.
What was said during a sentence that cannot be interrupted is decided after it: the rest of that sentence is part of `route`.
"""

from dataclasses import dataclass

from callbot.events import PlayPrompt, TurnTimed

PARTS = ("endpoint_ms", "decode_ms", "route_ms", "first_audio_ms")
"""The parts of a response time, in order: fields of TurnTimed, columns of the table of turns."""


@dataclass(frozen=True, slots=True)
class Read:
    """An utterance that was read: when its speech ended, when that was sure, when its text was there."""

    speech_end_ms: int
    stopped_at_ms: int
    text_at_ms: int


@dataclass(frozen=True, slots=True)
class _Reply:
    """What a turn is answered with: its first sentence, and when that was decided."""

    read: Read
    decided_at_ms: int
    prompt: PlayPrompt


class TurnClock:
    """The times of one call's turns, as they pass; `started` gives a turn's parts when its reply begins."""

    def __init__(self) -> None:
        self._text_at_ms: int | None = None
        self._kept: tuple[object, Read] | None = None
        self._reply: _Reply | None = None

    def transcribed(self, at_ms: int) -> None:
        """The text of the turn that is being read is there."""
        self._text_at_ms = at_ms

    def read(self, at_ms: int, *, speech_end_ms: int, stopped_at_ms: int) -> Read:
        """The turn was read. One without text was decoded until now."""
        text_at_ms = at_ms if self._text_at_ms is None else self._text_at_ms
        self._text_at_ms = None
        return Read(speech_end_ms, stopped_at_ms, text_at_ms)

    def keep(self, said: object, read: Read) -> None:
        """`said` is answered later, after the sentence that plays."""
        self._kept = (said, read)

    def kept(self, said: object) -> Read | None:
        """The times of what was kept, if it is `said`: it is answered now, and kept no more."""
        kept, self._kept = self._kept, None
        return kept[1] if kept and kept[0] is said else None

    def decided(self, at_ms: int, read: Read | None, prompt: PlayPrompt | None) -> None:
        """A turn was decided, and `prompt` is the first that is said to it; `read` is None for a key: nobody spoke."""
        self._reply = _Reply(read, at_ms, prompt) if read and prompt else None

    def silenced(self) -> None:
        """What was to be said is not: a reply that has not begun has no time."""
        self._reply = None

    def started(self, prompt: PlayPrompt, at_ms: int) -> TurnTimed | None:
        """The first audio of `prompt` leaves: its turn's parts, which add up to the response time; None if it begins no reply to speech."""
        reply = self._reply
        if reply is None or reply.prompt is not prompt:
            return None
        self._reply, read = None, reply.read
        return TurnTimed(
            at_ms=at_ms,
            response_ms=at_ms - read.speech_end_ms,
            endpoint_ms=read.stopped_at_ms - read.speech_end_ms,
            decode_ms=read.text_at_ms - read.stopped_at_ms,
            route_ms=reply.decided_at_ms - read.text_at_ms,
            first_audio_ms=at_ms - reply.decided_at_ms,
        )
