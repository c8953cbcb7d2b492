"""When a caller who speaks over the bot is given the floor: first the bot falls silent (a hold), then it is decided. No I/O.

    the caller's voice ── hold ──▶ the bot is silent, and keeps its sentence ── interrupt ──▶ the caller has the floor
                                                                             └─ resume ────▶ the bot goes on with it

How much of the caller's voice (`Whose.caller_ms`) is asked for grows with the holds that were false: nobody meant anything.

| false holds | hold after | interrupt after |
|---|---|---|
| 0, 1 | `hold_ms` | `barge_in_ms` |
| 2 | 64 ms more | 150 ms more |
| 3 | 128 ms more | 300 ms more |
| 4 and more | 192 ms more | 450 ms more |

While a question is asked nothing more is asked for: who speaks then most likely answers.

A true interruption, or a turn of the caller's that meant something, halves their number. While the bot is held the caller hears silence
whatever is decided, so that an utterance is read first where it may be an assent (« oui, c'est bien ça »): only one that lasts longer than
ASSENT_MS interrupts before it is over, also when it comes right after the caller's last word, as a murmur over a quick reply does.
Time is milliseconds of the caller's audio.
"""

from enum import StrEnum

__all__ = ["Floor", "Place", "Step"]

HOLD_STEP_MS = 64
INTERRUPT_STEP_MS = 150
MOST_STEPS = 3
RESCUE_SPEECH_MS = 150
"""Who goes on right after we took the turn is let speak sooner than who speaks over an answer."""
ASSENT_MS = 1500
"""No assent lasts longer: who speaks on interrupts."""
UNDECIDED_MS = 3000
"""A hold lasts no longer than this while somebody makes a sound that comes to nothing."""
UNREAD_MS = 2000
"""… and no longer than this after an utterance, when the recogniser does not tell what it was,"""
UNREAD_SHORT_MS = 800
"""… or after the last sound of one shorter than an interruption: most of those mean nothing, and one that does is still answered."""


class Place(StrEnum):
    """Where an utterance was said."""

    TURN = "turn"
    """In the caller's own turn."""
    LONG = "long"
    """Over the bot, which fell silent for it, and as long as an interruption."""
    HELD = "held"
    """The same, and shorter."""
    UNDER = "under"
    """Over the bot, which spoke on."""


class Step(StrEnum):
    """What the caller's voice leads to."""

    HOLD = "hold"
    INTERRUPT = "interrupt"
    RESUME = "resume"


class Floor:
    """One caller's voice over the bot's. `hold_ms` 0: the bot speaks on until it is interrupted.

    `rescue_ms`: who speaks again so soon after their last word was taken for finished too early.
    """

    def __init__(self, *, hold_ms: int, barge_in_ms: int, rescue_ms: int) -> None:
        self._hold_ms = min(hold_ms, barge_in_ms)
        self.barge_in_ms = barge_in_ms
        self._rescue_ms = rescue_ms
        self.speaking = False
        """The caller speaks, or pauses within an utterance."""
        self._speech_ms = 0
        self._ended_ms = -rescue_ms  # the caller's last word
        self._voiced_ms = 0  # when their voice was heard last
        self._soon = False  # they speak again right after their last word
        self.unfinished = False
        """They may go on with the utterance that ended last: it was read, and was no murmur and no whole answer."""
        self._resumed_ms = 0  # of this utterance's voice, when the bot went on in spite of it
        self._held_at_ms: int | None = None
        self._has_held = False  # this utterance has held the bot once
        self._was_long = False  # … and was as long as an interruption
        self.false_holds = 0
        """In a row, as the table above counts them."""
        self.asking = False
        """A question of the bot's plays."""

    def began(self, at_ms: int) -> None:
        """An utterance begins."""
        self.speaking, self._speech_ms = True, 0
        self._has_held = self._was_long = False
        self._soon = at_ms - self._ended_ms < self._rescue_ms
        self._resumed_ms = 0

    def heard(self, speech_ms: int, at_ms: int) -> None:
        """The caller's voice in this utterance so far."""
        if speech_ms > self._speech_ms:
            self._voiced_ms = at_ms
        self._speech_ms = speech_ms
        self._resumed_ms = min(self._resumed_ms, speech_ms)
        self._was_long = self._was_long or self.speaks_over

    def ended(self, speech_end_ms: int) -> Place:
        """The utterance is over; where it was said, if it was said over the bot."""
        self.speaking, self._speech_ms, self._ended_ms = False, 0, speech_end_ms
        self.unfinished = False
        if not self._has_held:
            return Place.UNDER
        return Place.LONG if self._was_long else Place.HELD

    def forget(self) -> None:
        """Nobody listens to the caller for a while."""
        self.speaking, self._speech_ms, self._held_at_ms = False, 0, None

    @property
    def speaks_over(self) -> bool:
        """Whether the caller has spoken long enough to interrupt."""
        enough_ms = self.barge_in_ms + self._steps * INTERRUPT_STEP_MS
        if self._goes_on:
            enough_ms = min(RESCUE_SPEECH_MS, self.barge_in_ms)
        return self.speaking and self._speech_ms - self._resumed_ms >= enough_ms

    @property
    def _goes_on(self) -> bool:
        """They speak again so soon that we took the turn too early."""
        return self._soon and self.unfinished

    def while_speaking(self) -> Step | None:
        """The bot speaks a sentence that may be interrupted."""
        if self.speaks_over:
            return Step.INTERRUPT
        enough_ms = self._hold_ms + self._steps * HOLD_STEP_MS
        holds = self._hold_ms and not self._has_held and self.speaking and self._speech_ms >= enough_ms
        return Step.HOLD if holds else None

    def while_held(self, at_ms: int, *, said_nothing: bool) -> Step | None:
        """The bot is silent. `said_nothing`: the caller pauses, and what they have said is known and means nothing."""
        if self.speaks_over and self._speech_ms >= ASSENT_MS:
            return Step.INTERRUPT
        since_ms = self._held_at_ms if self._held_at_ms is not None else at_ms
        too_long = at_ms - since_ms >= UNDECIDED_MS
        unread = not self.speaking and at_ms - max(self._ended_ms, since_ms) >= UNREAD_MS
        short = not self._was_long and at_ms - max(self._voiced_ms, since_ms) >= UNREAD_SHORT_MS
        return Step.RESUME if said_nothing or unread or short or (self.speaking and too_long) else None

    def held(self, at_ms: int) -> None:
        """The bot fell silent."""
        self._held_at_ms, self._has_held = at_ms, True

    def resumed(self, at_ms: int, *, false: bool) -> int:
        """The bot goes on, after how many milliseconds; only voice from now on interrupts it. `false`: nobody had said a word to it."""
        since_ms, self._held_at_ms = self._held_at_ms, None
        self._resumed_ms = self._speech_ms
        self.false_holds += false
        return at_ms - since_ms if since_ms is not None else 0

    def given(self) -> None:
        """The caller has the floor, and meant something."""
        self._held_at_ms = None
        self.false_holds //= 2

    @property
    def _steps(self) -> int:
        return 0 if self.asking else min(MOST_STEPS, max(0, self.false_holds - 1))
