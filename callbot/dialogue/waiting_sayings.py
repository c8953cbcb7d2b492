"""What a waiting caller hears between pieces of music: sentences, one after the other. Pure."""

from collections import deque

from callbot.dialogue.handover import MS_PER_LETTER
from callbot.dialogue.overheard import SAME_WORDS
from callbot.events import PlayPrompt
from callbot.turn_taking.own_words import overlap
from callbot.understanding.normalise import normalise

PROMPT_STUCK_MS = 10_000
"""A sentence that is not reported as heard so long after it should have been at MS_PER_LETTER was heard."""


class Sayings:
    """The sentences that are still to be heard; the first one plays."""

    def __init__(self) -> None:
        self._prompts: deque[PlayPrompt] = deque()
        self._since_ms = 0  # when the one that plays began, at the latest

    @property
    def playing(self) -> PlayPrompt | None:
        """What is being said; None: nothing is."""
        return self._prompts[0] if self._prompts else None

    def say(self, prompts: tuple[PlayPrompt, ...], at_ms: int) -> PlayPrompt:
        """These, at least one, instead of whatever was being said; the first one is to be played."""
        self._prompts, self._since_ms = deque(prompts), at_ms
        return self._prompts[0]

    def said(self, at_ms: int) -> PlayPrompt | None:
        """The one that plays was heard, or could not be made: the next one."""
        if self._prompts:
            self._prompts.popleft()
        self._since_ms = at_ms
        return self.playing

    def drop(self) -> None:
        """Nothing is said any more."""
        self._prompts.clear()

    def is_stuck(self, at_ms: int) -> bool:
        """The one that plays must have been heard long ago."""
        if not self._prompts:
            return False
        return at_ms - self._since_ms >= PROMPT_STUCK_MS + MS_PER_LETTER * len(self._prompts[0].text)

    def is_echo(self, text: str) -> bool:
        """Words of the sentence that plays just now, come back."""
        return bool(self._prompts) and overlap(text, normalise(self._prompts[0].text)) >= SAME_WORDS
