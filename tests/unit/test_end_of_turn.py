"""How long a silence ends the caller's turn, in virtual time: sense, expectation, rhythm."""

from dataclasses import dataclass, replace
from itertools import product

import numpy as np
import pytest

from callbot.audio.types import SPEECH_HZ
from callbot.dialogue.callback_table import Step
from callbot.dialogue.moves import State
from callbot.events import SpeechStopped
from callbot.hearing import Hearing
from callbot.speech.endpointing import CHUNK_MS
from callbot.speech.listening import Listener
from callbot.turn_taking.completeness import shipped
from callbot.turn_taking.end_of_turn import EndOfTurn, Waits
from callbot.turn_taking.expectation import Expects, expected
from callbot.turn_taking.rescue import Rescue
from callbot.turn_taking.rhythm import Rhythm
from tests.support.scripted import ScriptedRecognizer

WAITS = Waits(
    short_ms=400,
    whole_ms=500,
    likely_ms=700,
    unfinished_ms=1000,
    number_ms=1500,
    rhythm_ms=300,
    unfinished=0.2,
    whole=0.4,
)


DOUBTFUL = replace(WAITS, whole=0.99)
"""Hardly a sentence looks whole by itself."""


def policy(expects: Expects = Expects.OPEN, waits: Waits = WAITS) -> EndOfTurn:
    """The shipped classifier, while the bot expects this."""
    return EndOfTurn(waits, shipped(), lambda: expects)


@pytest.mark.parametrize(
    "text",
    [
        "Je voudrais",
        "c'est pour",
        "bonjour je vous appelle parce que",
        "est-ce que je peux avoir un",
        "j'ai besoin de la",
        "Je voudrais savoir si...",
        "je voudrais un rendez-vous pour euh",
        "pour mon fils et",
    ],
)
def test_an_unfinished_sentence_is_waited_for(text: str) -> None:
    """The caller looks for words: they are not cut off after the silence that ends a sentence."""
    assert policy().silence_ms(text) == WAITS.unfinished_ms


@pytest.mark.parametrize(
    "text",
    [
        "Je voudrais refaire ma carte d'identité.",
        "quels sont les horaires de la mairie",
        "c'est pour une inscription à l'école",
        "Bonjour, est-ce que la déchetterie est ouverte le samedi ?",
    ],
)
def test_a_whole_sentence_is_answered_soon(text: str) -> None:
    """Who has said everything does not wait."""
    assert policy().silence_ms(text) == WAITS.whole_ms


def test_what_is_not_known_yet_is_waited_for() -> None:
    """A recogniser that is late costs the caller time, and not their turn."""
    assert policy().silence_ms(None) == WAITS.unfinished_ms


@dataclass(frozen=True)
class Given:
    """A text is as whole as `completeness`, and the bot expects that."""

    completeness: float
    expects: Expects

    def whole(self, _text: str) -> float:
        """The same for every text."""
        return self.completeness

    def policy(self, waits: Waits) -> EndOfTurn:
        """Of such a caller."""
        return EndOfTurn(waits, self.whole, lambda: self.expects)


@pytest.mark.parametrize("likely_ms", [300, 500, 700, 1200])
def test_no_silence_is_longer_than_the_longest(likely_ms: int) -> None:
    """Whatever is expected, said and known, whatever the caller's rhythm, in whichever order the silences are."""
    waits = replace(WAITS, short_ms=250, unfinished_ms=600, number_ms=400, likely_ms=likely_ms)
    for expects, completeness, pause_ms in product(Expects, (0.0, 0.3, 0.65, 1.0), (200, 900, 5000)):
        turns = Given(completeness, expects).policy(waits)
        turns.went_on(pause_ms, cut=True)
        silences = [
            turns.silence_ms(text, known=known)
            for text in (None, "", "oui", "B", "zéro six", "la carte d'identité")
            for known in (False, True)
        ]
        assert max(silences) <= waits.longest_ms


def test_noise_is_no_sentence_to_wait_for() -> None:
    """A door that slams holds nothing up."""
    assert policy().silence_ms("") == WAITS.likely_ms


@pytest.mark.parametrize(
    "text", ["oui", "Non.", "oui c'est ça", "C'est bien ça.", "d'accord", "Oui, bonjour.", "yes please"]
)
def test_a_short_answer_to_our_question_ends_at_once(text: str) -> None:
    """« C'est bien ça ? — Oui. » needs no thought."""
    assert policy(Expects.YES_NO).silence_ms(text) == WAITS.short_ms
    assert policy(Expects.CHOICE).silence_ms(text) == WAITS.short_ms


def test_a_choice_is_answered_by_a_word_of_it() -> None:
    """Which is no answer to what asks for yes or no."""
    assert policy(Expects.CHOICE).silence_ms("le deuxième") == WAITS.short_ms
    assert policy(Expects.YES_NO).silence_ms("le deuxième") > WAITS.short_ms


@pytest.mark.parametrize("text", ["Bonjour madame.", "bonjour", "Allô, bonjour.", "Hello."])
@pytest.mark.parametrize("expects", [Expects.YES_NO, Expects.CHOICE, Expects.OPEN])
def test_a_greeting_is_no_answer(text: str, expects: Expects) -> None:
    """« Bonjour madame … j'ai un vieux canapé à jeter »: who greets is about to say what they want."""
    assert policy(expects).silence_ms(text) > WAITS.likely_ms


@pytest.mark.parametrize("text", ["C'est quand ?", "Les encombrants.", "Il est né à", "Si je perds"])
def test_the_beginning_of_another_question_is_no_answer(text: str) -> None:
    """To « Avez-vous une autre question ? » who begins to ask it has more to say than « oui »."""
    assert policy(Expects.YES_NO).silence_ms(text) > WAITS.likely_ms


def test_a_short_answer_that_goes_on_is_waited_for() -> None:
    """« Non, c'est pour… » says what it is next."""
    assert policy(Expects.YES_NO).silence_ms("Non, c'est pour") == WAITS.unfinished_ms


def test_a_number_is_told_in_pieces() -> None:
    """Nobody says ten digits in one breath; with the tenth the number is whole."""
    number = policy(Expects.NUMBER)
    assert number.silence_ms("zéro six douze") == WAITS.number_ms
    assert number.silence_ms(None) == WAITS.number_ms
    assert number.silence_ms("06 12 34 56 78.") < WAITS.number_ms


def test_a_story_may_pause() -> None:
    """A message to be passed on is told in sentences."""
    assert policy(Expects.STORY).silence_ms("Je m'appelle Martin.") == WAITS.number_ms


def test_a_slow_speaker_is_given_longer() -> None:
    """By what their own pauses ask for, and no more than is allowed."""
    end_of_turn = policy()
    for pause_ms in (300, 800, 400, 900):
        end_of_turn.went_on(pause_ms)
    extra_ms = end_of_turn.silence_ms("Je voudrais") - WAITS.unfinished_ms
    assert 800 < WAITS.likely_ms + extra_ms < 900
    whole = "Bonjour, est-ce que la déchetterie est ouverte le samedi ?"
    assert end_of_turn.silence_ms(whole) == WAITS.whole_ms
    for pause_ms in (2000, 2000, 2000):
        end_of_turn.went_on(pause_ms)
    assert end_of_turn.silence_ms("Je voudrais") == WAITS.longest_ms - WAITS.number_ms + WAITS.unfinished_ms


def test_a_spelling_is_waited_for() -> None:
    """Letters come with pauses between them; a name that is said is answered like anything else."""
    assert policy(Expects.NAME).silence_ms("Dupont, D, U") == WAITS.number_ms
    assert policy(Expects.NAME).silence_ms("Madame Lefèvre") < WAITS.number_ms
    assert policy(Expects.NAME).silence_ms(None) == WAITS.unfinished_ms


def test_one_long_pause_is_no_rhythm() -> None:
    """Somebody asked the caller something in their kitchen."""
    rhythm = Rhythm(usual_ms=600, most_ms=300)
    rhythm.paused(3000)
    assert rhythm.extra_ms == 0


def test_who_was_cut_off_once_is_not_cut_off_by_the_same_pause_again() -> None:
    """Being interrupted is not a matter of habit."""
    end_of_turn = policy(waits=DOUBTFUL)
    said = "Bonjour, je voudrais un passeport"
    pause_ms = end_of_turn.silence_ms(said) + 100
    end_of_turn.went_on(pause_ms, cut=True)
    assert end_of_turn.silence_ms(said) > pause_ms


def test_who_asks_for_something_certain_is_answered_sooner() -> None:
    """Unless the sentence goes on, or something else was asked of them; nobody is waited for longer on that account."""
    whole, unfinished = (
        "Bonjour, est-ce que la déchetterie est ouverte le samedi ?",
        "Je voudrais un passeport pour",
    )
    doubtful = policy(waits=DOUBTFUL)
    assert doubtful.silence_ms(whole, known=True) == WAITS.whole_ms < doubtful.silence_ms(whole)
    assert doubtful.silence_ms(unfinished, known=True) == doubtful.silence_ms(unfinished)
    assert policy(Expects.NUMBER).silence_ms("zéro six", known=True) == WAITS.number_ms
    assert policy(Expects.YES_NO).silence_ms("oui", known=True) == WAITS.short_ms


def test_half_a_question_that_is_certain_already_is_not_taken_for_all_of_it() -> None:
    """« … la mairie est ouverte ? » may go on with « le samedi matin » after a pause."""
    half = "Bonjour, est-ce que la mairie est ouverte ?"
    doubtful = policy(waits=DOUBTFUL)
    assert doubtful.silence_ms(half, known=True) == doubtful.silence_ms(half) > WAITS.likely_ms
    eager = policy(waits=replace(DOUBTFUL, known_whole=0.5))
    assert eager.silence_ms(half, known=True) == WAITS.whole_ms


@pytest.mark.parametrize(
    ("state", "step", "expects"),
    [
        (State.QUESTION, None, Expects.OPEN),
        (State.CONFIRM, None, Expects.YES_NO),
        (State.CHOICE, None, Expects.CHOICE),
        (State.CALLBACK, Step.NUMBER, Expects.NUMBER),
        (State.CALLBACK, Step.CHECK, Expects.YES_NO),
        (State.CALLBACK, Step.NAME, Expects.NAME),
        (State.CALLBACK, Step.PLACE, Expects.STORY),
        (State.CALLBACK, Step.WISH, Expects.OPEN),
        (State.QUESTION, Step.NUMBER, Expects.OPEN),
    ],
)
def test_what_is_expected_is_what_was_asked(state: State, step: Step | None, expects: Expects) -> None:
    """By the dialogue's state; while a call-back is taken down, by its step."""
    assert expected(state, step) is expects


class Prepared(ScriptedRecognizer):
    """Knows this text at every pause."""

    def __init__(self, text: str | None) -> None:
        super().__init__([])
        self.text = text

    def prepared(self) -> str | None:
        """The text."""
        return self.text


class Voice:
    """Voice activity that follows a plan."""

    def __init__(self, voice_ms: int) -> None:
        self._left = voice_ms

    def push(self, pcm_16k: np.ndarray) -> list[float]:
        """Voice at first, then silence."""
        self._left -= len(pcm_16k) * 1000 // SPEECH_HZ
        return [1.0 if self._left >= 0 else 0.0]


@pytest.mark.parametrize(
    ("text", "silence_ms"), [("je voudrais", 1000), ("Je voudrais refaire ma carte d'identité.", 500)]
)
def test_the_ear_waits_as_long_as_the_policy_says(text: str, silence_ms: int) -> None:
    """From the last voiced moment to the end of the turn, within a chunk and a frame."""
    listener = Listener(200, 3000, 20_000)
    listener._activity = Voice(960)  # type: ignore[assignment]
    hearing = Hearing(SPEECH_HZ, listener, Prepared(text), policy())
    heard = [event for _ in range(200) for event in hearing.push(np.zeros(320, np.int16))]
    [stopped] = [event for event in heard if isinstance(event, SpeechStopped)]
    assert 0 <= stopped.at_ms - stopped.speech_end_ms - silence_ms <= CHUNK_MS + 20


def test_the_ear_waits_no_longer_than_what_is_known_needs() -> None:
    """From the moment at which it is known; what was known of other words says nothing."""
    said = "Bonjour, est-ce que la déchetterie est ouverte le samedi ?"
    waited_ms = []
    for known in (said, "autre chose"):
        listener = Listener(200, 3000, 20_000)
        listener._activity = Voice(960)  # type: ignore[assignment]
        hearing = Hearing(SPEECH_HZ, listener, Prepared(said), policy(waits=DOUBTFUL))
        stopped: list[SpeechStopped] = []
        while not stopped:
            hearing.know(known)
            stopped = [e for e in hearing.push(np.zeros(320, np.int16)) if isinstance(e, SpeechStopped)]
        waited_ms.append(stopped[0].at_ms - stopped[0].speech_end_ms)
    assert 0 <= waited_ms[0] - WAITS.whole_ms <= CHUNK_MS + 20
    assert waited_ms[1] >= WAITS.likely_ms


def test_what_was_said_is_known_while_the_caller_pauses() -> None:
    """So that it can be read before the turn has ended; afterwards it is forgotten."""
    listener = Listener(200, 3000, 20_000)
    listener._activity = Voice(960)  # type: ignore[assignment]
    hearing = Hearing(SPEECH_HZ, listener, Prepared("je voudrais"), policy())
    said = []
    for _ in range(200):
        hearing.push(np.zeros(320, np.int16))
        said.append(hearing.said)
    assert set(said) == {None, "je voudrais"}
    assert said[-1] is None


def test_who_goes_on_at_once_was_not_finished() -> None:
    """Both parts are read as one; what is said later is new, and so is what follows a wait for a person."""
    rescue = Rescue(within_ms=1300)
    assert not rescue.goes_on(0, 1000)
    assert rescue.whole("Je voudrais...", goes_on=False) == "Je voudrais..."
    assert rescue.goes_on(2000, 3000)
    assert rescue.whole("un passeport", goes_on=True) == "Je voudrais un passeport"
    assert not rescue.goes_on(4300, 5000)
    rescue.forget()
    assert not rescue.goes_on(5100, 6000)
