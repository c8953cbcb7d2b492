"""What becomes of a call-back request when its caller asks for a person, keeps silent, or tells everything up front."""

from collections.abc import Sequence

import pytest

from callbot.dialogue.callback_request import Request
from callbot.dialogue.handover import Way
from callbot.dialogue.machine import Dialogue, State
from callbot.dialogue.turn_table import Clock, Told, Turn, Understood
from callbot.dialogue.turns import Conversation, Output
from callbot.events import (
    CallbackRequested,
    CallStarted,
    Decision,
    PlaybackFinished,
    PlayPrompt,
    SpeechStarted,
    SpeechStopped,
    Transfer,
    TransferResult,
)
from callbot.media.dialect import Bridged, ConsultAnswered, ConsultEnded, ConsultMarkPlayed, ConsultRinging
from callbot.understanding.interpretation import Interpretation
from callbot.understanding.normalise import normalise
from tests.support.commune import Shut, new_dialogue

OWN = "0612345678"
NUMBER = "+33612345678"
SPOKEN = "zéro six douze trente-quatre cinquante-six soixante-dix-huit"
HELD = "Je garde votre numéro : si vous n'avez personne, on vous rappellera."
KEPT = "Votre numéro est noté, une personne vous rappellera."


def said(text: str, act: str | None = None) -> Interpretation:
    """An utterance as the router reads it."""
    return Interpretation(normalise(text), act=act, said=text)


def asked(opening: str = "rappelez-moi", *, caller: str = OWN) -> tuple[Dialogue, str]:
    """A conversation in which a call back was asked for in these words, and what was said to it."""
    dialogue = new_dialogue(takes_callbacks=True, caller=caller)
    return dialogue, dialogue.hear(said(opening, "rappel")).text


# -- a person is asked for -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "passez-moi quelqu'un",
        "passez-moi une personne",
        "passez-moi le service technique",
        "passez-moi Madame Dupuis",
        "vous pouvez me passer l'accueil",
        "je ne sais pas, passez-moi quelqu'un",
    ],
)
@pytest.mark.parametrize("turns", [("oui",), ("oui", "Martin")])
def test_a_person_is_no_name_and_no_time(text: str, turns: tuple[str, ...]) -> None:
    """Whoever is to be passed is not the caller, and the number that they said yes to is held meanwhile."""
    dialogue, _ = asked()
    for turn in turns:
        dialogue.hear(said(turn))
    reply = dialogue.hear(said(text))
    assert reply.then == Transfer("accueil", "100", "asked")
    assert reply.say[0] == PlayPrompt(HELD, interruptible=False)
    assert dialogue.keep_callback() == Request(NUMBER)


def test_passing_on_is_still_no_name() -> None:
    """« Passez » alone, or to the next question."""
    for text in ("passez", "non, passez à la suite", "passez à la question"):
        dialogue, _ = asked()
        dialogue.hear(said("oui"))
        assert dialogue.hear(said(text)).text.startswith("Très bien, je ne note pas de nom.")


def test_a_busy_line_does_not_lose_the_number() -> None:
    """The reception is tried first; then the request is noted, and the caller hears it."""
    dialogue, _ = asked()
    dialogue.hear(said("oui"))
    transfer = dialogue.hear(said("un agent", "agent")).then
    assert isinstance(transfer, Transfer)
    reply = dialogue.come_back(transfer, TransferResult.BUSY, deaf=False)
    assert reply.text == f"La ligne de l'accueil est occupée. {KEPT} Avez-vous une autre question ?"
    assert reply.callback == Request(NUMBER)
    assert dialogue.state is State.ANYTHING_ELSE
    assert dialogue.keep_callback() is None


def test_a_number_that_nobody_said_yes_to_is_not_held() -> None:
    """The caller hears that it is not recorded."""
    dialogue, _ = asked()
    assert dialogue.hear(said("un agent", "agent")).text.startswith("Votre demande de rappel n'est pas")
    assert dialogue.keep_callback() is None


def test_another_language_does_not_lose_the_number_either() -> None:
    """It goes on there, until the call ends or a person is reached."""
    dialogue, _ = asked()
    dialogue.hear(said("oui"))
    other = new_dialogue()
    assert [prompt.text for prompt in other.go_on_from(dialogue)] == [KEPT]
    assert other.keep_callback() == Request(NUMBER)
    assert dialogue.keep_callback() is None


def test_an_insult_is_no_name() -> None:
    """It is not understood, and the name asked for once more."""
    dialogue, _ = asked()
    dialogue.hear(said("oui"))
    assert "À quel nom" in dialogue.hear(said("connard", "insulte")).text


# -- the call around it --------------------------------------------------------------------------------------------


@pytest.fixture
def call() -> Conversation:
    """Somebody who asked to be called back, confirmed their number, and asks for a person, who is rung from 40 s on."""
    call = confirmed(Way.ATTENDED)
    say(call, 20_000, said("un agent", "agent"))
    hear_all(call, 40_000)
    assert call.turn is Turn.WAITING
    return call


def confirmed(way: Way | None) -> Conversation:
    """A call in which the number is confirmed at 10 s, and the name asked for."""
    dialogue = new_dialogue(
        takes_callbacks=True, caller=OWN, presence=None if way else Shut(), no_match_limit=3
    )
    call = Conversation(
        dialogue, filler="Un instant.", no_input_ms=5000, barge_in_ms=500, max_call_ms=600_000, way=way
    )
    call.handle(CallStarted(0, "", "", "test"))
    hear_all(call, 500)
    say(call, 4000, said("rappelez-moi", "rappel"))
    hear_all(call, 5000)
    say(call, 10_000, said("oui", "oui"))
    hear_all(call, 11_000)
    return call


def say(call: Conversation, at_ms: int, reading: Interpretation) -> list[Output]:
    """The caller says something, which is understood at `at_ms`."""
    call.handle(SpeechStarted(at_ms - 1000))
    call.handle(SpeechStopped(at_ms - 100, at_ms - 700))
    return call.handle(Understood(at_ms, reading))


def hear_all(call: Conversation, at_ms: int) -> None:
    """Everything that plays is heard."""
    for number in range(12):
        if call.turn is Turn.SPEAKING:
            call.handle(PlaybackFinished(at_ms + number))


def numbers(outputs: Sequence[object]) -> list[str]:
    """Whom staff are to call back."""
    return [event.number for event in outputs if isinstance(event, CallbackRequested)]


def test_nobody_reached_is_a_request(call: Conversation) -> None:
    """It is told when the line is busy, and once only."""
    busy = call.handle(Told(41_000, ConsultEnded(TransferResult.BUSY, 486)))
    assert numbers(busy) == [NUMBER]
    assert numbers(call.gone(50_000)) == []


def test_who_hangs_up_while_a_person_is_rung_is_called_back(call: Conversation) -> None:
    """They waited, and spoke to nobody."""
    assert numbers(call.gone(45_000)) == [NUMBER]


def test_who_spoke_to_a_person_is_not(call: Conversation) -> None:
    """The person has taken over."""
    for news in (ConsultRinging(), ConsultAnswered(), ConsultMarkPlayed("briefing"), Bridged()):
        call.handle(Told(41_000, news))
    assert call.with_person
    assert numbers(call.gone(60_000)) == []


def test_who_falls_silent_after_the_number_is_called_back() -> None:
    """Whatever ends the request, staff are told of it."""
    call = confirmed(None)
    outputs: list[Output] = []
    for at_ms in range(20_000, 200_000, 1000):
        outputs += call.handle(Clock(at_ms))
        hear_all(call, at_ms)
    assert numbers([*outputs, *call.gone(200_000)]) == [NUMBER]


# -- what is told up front -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("opening", "question", "turns", "wanted"),
    [
        (
            f"rappelez-moi au {SPOKEN}",
            "J'ai noté le zéro six, douze, trente-quatre, cinquante-six, soixante-dix-huit. C'est bien ça ?",
            ("oui", "Martin", "peu importe", "oui"),
            Request(NUMBER, name="Martin"),
        ),
        (
            "je suis Madame Bernard pouvez-vous me rappeler",
            "C'est bien compris. À quel numéro",
            (SPOKEN, "oui", "peu importe", "oui"),
            Request(NUMBER, name="Madame Bernard"),
        ),
        (
            "vous pouvez me rappeler demain matin",
            "C'est bien compris. À quel numéro",
            (SPOKEN, "oui", "Martin", "oui"),
            Request(NUMBER, "mardi vingt-quatre novembre, le matin", name="Martin"),
        ),
        (
            f"rappelez-moi demain matin au {SPOKEN}, c'est Madame Bernard",
            "C'est bien compris. J'ai noté le zéro six",
            ("oui", "oui"),
            Request(NUMBER, "mardi vingt-quatre novembre, le matin", name="Madame Bernard"),
        ),
        (
            "rappelez-moi pour mon rendez-vous de demain",
            "À quel numéro",
            (SPOKEN, "oui", "Martin", "peu importe", "oui"),
            Request(NUMBER, name="Martin"),
        ),
    ],
)
def test_what_is_told_up_front_is_not_asked(
    opening: str, question: str, turns: tuple[str, ...], wanted: Request
) -> None:
    """Number, name, time: each is confirmed all the same, and a day that the reason names is no time to call."""
    dialogue, first = asked(opening, caller="")
    assert first.startswith(question)
    for turn in turns:
        assert dialogue.state is State.CALLBACK
        reply = dialogue.hear(said(turn))
    assert reply.callback == wanted


def test_a_number_is_taken_pair_by_pair() -> None:
    """Who pauses after each pair is not told that they were not understood; « quinze » is no emergency there."""
    dialogue, _ = asked(caller="")
    for pair, known in (
        ("zéro six", "zéro six"),
        ("douze", "zéro six, douze"),
        ("trente", "zéro six, douze, trente"),
    ):
        assert dialogue.hear(said(pair)).text == f"J'ai noté {known}. Quelle est la suite ?"
    assert dialogue.hear(said("attendez deux secondes")).text.startswith("Excusez-moi")
    fifteen = Interpretation("quinze", emergency="15", alert="cry", said="quinze")
    assert dialogue.hear(fifteen).decision is Decision.ACT
    assert "C'est bien ça ?" in dialogue.hear(said("seize")).text


def test_a_number_told_in_pieces_is_written_down_nowhere() -> None:
    """Else the pieces would be the number."""
    dialogue, _ = asked(caller="")
    for pair in ("zéro six", "douze", "trente"):
        assert dialogue.written(pair) == "…"
        assert dialogue.hear(said(pair)).shown == "J'ai noté …. Quelle est la suite ?"
    assert dialogue.written("pardon, répétez") == "pardon, répétez"


# -- what is written down ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("bonjour c'est Madame Josette Perrin douze rue des Lilas rappelez-moi", "…"),
        ("je suis madame Bernard pouvez-vous me rappeler", "…"),
        ("rappelez-moi au douze rue des Lilas", "…"),
        (
            "rappelez-moi, c'est pour un permis de construire",
            "rappelez-moi, c'est pour un permis de construire",
        ),
        ("vous pouvez me rappeler demain matin", "vous pouvez me rappeler demain matin"),
        ("quels sont les horaires", "quels sont les horaires"),
    ],
)
def test_a_name_in_the_words_that_ask_for_a_call_is_not_written(text: str, written: str) -> None:
    """What the call is about is."""
    assert new_dialogue(takes_callbacks=True).written(text) == written


def test_a_name_that_is_put_right_after_all_was_noted_is_not_written() -> None:
    """In the turn after « C'est noté », and in no later one."""
    dialogue, _ = asked()
    for turn in ("oui", "Perrin", "demain", "oui"):
        dialogue.hear(said(turn))
    late = "au fait c'est Perrin avec deux R au douze rue des Lilas"
    assert dialogue.written(late) == dialogue.written("au fait c'est Perrin avec deux R") == "…"
    assert (
        dialogue.written("quels sont les horaires de la piscine") == "quels sont les horaires de la piscine"
    )
    dialogue.hear(said(late))
    assert (
        dialogue.written("c'est la rue des Lilas qui est barrée") == "c'est la rue des Lilas qui est barrée"
    )
