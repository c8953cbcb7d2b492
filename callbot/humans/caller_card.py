"""What an agent is to read of a call, noted from its events. No I/O."""

from collections import deque
from dataclasses import replace

from callbot.events import (
    CallbackRequested,
    CallerQueued,
    CallStarted,
    Event,
    FinalTranscript,
    IntentMatched,
    LanguageChanged,
    PlaybackStarted,
)
from callbot.humans.care import Signs
from callbot.humans.desk_cards import Card, Said
from callbot.knowledge.care import CareRules

EMERGENCY = "emergency"
"""The reason of a handover to whoever helps in one."""
MOST_SAID = 60
"""Sentences that a card holds, the latest."""


class Noted:
    """One call's card as it grows. `caller`: the number that the telephone presents, may be empty; `rules`: who is served with care."""

    def __init__(self, call_id: str, caller: str, rules: CareRules | None = None) -> None:
        self._signs = Signs(rules or CareRules())
        self._card = Card(call_id, caller)
        self._said: deque[Said] = deque(maxlen=MOST_SAID)

    @property
    def card(self) -> Card:
        """What is known now."""
        return replace(self._card, said=tuple(self._said), care=self._signs.care)

    def take(self, event: Event) -> None:
        """Note what matters. The words are those that may be written down."""
        self._signs.take(event)
        match event:
            case FinalTranscript(text=text) if text:
                self._said.append(Said("caller", text))
            case PlaybackStarted(text=text):
                self._said.append(Said("bot", text))
            case CallStarted(language=language) | LanguageChanged(language=language):
                self._card = replace(self._card, language=language)
            case IntentMatched(emergency=str()):  # those who wait, too: whoever takes them is to read it
                self._card = replace(self._card, reason=EMERGENCY)
            case IntentMatched(answer_id=str(answer_id)):
                self._card = replace(self._card, answer_id=answer_id)
            case CallerQueued(service=service, reason=reason):
                self._card = replace(self._card, service=service, reason=reason)
            case CallbackRequested(name=name) if name:
                self._card = replace(self._card, name=name)
