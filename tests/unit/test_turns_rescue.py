"""The bot took the turn too early and the caller goes on: it is silent soon, and answers both parts read as one."""

import pytest

from callbot.dialogue.turns import Clock, Conversation, Turn, Understood
from callbot.events import (
    CallStarted,
    ClearAudio,
    PlaybackFinished,
    PlayPrompt,
    SpeechStarted,
    SpeechStopped,
)
from callbot.turn_taking.whose import Sounded
from callbot.understanding.interpretation import Candidate, Interpretation
from tests.support.commune import new_dialogue

HALF = Interpretation("je voudrais")
WHOLE = Interpretation(
    "je voudrais un acte de naissance", candidates=(Candidate("acte_naissance", "prix", 0.9),)
)


@pytest.fixture
def cut_off() -> Conversation:
    """The caller said « je voudrais », until 2,000 ms; the bot says since 2,700 ms that it has not understood."""
    call = Conversation(
        new_dialogue(), filler="", no_input_ms=5000, barge_in_ms=500, max_call_ms=600_000, rescue_ms=1300
    )
    call.handle(CallStarted(0, "", "", "test"))
    call.handle(PlaybackFinished(500))
    call.handle(PlaybackFinished(1000))
    call.handle(SpeechStarted(1500))
    call.handle(SpeechStopped(2600, 2000))
    call.handle(Understood(2700, HALF))
    assert call.turn is Turn.SPEAKING
    return call


def test_the_bot_is_silent_sooner_than_for_who_speaks_over_it(cut_off: Conversation) -> None:
    """After 150 ms of the caller's voice."""
    cut_off.handle(SpeechStarted(2900))
    assert cut_off.handle(Clock(3000, 100)) == []
    assert cut_off.handle(Clock(3060, 160)) == [ClearAudio()]
    assert cut_off.turn is Turn.LISTENING


def test_who_speaks_later_interrupts_as_always(cut_off: Conversation) -> None:
    """It takes `barge_in_ms` of voice."""
    cut_off.handle(SpeechStarted(3400))
    assert cut_off.handle(Clock(3700, 300)) == []
    assert cut_off.handle(Clock(3900, 500)) == [ClearAudio()]


def test_both_parts_are_answered(cut_off: Conversation) -> None:
    """However short the second one is."""
    cut_off.handle(SpeechStarted(2800))
    cut_off.handle(SpeechStopped(3500, 2900))
    outputs = cut_off.handle(Understood(3600, WHOLE, goes_on=True))
    assert PlayPrompt("C'est gratuit.") in outputs


@pytest.fixture
def answering() -> Conversation:
    """With holds; the caller's question is answered since 2,700 ms, their last word was at 2,000."""
    call = Conversation(
        new_dialogue(),
        filler="",
        no_input_ms=5000,
        barge_in_ms=500,
        max_call_ms=600_000,
        hold_ms=64,
        rescue_ms=1300,
    )
    call.handle(CallStarted(0, "", "", "test"))
    call.handle(PlaybackFinished(500))
    call.handle(PlaybackFinished(1000))
    call.handle(SpeechStarted(1500))
    call.handle(SpeechStopped(2600, 2000))
    call.handle(Understood(2700, WHOLE))
    assert call.turn is Turn.SPEAKING
    return call


@pytest.mark.parametrize("reading", [Interpretation("oui", act="oui"), Interpretation("")])
def test_a_second_murmur_or_cough_is_no_barge_in(answering: Conversation, reading: Interpretation) -> None:
    """A second after the first one, over an answer."""
    for at_ms in (5000, 6000):
        answering.handle(SpeechStarted(at_ms))
        answering.handle(Clock(at_ms + 250, 250))
        assert answering.turn is Turn.HELD
        answering.handle(SpeechStopped(at_ms + 600, at_ms + 250))
        answering.handle(Understood(at_ms + 700, reading))
        assert answering.turn is Turn.SPEAKING


def test_a_television_does_not_go_on_with_the_caller_s_words(answering: Conversation) -> None:
    """Read together with them, it is still somebody else's."""
    answering.handle(SpeechStarted(3000))
    answering.handle(SpeechStopped(4000, 3500))
    assert answering.handle(Understood(4100, WHOLE, goes_on=True, cut=True, sounded=Sounded(far=True))) == []
    assert not answering.unfinished


def test_what_may_be_gone_on_with(answering: Conversation) -> None:
    """A question may; a murmur, nothing, and somebody else's words may not."""
    assert answering.unfinished
    for reading, sounded, unfinished in (
        (Interpretation("oui", act="oui"), Sounded(), False),
        (HALF, Sounded(), True),
        (Interpretation(""), Sounded(), False),
        (HALF, Sounded(far=True), False),
    ):
        answering.handle(SpeechStarted(6000))
        answering.handle(SpeechStopped(7000, 6500))
        answering.handle(Understood(7100, reading, sounded=sounded))
        assert answering.unfinished is unfinished
