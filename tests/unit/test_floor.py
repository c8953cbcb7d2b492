"""When the bot falls silent for a caller, when it goes on, and when the caller has the floor; in virtual time."""

import pytest

from callbot.turn_taking.floor import (
    ASSENT_MS,
    HOLD_STEP_MS,
    INTERRUPT_STEP_MS,
    RESCUE_SPEECH_MS,
    UNDECIDED_MS,
    UNREAD_MS,
    UNREAD_SHORT_MS,
    Floor,
    Place,
    Step,
)


@pytest.fixture
def floor() -> Floor:
    """The bot holds after 96 ms and is interrupted after 500."""
    return Floor(hold_ms=96, barge_in_ms=500, rescue_ms=1000)


def speak(floor: Floor, at_ms: int, speech_ms: int) -> Step | None:
    """The caller begins to speak and has spoken for so long; what the bot does that speaks."""
    floor.began(at_ms)
    floor.heard(speech_ms, 5100)
    return floor.while_speaking()


def test_the_bot_holds_first(floor: Floor) -> None:
    """Not before `hold_ms` of voice."""
    assert speak(floor, 5000, 64) is None
    floor.heard(96, 5100)
    assert floor.while_speaking() is Step.HOLD


def test_a_held_bot_waits_for_what_is_said(floor: Floor) -> None:
    """« Oui, c'est bien ça » is longer than an interruption, and none; who speaks on interrupts."""
    speak(floor, 5000, 96)
    floor.held(5100)
    floor.heard(900, 5100)
    assert floor.while_held(5900, said_nothing=False) is None
    floor.heard(ASSENT_MS, 5100)
    assert floor.while_held(6600, said_nothing=False) is Step.INTERRUPT


@pytest.mark.parametrize(("speech_ms", "place"), [(64, Place.UNDER), (200, Place.HELD), (600, Place.LONG)])
def test_where_an_utterance_was_said(floor: Floor, speech_ms: int, place: Place) -> None:
    """By whether the bot held for it, and how long it was."""
    if speak(floor, 5000, speech_ms if speech_ms < 96 else 96) is Step.HOLD:
        floor.held(5100)
    floor.heard(speech_ms, 5100)
    assert floor.ended(5000 + speech_ms) is place


def test_nothing_said_lets_the_bot_go_on(floor: Floor) -> None:
    """As soon as it is known in the pause."""
    speak(floor, 5000, 96)
    floor.held(5100)
    assert floor.while_held(5500, said_nothing=True) is Step.RESUME
    assert floor.resumed(5500, false=True) == 400


@pytest.mark.parametrize(
    ("speech_ms", "wait_ms"), [(200, UNREAD_SHORT_MS), (600, UNREAD_MS)], ids=["short", "long"]
)
def test_a_recogniser_that_does_not_tell_lets_the_bot_go_on(
    floor: Floor, speech_ms: int, wait_ms: int
) -> None:
    """Soon after a short sound, later after one that may have been a question."""
    speak(floor, 5000, 96)
    floor.held(5100)
    floor.heard(speech_ms, 5700)
    floor.ended(5700)
    assert floor.while_held(5700 + wait_ms - 20, said_nothing=False) is None
    assert floor.while_held(5700 + wait_ms, said_nothing=False) is Step.RESUME


def test_a_sound_that_comes_to_nothing_holds_once(floor: Floor) -> None:
    """UNDECIDED_MS at most; the same sound does not hold the bot again."""
    speak(floor, 5000, 96)
    floor.held(5100)
    assert floor.while_held(5100 + UNDECIDED_MS, said_nothing=False) is Step.RESUME
    floor.resumed(5100 + UNDECIDED_MS, false=True)
    floor.heard(400, 5100)
    assert floor.while_speaking() is None


def test_who_goes_on_right_after_their_last_word_is_heard_out(floor: Floor) -> None:
    """They were taken for finished too early: the bot is silent, soon counts their voice for long, and does not go on before it is read."""
    floor.began(1000)
    floor.ended(2000)
    floor.unfinished = True
    assert speak(floor, 2500, 96) is Step.HOLD
    floor.held(2600)
    floor.heard(RESCUE_SPEECH_MS, 2750)
    assert floor.while_held(2750, said_nothing=False) is None
    assert floor.while_held(2750 + UNREAD_SHORT_MS, said_nothing=False) is None
    assert floor.ended(2750) is Place.LONG


def test_who_goes_on_for_longer_than_an_assent_has_the_floor(floor: Floor) -> None:
    """Before that it may be « oui », a cough or a television, whatever the moment at which it comes."""
    floor.began(1000)
    floor.ended(2000)
    floor.unfinished = True
    speak(floor, 2500, 96)
    floor.held(2600)
    floor.heard(ASSENT_MS - 1, 4000)
    assert floor.while_held(4000, said_nothing=False) is None
    floor.heard(ASSENT_MS, 4020)
    assert floor.while_held(4020, said_nothing=False) is Step.INTERRUPT


def test_after_a_murmur_nobody_goes_on(floor: Floor) -> None:
    """« Oui … oui » over an answer: the second one has no more weight than the first."""
    floor.began(1000)
    floor.ended(2000)
    speak(floor, 2500, 96)
    floor.held(2600)
    floor.heard(RESCUE_SPEECH_MS, 5100)
    assert floor.while_held(2700, said_nothing=False) is None


def test_only_new_voice_interrupts_a_bot_that_went_on(floor: Floor) -> None:
    """An assent of 600 ms was let pass: the same sound does not stop the bot 20 ms later."""
    speak(floor, 5000, 96)
    floor.held(5100)
    floor.heard(600, 5600)
    floor.resumed(5900, false=False)
    assert floor.while_speaking() is None
    floor.heard(600 + 499, 6500)
    assert floor.while_speaking() is None
    floor.heard(600 + 500, 6500)
    assert floor.while_speaking() is Step.INTERRUPT


@pytest.mark.parametrize(("false_holds", "steps"), [(0, 0), (1, 0), (2, 1), (3, 2), (4, 3), (9, 3)])
def test_the_table_of_thresholds(floor: Floor, false_holds: int, steps: int) -> None:
    """Repeated false holds ask for more voice, up to a bound."""
    for _ in range(false_holds):
        floor.held(0)
        floor.resumed(100, false=True)
    assert speak(floor, 5000, 95 + steps * HOLD_STEP_MS) is None
    floor.heard(96 + steps * HOLD_STEP_MS, 5100)
    assert floor.while_speaking() is Step.HOLD
    floor.heard(499 + steps * INTERRUPT_STEP_MS, 5100)
    assert not floor.speaks_over
    floor.heard(500 + steps * INTERRUPT_STEP_MS, 5100)
    assert floor.speaks_over


def test_a_true_interruption_lowers_them_again(floor: Floor) -> None:
    """Halved; an assent changes nothing."""
    floor.false_holds = 4
    floor.resumed(100, false=False)
    assert floor.false_holds == 4
    floor.given()
    assert floor.false_holds == 2


def test_without_holds_the_bot_speaks_on_until_it_is_interrupted() -> None:
    """`hold_ms` 0."""
    floor = Floor(hold_ms=0, barge_in_ms=500, rescue_ms=0)
    assert speak(floor, 5000, 480) is None
    floor.heard(500, 5100)
    assert floor.while_speaking() is Step.INTERRUPT
