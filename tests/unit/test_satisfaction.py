"""How satisfied a caller was: who is asked and who is spared, what counts as an answer, and that nobody is held up."""

from collections.abc import Callable

import pytest

from callbot.config import Settings
from callbot.conversations import new_dialogue as demo_dialogue
from callbot.dialogue.machine import Dialogue
from callbot.dialogue.moves import State
from callbot.dialogue.satisfaction_table import QUIET_MS, Drawn
from callbot.dialogue.satisfaction_words import FRENCH, Verdict
from callbot.dialogue.turn_table import Clock, GiveUp, Turn, Understood
from callbot.dialogue.turns import Conversation
from callbot.events import (
    CallStarted,
    ClearAudio,
    Decision,
    DtmfReceived,
    HangUp,
    IntentMatched,
    Outcome,
    PlaybackFinished,
    PlayPrompt,
    SatisfactionAsked,
    SatisfactionCommented,
    SatisfactionGiven,
    SpeechStarted,
    SpeechStopped,
    Transfer,
    TransferResult,
)
from callbot.knowledge import store
from callbot.languages.tongues import tongue
from callbot.understanding.interpretation import Candidate, Interpretation
from callbot.understanding.normalise import normalise
from tests.support.commune import Shut, new_dialogue

KNOWN = Interpretation("un acte de naissance", candidates=(Candidate("acte_naissance", "prix", 0.9),))
NO = Interpretation("non", act="non")
ASKED = PlayPrompt(
    "Avant de raccrocher : de un, pas du tout, à cinq, tout à fait, êtes-vous satisfait de cet appel ? "
    "Vous pouvez le dire, ou appuyer sur une touche."
)
GOODBYE = PlayPrompt("Merci de votre appel. Bonne journée, au revoir.")
NOTED, GOOD_DAY = PlayPrompt("Merci, c'est noté."), PlayPrompt("Bonne journée, au revoir.")
FRANK = PlayPrompt("Merci de votre franchise, cela nous aide.")
WHAT = PlayPrompt(
    "Voulez-vous dire en une phrase ce qui pourrait être mieux ? Votre commentaire sera transcrit, pas enregistré."
)
ANSWERED = HangUp(Outcome.ANSWERED)


def says(text: str) -> Interpretation:
    """An utterance that is nothing that the router knows."""
    return Interpretation(normalise(text), said=text)


def act(name: str) -> Interpretation:
    """A reading that is a dialogue act."""
    return Interpretation("des mots", act=name)


def a_call(comment_up_to: int = 2) -> tuple[Conversation, Dialogue]:
    """A call that the lot has chosen, whose caller has had their answer and hears « Avez-vous une autre question ? »; at 6 s."""
    dialogue = new_dialogue(survey=Drawn(comment_up_to))
    call = Conversation(dialogue, filler="Un instant.", no_input_ms=7000, barge_in_ms=500, max_call_ms=60_000)
    call.handle(CallStarted(0, "", "", "test"))
    for at_ms in (500, 1000):
        call.handle(PlaybackFinished(at_ms))
    tell(call, 3000, KNOWN)
    for at_ms in (5000, 6000):
        call.handle(PlaybackFinished(at_ms))
    return call, dialogue


def tell(call: Conversation, at_ms: int, reading: Interpretation) -> list[object]:
    """The caller says something that ends at `at_ms`; what the bot does 100 ms later."""
    call.handle(SpeechStarted(at_ms - 900))
    call.handle(SpeechStopped(at_ms, at_ms - 600))
    return list(call.handle(Understood(at_ms + 100, reading)))


def matched(at_ms: int, act: str) -> IntentMatched:
    """The event of an act."""
    return IntentMatched(at_ms, Decision.ACT, None, None, act, None, 1.0, None)


@pytest.fixture
def asked() -> Conversation:
    """The question plays since 8,100 ms."""
    call, _ = a_call()
    assert tell(call, 8000, NO) == [matched(8100, "non"), SatisfactionAsked(8100), ASKED]
    return call


@pytest.fixture
def listening(asked: Conversation) -> Conversation:
    """It was heard to its end, at 15 s."""
    assert asked.handle(PlaybackFinished(15_000)) == []
    assert asked.turn is Turn.LISTENING
    return asked


def test_a_score_by_voice_ends_the_call(listening: Conversation) -> None:
    """Told, thanked for, and goodbye; the call counts as it did."""
    given = [matched(17_100, "satisfaction"), SatisfactionGiven(17_100, 4, "voice"), NOTED]
    assert tell(listening, 17_000, says("Quatre.")) == given
    assert listening.handle(PlaybackFinished(18_000)) == [GOOD_DAY]
    assert listening.handle(PlaybackFinished(19_000)) == [ANSWERED]


def test_a_key_is_taken_over_the_question(asked: Conversation) -> None:
    """Nobody must hear it to its end."""
    given = [matched(9000, "satisfaction"), SatisfactionGiven(9000, 5, "key"), ClearAudio(), NOTED]
    assert sorted(map(repr, asked.handle(DtmfReceived(9000, "5")))) == sorted(map(repr, given))


def test_so_is_a_word(asked: Conversation) -> None:
    """« Cinq », said while the bot speaks."""
    assert SatisfactionGiven(9600, 5, "voice") in tell(asked, 9500, says("cinq"))


@pytest.mark.parametrize("at", ["the question", "the check", "the offer", "the comment"])
def test_silence_is_goodbye_at_once(listening: Conversation, at: str) -> None:
    """Whichever question it is: no reminder, and no failure of the caller's in the events."""
    steps = {"the check": ["bof"], "the offer": ["pas du tout"], "the comment": ["pas du tout", ""]}
    at_ms = 15_000
    for said in steps.get(at, []):
        tell(listening, at_ms + 2000, says(said) if said else act("oui"))
        at_ms += 4000
        for _ in range(2):
            listening.handle(PlaybackFinished(at_ms))
    assert listening.turn is Turn.LISTENING
    assert listening.handle(Clock(at_ms + QUIET_MS - 20)) == []
    assert listening.handle(Clock(at_ms + QUIET_MS)) == [GOODBYE]
    assert listening.handle(PlaybackFinished(at_ms + QUIET_MS + 3000)) == [ANSWERED]


def test_who_answers_over_that_goodbye_is_heard(listening: Conversation) -> None:
    """A moment late; what is no answer is not asked about any more."""
    listening.handle(Clock(15_000 + QUIET_MS))
    listening.handle(SpeechStarted(20_500))
    assert listening.handle(Clock(21_100, 600)) == [ClearAudio()]
    listening.handle(SpeechStopped(22_000, 21_300))
    late = listening.handle(Understood(22_100, says("cinq")))
    assert late == [matched(22_100, "satisfaction"), SatisfactionGiven(22_100, 5, "voice"), NOTED]


def test_who_hangs_up_was_answered(listening: Conversation) -> None:
    """The question changes nothing of how the call counts."""
    assert (listening.outcome_if_gone, listening.gone(16_000)) == (Outcome.ANSWERED, [])


@pytest.mark.parametrize("reason", ["fault", "too_long", "closing"])
def test_nobody_is_passed_on_for_a_question_of_ours(listening: Conversation, reason: str) -> None:
    """What goes wrong now ends the call."""
    assert listening.handle(GiveUp(16_000, reason)) == [ClearAudio(), GOODBYE]
    assert listening.handle(PlaybackFinished(18_000)) == [ANSWERED]


def test_a_low_score_may_be_explained(listening: Conversation) -> None:
    """Thanks, whether the caller wants to, what they say, and goodbye; a person and a question in it stay a comment."""
    low = [matched(17_100, "satisfaction"), SatisfactionGiven(17_100, 1, "voice"), FRANK]
    assert tell(listening, 17_000, says("pas du tout")) == low
    assert listening.handle(PlaybackFinished(18_000)) == [WHAT]
    listening.handle(PlaybackFinished(22_000))
    assert tell(listening, 24_000, act("oui")) == [matched(24_100, "oui"), PlayPrompt("Je vous écoute.")]
    listening.handle(PlaybackFinished(25_000))
    words = "Le prix d'un acte de naissance, on ne le trouve pas."
    comment = tell(
        listening, 29_000, Interpretation(normalise(words), candidates=KNOWN.candidates, said=words)
    )
    assert comment == [
        matched(29_100, "commentaire"),
        SatisfactionCommented(29_100, words),
        PlayPrompt("Merci, votre remarque est notée."),
    ]
    assert words not in repr(comment)


@pytest.mark.parametrize(
    ("up_to", "score", "wanted"), [(0, "un", False), (2, "trois", False), (5, "cinq", True)]
)
def test_how_many_are_asked_for_a_comment_is_a_setting(up_to: int, score: str, wanted: bool) -> None:
    """Nobody, who gave a low score, everybody."""
    call, dialogue = a_call(up_to)
    tell(call, 8000, NO)
    call.handle(PlaybackFinished(15_000))
    tell(call, 17_000, says(score))
    assert dialogue.state is (State.COMMENT_OFFER if wanted else State.CLOSED)


def test_words_of_who_has_not_agreed_are_not_written_down() -> None:
    """Only yes and no, and what follows a yes."""
    call, _ = a_call()
    tell(call, 8000, NO)
    tell(call, 17_000, says("un"))
    heard = ("non merci", "c'est beaucoup trop long", "oui c'est beaucoup trop long")
    assert [call.written(text) for text in heard] == ["non merci", "…", "oui c'est beaucoup trop long"]


def an_answer(dialogue: Dialogue) -> None:
    """The caller is answered."""
    dialogue.hear(KNOWN)


def fails(dialogue: Dialogue) -> None:
    """They are not understood twice."""
    for _ in range(2):
        dialogue.hear(says("le machin bleu"))
        an_answer(dialogue)


def wants_person(dialogue: Dialogue) -> None:
    """They are passed on, and nobody picks up."""
    transfer = dialogue.hear(act("agent")).then
    assert isinstance(transfer, Transfer)
    dialogue.come_back(transfer, TransferResult.NO_ANSWER, deaf=False)


SPARED: dict[str, Callable[[Dialogue], object]] = {
    "an emergency": lambda dialogue: dialogue.hear(Interpretation("au feu", emergency="18")),
    "a doubt": lambda dialogue: [dialogue.hear(Interpretation("mal", doubt="danger")), dialogue.hear(NO)],
    "an insult": lambda dialogue: dialogue.hear(act("insulte")),
    "a person": wants_person,
    "failures": fails,
    "silences": lambda dialogue: [(dialogue.silence(), an_answer(dialogue)) for _ in range(2)],
    "repetitions": lambda dialogue: [dialogue.hear(act("repeter")) for _ in range(2)],
    "a wrong answer, and a failure": lambda dialogue: [dialogue.hear(act("pas_ca")), dialogue.silence()],
    "a call-back": lambda dialogue: [dialogue.hear(act("rappel")), dialogue.hear(act("au_revoir"))],
    "music": lambda dialogue: dialogue.hold(),
    "hurry": lambda dialogue: dialogue.hear(says("je suis très pressée là")),
    "a fault": lambda dialogue: dialogue.give_up("fault"),
    "already asked": lambda dialogue: [dialogue.hear(NO), dialogue.silence(), dialogue.reopen()],
}


@pytest.mark.parametrize("why", SPARED)
def test_some_are_never_asked(why: str) -> None:
    """Whatever happened before, or after, they had their answer."""
    for before in (True, False):
        dialogue = new_dialogue(survey=Drawn(), takes_callbacks=True, no_match_limit=3)
        if before:
            an_answer(dialogue)
        SPARED[why](dialogue)
        if why == "already asked" and not before:
            continue
        dialogue.reopen()
        an_answer(dialogue)
        reply = dialogue.hear(act("au_revoir"))
        assert (reply.survey, GOODBYE in reply.say) == (None, True), before


def test_who_was_told_that_nobody_is_there_is_not_asked() -> None:
    """An answer at night is enough to be asked; a person who was wanted and not there is too much."""
    for wanted, is_asked in ((False, True), (True, False)):
        dialogue = new_dialogue(survey=Drawn(), presence=Shut())
        if wanted:
            dialogue.hear(act("agent"))
        an_answer(dialogue)
        assert (ASKED in dialogue.hear(NO).say) is is_asked


def test_without_an_answer_or_the_lot_nobody_is_asked() -> None:
    """Only who had an answer; only who was drawn."""
    dialogue = new_dialogue(survey=Drawn())
    assert dialogue.hear(act("au_revoir")).say == (GOODBYE,)
    other = new_dialogue()
    an_answer(other)
    assert other.hear(NO).say == (GOODBYE,)


def test_once_in_a_call_whatever_the_language() -> None:
    """Who was spared in French is in English; the question is asked in the language that is spoken."""
    for spared in (False, True):
        talk = demo_dialogue(Settings(), store.load(), survey=Drawn())
        if spared:
            talk.hear(act("insulte"))
        talk.press("9")
        talk.hear(Interpretation("the price", candidates=(Candidate("titre_prix", "", 0.99),)))
        reply = talk.hear(NO)
        assert reply.text.startswith("Before you hang up" if not spared else "Thank you for calling"), spared
    assert talk.press("8") is None
    asked = demo_dialogue(Settings(), store.load(), survey=Drawn())
    asked.hear(Interpretation("le prix", candidates=(Candidate("titre_prix", "", 0.99),)))
    asked.hear(NO)
    pressed = asked.press("9")
    assert pressed is not None
    assert (pressed.language, pressed.text) == (None, "De un à cinq, quelle note donnez-vous à cet appel ?")


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ("5", (5, True)),
        ("je dirais quatre", (4, True)),
        ("un quatre sur cinq merci", (4, True)),
        ("très bien", (5, True)),
        ("Non, pas du tout.", (1, True)),
        ("nul", (1, True)),
        ("trois ou quatre", (3, False)),
        ("4/5", (4, False)),
        ("pas mal", (4, False)),
        ("bof", (3, False)),
        ("pas très satisfaite", (2, False)),
        ("oui", None),
        ("dix", None),
        ("cinq minutes d'attente", None),
        ("non merci", None),
    ],
)
def test_what_is_a_score(said: str, verdict: tuple[int, bool] | None) -> None:
    """Numbers and judgements that are the whole of what is said; a vague one is to be confirmed."""
    assert FRENCH.verdict(normalise(said)) == (Verdict(*verdict) if verdict else None)


def test_english_has_its_own_words() -> None:
    """The same in the tables of a folder."""
    words = tongue("en").words.satisfaction
    told = [words.verdict(said) for said in ("i'd say four", "not at all", "not bad", "yes")]
    assert told == [Verdict(4, plain=True), Verdict(1, plain=True), Verdict(4, plain=False), None]
    assert (words.refuses("no thanks"), words.is_in_a_hurry("sorry i'm in a hurry")) == (True, True)


@pytest.mark.parametrize(
    ("said", "hurry"),
    [
        ("je suis pressé combien coûte un passeport", True),
        ("dépêchez-vous j'ai pas le temps", True),
        ("combien de temps faut-il", False),
        ("je suis en retraite", False),
    ],
)
def test_who_is_in_a_hurry(said: str, *, hurry: bool) -> None:
    """Anywhere in what is said."""
    assert FRENCH.is_in_a_hurry(normalise(said)) is hurry
