"""What time, and sounds of no caller, do to a call: silence, thinking too long, a prompt that gets stuck, machines, music. No I/O.

The table of all watchdogs is in watchdogs.py.
"""

from callbot.dialogue.bot import Bot, left_in_silence
from callbot.dialogue.endings import Hold
from callbot.dialogue.leaving import Leaving
from callbot.dialogue.satisfaction_table import QUIET_MS, SURVEY
from callbot.dialogue.turn_table import Clock, Output, Trigger, Turn
from callbot.dialogue.with_person import WithPerson
from callbot.events import HoldAudio, MusicHeard, MusicStopped, ToneHeard
from callbot.turn_taking.floor import Step

FILLER_MS = 2000
"""Thinking longer than this, the bot says « Un instant » rather than nothing."""
THINKING_LIMIT_MS = 8000
"""Thinking longer than this is a fault: the caller goes to a person (`thinking_limit_ms`)."""
PROMPT_STUCK_MS = 10_000
"""A prompt that is not reported as heard this long after it should have been at MS_PER_LETTER is a fault."""
MS_PER_LETTER = 120
"""Twice as slow as any of our voices speaks."""
PATIENCE_MS = 30_000
"""Who asks for a moment may be silent for so long before the bot asks whether they are there."""
NUMBER_MS = 90_000
"""A caller who is leaving their number when the call has lasted too long may finish it for this long."""
WHISTLES = frozenset({"fax", "modem"})
"""Tones that may be a whistle or a hearing aid; who has spoken or pressed a key in this call is no such machine."""


class Patience:
    """One call's patience: `no_input_ms` for a caller who says nothing, `hold_music_ms` for music, `thinking_limit_ms` for ourselves."""

    def __init__(
        self,
        bot: Bot,
        person: WithPerson,
        leaving: Leaving,
        *,
        no_input_ms: int,
        hold_music_ms: int,
        thinking_limit_ms: int,
    ) -> None:
        self._bot = bot
        self._person = person
        self._leaving = leaving
        self._no_input_ms = no_input_ms
        self._thinking_limit_ms = thinking_limit_ms
        self._hold_music_ms = hold_music_ms
        self.hold = Hold()

    def tick(self, clock: Clock) -> list[Output]:
        """So much of the caller's sound has come in."""
        at_ms = clock.at_ms
        if at_ms >= self._person.max_call_ms and not (self._bot.giving_up or self._may_finish(at_ms)):
            return self._leaving.give_up("too_long", at_ms)
        if self._bot.turn is Turn.LISTENING:
            return [] if self._bot.floor.speaking else self._wait(at_ms)
        if self._bot.turn is Turn.THINKING:
            return self._think_longer(at_ms)
        if self._bot.turn is Turn.SPEAKING:
            return self._watch_prompt(at_ms)
        return self._watch_hold(clock) if self._bot.turn is Turn.HELD else []

    def _wait(self, at_ms: int) -> list[Output]:
        """Nobody speaks. What was said over the bot's last sentence may not be known yet: no silence of the caller's."""
        if lasted_ms := self.hold.lasted_ms(at_ms):
            return self._wait_through(lasted_ms, at_ms)
        since_ms = at_ms - self._bot.turn_since_ms
        if self._bot.over.unread and since_ms < self._thinking_limit_ms:
            return self._think_longer(at_ms)
        asks_ms = self._no_input_ms
        if self._bot.dialogue.state in SURVEY:
            asks_ms = min(asks_ms, QUIET_MS)
        patience_ms = max(asks_ms, PATIENCE_MS if self._bot.patient else 0)
        return self._bot.silence(at_ms) if since_ms >= patience_ms else []

    def _may_finish(self, at_ms: int) -> bool:
        """Too long a call ends after what must be heard (whom to call), and after the number that is being left."""
        return self._bot.announcing or (
            self._bot.dialogue.takes_keys and at_ms < self._person.max_call_ms + NUMBER_MS
        )

    def _watch_prompt(self, at_ms: int) -> list[Output]:
        """Fall silent for a caller who speaks over the bot; give up on a leg that never reports the prompt as heard."""
        step = None if self._bot.announcing else self._bot.floor.while_speaking()
        if step is Step.INTERRUPT:
            return self._bot.barge_in(at_ms)
        if step is Step.HOLD:
            self._bot.floor.held(at_ms)
            self._bot.move(Trigger.HOLD, at_ms)
            return [HoldAudio()]
        letters = len(self._bot.prompts[0].text) if self._bot.prompts else 0
        if at_ms - self._bot.prompt_since_ms >= PROMPT_STUCK_MS + MS_PER_LETTER * letters:
            return self._leaving.give_up("fault", at_ms)
        return []

    def _watch_hold(self, clock: Clock) -> list[Output]:
        """Decide about a caller for whom the bot has fallen silent."""
        said = clock.said
        said_nothing = self._bot.over.said_nothing(
            said, self._bot.dialogue.language, self._bot.asks, told_ms=self._bot.told_ms
        )
        step = self._bot.floor.while_held(clock.at_ms, said_nothing=said_nothing)
        if step is Step.INTERRUPT:
            return self._bot.barge_in(clock.at_ms)
        return self._bot.resume(clock.at_ms, false=not said) if step is Step.RESUME else []

    def _think_longer(self, at_ms: int) -> list[Output]:
        waited = at_ms - self._bot.turn_since_ms
        if waited >= self._thinking_limit_ms:
            return self._leaving.give_up("fault", at_ms)
        return self._bot.fill() if waited >= FILLER_MS else []

    def line_brings(self, event: ToneHeard | MusicHeard | MusicStopped) -> list[Output]:
        """A machine, or music; when that is over the caller has as long as ever to speak."""
        if isinstance(event, ToneHeard):
            answered = self.hold.spoken and event.machine in WHISTLES
            return [] if answered else self._leaving.nobody("machine", event.at_ms)
        if isinstance(event, MusicHeard):
            self.hold.begins(event.at_ms)
            return []
        self.hold.ends()
        if self._bot.turn is Turn.LISTENING:
            self._bot.turn_since_ms = event.at_ms
        return []

    def _wait_through(self, lasted_ms: int, at_ms: int) -> list[Output]:
        """We hear music and no words: say once that we wait, be silent, and at last take leave; of somebody as of who is silent."""
        if lasted_ms >= self._hold_music_ms and self.hold.somebody:
            self.hold.ends()
            reply = self._bot.dialogue.give_up("no_input")
            return [*left_in_silence(reply, at_ms), *self._bot.play(reply, at_ms)]
        if lasted_ms >= self._hold_music_ms:
            return self._leaving.nobody("music", at_ms)
        if self.hold.told:
            return []
        self.hold.told = True
        return self._bot.play(self._bot.dialogue.hold(), at_ms)
