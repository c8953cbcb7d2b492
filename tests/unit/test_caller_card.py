"""What an agent is to read of a call, as its events tell it."""

from callbot.events import (
    CallbackRequested,
    CallStarted,
    Decision,
    FinalTranscript,
    IntentMatched,
    LanguageChanged,
    PlaybackStarted,
    SpeechStarted,
)
from callbot.humans.caller_card import MOST_SAID, Noted
from callbot.humans.desk_cards import Card, Said


def test_both_sides_are_noted_with_what_was_understood() -> None:
    """In order; the last answer and the last language; the name that was given for a call-back."""
    noted = Noted("c1", "0612345678")
    for event in (
        CallStarted(0, "0612345678", "", "test", "fr"),
        PlaybackStarted(10, "Bonjour.", None),
        SpeechStarted(900),
        FinalTranscript(2000, "un acte de naissance", 0.9, 20),
        FinalTranscript(2100, "", 0.9, 20),
        IntentMatched(2200, Decision.ANSWER, "acte_naissance", None, None, None, 0.9, "acte_naissance"),
        PlaybackStarted(2300, "C'est gratuit.", 300),
        IntentMatched(4000, Decision.ACT, None, None, "langue_en", None, 1.0, None),
        LanguageChanged(4000, "en"),
        CallbackRequested(5000, "+33612345678", "", "acte_naissance", "Mme Dupuis"),
    ):
        noted.take(event)
    said = (Said("bot", "Bonjour."), Said("caller", "un acte de naissance"), Said("bot", "C'est gratuit."))
    assert noted.card == Card("c1", "0612345678", "Mme Dupuis", "acte_naissance", "en", said)


def test_a_long_call_keeps_its_end() -> None:
    """A card is bounded."""
    noted = Noted("c1", "")
    for nth in range(MOST_SAID + 5):
        noted.take(PlaybackStarted(nth, str(nth), None))
    assert [one.text for one in noted.card.said] == [str(nth) for nth in range(5, MOST_SAID + 5)]
