"""A caller speaks their message: how long, and when it is over. Time is milliseconds of the caller's audio; no I/O.

| what happens | the message | then |
|---|---|---|
| a key | is kept | the bot says so |
| nothing is said for SILENCE_MS, before the first word for FIRST_WORD_MS | is kept | the bot says so |
| it is as long as it may be | is kept | the bot says so |
| the caller hangs up, or the line brings a machine's tones (turns.py) | is kept | the call ends |
| a fault, or the service stops (turns.py) | is kept | as without a message |
| the same, and nobody spoke for VOICE_MS in all | is dropped | as above |
"""

from callbot.dialogue.bot import Bot
from callbot.dialogue.turn_table import Clock, Input, Output, Trigger
from callbot.dialogue.with_person import WithPerson
from callbot.events import (
    DropMessage,
    DtmfReceived,
    KeepMessage,
    MessageDropped,
    MessageRecorded,
    RecordMessage,
    SpeechStarted,
    SpeechStopped,
)

__all__ = ["FIRST_WORD_MS", "SILENCE_MS", "VOICE_MS", "Recording"]

SILENCE_MS = 6000
"""Who has said nothing for so long has finished: people think while they speak to a machine."""
FIRST_WORD_MS = 10_000
VOICE_MS = 400
"""Voice that makes a message; less is a cough, or the line."""


class Recording:
    """One call's message while it is spoken."""

    def __init__(self, bot: Bot, person: WithPerson) -> None:
        self._bot, self._person = bot, person
        self._most_ms = 0
        self._begun_ms = 0
        self._voice_ms = 0  # of all that was said so far
        self._speaks_since_ms: int | None = None
        self._silent_since_ms = 0

    def begin(self, command: RecordMessage, at_ms: int) -> list[Output]:
        """The tone sounds now. What the caller still said is forgotten."""
        self._bot.drop_prompts()
        self._bot.over.forget()
        self._bot.later = None
        self._bot.move(Trigger.RECORD, at_ms)
        self._most_ms, self._begun_ms, self._silent_since_ms = command.most_ms, at_ms, at_ms
        self._voice_ms, self._speaks_since_ms = 0, None
        return [command]

    def handle(self, event: Input) -> list[Output]:
        """Something happens while the caller speaks; what they say is not understood."""
        at_ms = event.at_ms
        match event:
            case Clock():
                return self._tick(at_ms)
            case SpeechStarted():
                self._speaks_since_ms = at_ms
            case SpeechStopped(speech_end_ms=end_ms):
                self._stopped(end_ms)
            case DtmfReceived():
                return self._finish("key", at_ms)
        return []

    def end(self, ended: str, at_ms: int) -> list[Output]:
        """Stop recording; keep it if anybody spoke."""
        self._person.max_call_ms += at_ms - self._begun_ms
        if not self._is_worth_keeping(at_ms):
            return [DropMessage(), MessageDropped(at_ms)]
        return [KeepMessage(), MessageRecorded(at_ms, at_ms - self._begun_ms, ended)]

    def _tick(self, at_ms: int) -> list[Output]:
        if at_ms - self._begun_ms >= self._most_ms:
            return self._finish("length", at_ms)
        enough_ms = SILENCE_MS if self._voice_ms else FIRST_WORD_MS
        silent = self._speaks_since_ms is None and at_ms - self._silent_since_ms >= enough_ms
        return self._finish("silence", at_ms) if silent else []

    def _stopped(self, end_ms: int) -> None:
        if self._speaks_since_ms is not None:
            self._voice_ms += max(0, end_ms - self._speaks_since_ms)
            self._silent_since_ms = max(end_ms, self._begun_ms)
        self._speaks_since_ms = None

    def _is_worth_keeping(self, at_ms: int) -> bool:
        speaks_ms = at_ms - self._speaks_since_ms if self._speaks_since_ms is not None else 0
        return self._voice_ms + speaks_ms >= VOICE_MS

    def _finish(self, ended: str, at_ms: int) -> list[Output]:
        """The conversation goes on."""
        kept = self._is_worth_keeping(at_ms)
        reply = self._bot.dialogue.recorded(ended, kept=kept)
        return [*self.end(ended, at_ms), *self._bot.play(reply, at_ms)]
