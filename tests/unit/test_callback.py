"""Taking down whom to call back: a number and a time, read back and confirmed, whatever the caller does."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callbot.dialogue.callback import Callback
from callbot.dialogue.callback_request import MOST_TURNS, Request, presented
from callbot.dialogue.callback_table import ENDS, NEXT, Answer, Step
from callbot.dialogue.machine import Dialogue, State
from callbot.dialogue.phrases import all_phrases
from callbot.dialogue.wishes import read_wish, wish_said
from callbot.events import Decision, Outcome, Transfer, TransferResult
from callbot.understanding.interpretation import Candidate, Interpretation
from callbot.understanding.normalise import normalise
from tests.support.commune import COMMUNE, TODAY, Shut, new_dialogue

NUMBER = "zéro six douze trente-quatre cinquante-six soixante-dix-huit"
OWN = "0142334455"


def said(text: str, act: str | None = None) -> Interpretation:
    """An utterance as the router reads it."""
    return Interpretation(normalise(text), act=act, said=text)


def a_request(own: str = "") -> Callback:
    """A request of a caller who asked about passports."""
    return Callback(own, subject="le prix d'un passeport", motive="titre_prix", today=TODAY)


def words(callback: Callback, *turns: str) -> str:
    """What is said after the last of these turns; those in brackets are keys."""
    last = ""
    for turn in turns:
        prompts = (
            [callback.pressed(key) for key in turn.strip("[]")][-1]
            if turn.startswith("[")
            else callback.heard(said(turn))
        )
        last = " ".join(prompt.text for prompt in prompts or ())
    return last


def test_the_presented_number_is_proposed_first_and_confirmed_once() -> None:
    """Four answers are enough; what staff get names the day by its date."""
    callback = a_request(OWN)
    assert callback.ask()[0].text == (
        "Peut-on vous rappeler au zéro un, quarante-deux, trente-trois, quarante-quatre, cinquante-cinq ?"
    )
    assert words(callback, "oui", "Madame Lefèvre", "demain matin").startswith(
        "Une personne vous rappellera au zéro un, quarante-deux, trente-trois, quarante-quatre, cinquante-cinq, "
        "de préférence demain matin, au sujet du prix d'un passeport. J'ai noté : au nom de Madame Lefèvre. C'est bien ça ?"
    )
    assert callback.request is None
    words(callback, "oui")
    wish = "mardi vingt-quatre novembre, le matin"
    assert callback.request == Request("+33142334455", wish, "titre_prix", "Madame Lefèvre")


@pytest.mark.parametrize(
    ("caller", "number"),
    [
        ("+33142334455", OWN),
        ("sip:0142334455@pbx", OWN),
        ("anonymous", ""),
        ("", ""),
        ("101", ""),
        ("+447911123456", "+447911123456"),
    ],
)
def test_only_a_number_that_can_be_called_is_proposed(caller: str, number: str) -> None:
    """Not one that is withheld, nor an extension."""
    assert presented(caller) == number


def test_a_correction_is_read_back_again() -> None:
    """« Non, la fin c'est … » changes the end only."""
    callback = a_request()
    assert "soixante-dix-neuf. C'est bien ça" in words(callback, NUMBER, "non la fin c'est soixante-dix-neuf")


def test_two_attempts_by_voice_then_keys_then_a_person() -> None:
    """Nobody is asked for ever."""
    callback = a_request()
    words(callback, NUMBER, "non", "zéro six douze trente-quatre cinquante-six soixante-dix-sept", "non")
    assert callback.step is Step.KEYS
    words(callback, "[061#]", "[061#]", "[061#]")
    assert callback.step is Step.GIVEN_UP


def test_keys_are_taken_at_any_moment() -> None:
    """A number typed over a question, « * » takes a key back, 1 is yes, « # » passes over the name."""
    callback = a_request(OWN)
    assert "soixante-dix-huit" in words(callback, "[0699**061234567*78]")
    words(callback, "[1]", "[#]", "[2]", "[1]")
    assert callback.request == Request("+33612345678", "l'après-midi", "titre_prix")


def test_only_what_is_wrong_is_changed() -> None:
    """The new number is confirmed by itself, the time stays."""
    callback = a_request(OWN)
    words(callback, "oui", "sans nom", "demain", "non", "le numéro", NUMBER, "oui")
    assert callback.step is Step.CONFIRM
    words(callback, "oui")
    assert callback.request == Request("+33612345678", "mardi vingt-quatre novembre", "titre_prix")


def test_a_number_at_the_last_question_is_confirmed_before_it_counts() -> None:
    """« Oui » to the whole would else store a number that nobody read back."""
    callback = a_request(OWN)
    words(callback, "oui", "sans nom", "peu importe", NUMBER)
    assert callback.step is Step.CHECK


def test_events_hold_the_last_two_figures_only() -> None:
    """Every prompt with the number has other words for what is written down."""
    callback = a_request(OWN)
    prompts = list(callback.ask())
    for turn in ("oui", "Jean Martin", "demain"):
        prompts += callback.heard(said(turn))
    shown = " ".join(prompt.shown or prompt.text for prompt in prompts)
    assert "quarante-quatre" not in shown
    assert "Martin" not in shown
    assert shown.count("…55") == 2
    assert "0142334455" not in repr(Request("+33142334455"))


_WORDS = st.sampled_from(
    ["oui", "non", "demain matin", "peu importe", "le numéro", "l'heure", "blabla", NUMBER, "zéro six", "trente-quatre",
     "non la fin c'est douze", "je recommence", "06 99 88 77 66", "quatre-vingt", "pas douze treize", "plus trente-trois six"]
)  # fmt: skip
AFTER_NUMBER = (Step.NAME, Step.PLACE, Step.WISH, Step.CONFIRM)
_INPUT = st.one_of(_WORDS, st.sampled_from([f"[{key}]" for key in "0123456789*#"]), st.just(""))


@settings(max_examples=300, deadline=None)
@given(own=st.sampled_from(["", OWN]), inputs=st.lists(_INPUT, max_size=40))
def test_no_sequence_of_inputs_is_stuck_or_stores_what_was_not_confirmed(own: str, inputs: list[str]) -> None:
    """A number is stored only when it was read back, word for word, and the caller then said yes; silence ends it all."""
    callback, confirmed, read_back = a_request(own), set[str](), ""
    for one in inputs:
        if callback.over:
            break
        before, step = callback._draft.phone.e164, callback.step
        if step in (Step.OWN, Step.CHECK):
            read_back = before or ""
        if one.startswith("["):
            callback.pressed(one[1])
        elif one:
            callback.heard(said(one))
        else:
            callback.silent()
        if step in (Step.OWN, Step.CHECK) and callback.step in AFTER_NUMBER:
            confirmed.add(read_back)
    for _ in range(MOST_TURNS + 10):
        if not callback.over:
            callback.silent()
    assert callback.over
    if callback.request:
        assert callback.request.number in confirmed


def test_the_table_has_no_dead_end() -> None:
    """From every step each end can be reached, and none leads out of an end."""
    assert not [step for step, _ in NEXT if step in ENDS]
    for start in set(Step) - ENDS:
        reached = {start}
        for _ in Step:
            reached |= {after for (step, _answer), after in NEXT.items() if step in reached}
        assert reached >= ENDS
    assert NEXT[Step.CHECK, Answer.NUMBER] is Step.CHECK


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("demain matin", "demain matin"),
        ("plutôt le matin", "le matin"),
        ("jeudi après dix heures", "jeudi vingt-six novembre, après dix heures"),
        ("cet après-midi", "cet après-midi"),
        ("peu importe", ""),
        ("quand vous voulez", ""),
        ("avant onze heures", "avant onze heures"),
    ],
)
def test_a_wish_is_said_as_people_say_it(text: str, spoken: str) -> None:
    """Today is Monday 23 November 2026."""
    wish = read_wish(text, normalise(text), TODAY)
    assert wish is not None
    assert wish_said(wish, TODAY) == spoken


def test_a_day_that_is_past_is_no_wish() -> None:
    """« Hier » is misheard."""
    assert read_wish("hier", "hier", date(2026, 11, 23)) is None


# -- within the dialogue ------------------------------------------------------------------------------------------


@pytest.fixture
def shut() -> Dialogue:
    """A conversation while nobody is there, with somebody whose telephone presents a number."""
    return new_dialogue(presence=Shut(), takes_callbacks=True, caller="+33142334455")


def test_a_call_back_is_offered_when_nobody_is_there(shut: Dialogue) -> None:
    """Once; who says no is not asked again."""
    assert shut.hear(said("un agent", "agent")).text.endswith("Voulez-vous qu'une personne vous rappelle ?")
    shut.hear(said("non", "non"))
    assert shut.hear(said("un agent", "agent")).text.endswith("Avez-vous une autre question ?")


def test_a_confirmed_request_comes_with_the_reply(shut: Dialogue) -> None:
    """The conversation goes on after it."""
    for turn, act in (
        ("un agent", "agent"),
        ("oui", "oui"),
        ("oui", "oui"),
        ("Jean Martin", None),
        ("demain", None),
    ):
        assert shut.hear(said(turn, act)).callback is None
    reply = shut.hear(said("oui", "oui"))
    assert reply.callback == Request("+33142334455", "mardi vingt-quatre novembre", "", "Jean Martin")
    assert (shut.state, shut.own_outcome) == (State.ANYTHING_ELSE, Outcome.CLOSED)


def test_it_is_offered_after_two_handovers_that_failed() -> None:
    """In place of the advice to call again."""
    dialogue = new_dialogue(takes_callbacks=True)
    for _ in range(2):
        transfer = dialogue.hear(said("un agent", "agent")).then
        assert isinstance(transfer, Transfer)
        reply = dialogue.come_back(transfer, TransferResult.BUSY, deaf=False)
    assert reply.text.endswith("Voulez-vous qu'une personne vous rappelle ?")
    assert "À quel numéro" in dialogue.hear(said("oui", "oui")).text


def test_when_it_cannot_be_taken_down_and_nobody_is_there_the_bot_says_so() -> None:
    """An apology, and when somebody is there; no promise."""
    dialogue = new_dialogue(presence=Shut(), takes_callbacks=True)
    dialogue.hear(said("rappelez-moi", "rappel"))
    replies = [dialogue.silence() for _ in range(3)]
    assert replies[-1].text == (
        "Je suis désolé, je n'arrive pas à noter votre numéro. Nos bureaux sont fermés. "
        "Ils rouvrent lundi à neuf heures. Avez-vous une autre question ?"
    )


@pytest.mark.parametrize(
    ("reading", "decision"),
    [
        (said("un agent", "agent"), Decision.HANDOVER),
        (said("au revoir", "au_revoir"), Decision.ACT),
        (Interpretation("au feu", emergency="18"), Decision.EMERGENCY),
    ],
)
def test_there_is_a_way_out_at_any_step(reading: Interpretation, decision: Decision) -> None:
    """A person, leave, an emergency."""
    for turns in ((), ("oui",), ("oui", "Jean Martin"), ("oui", "Jean Martin", "demain")):
        dialogue = new_dialogue(takes_callbacks=True, caller=OWN)
        dialogue.hear(said("rappelez-moi", "rappel"))
        for turn in turns:
            dialogue.hear(said(turn))
        assert dialogue.hear(reading).decision is decision
        assert dialogue.state is not State.CALLBACK


@pytest.mark.parametrize("turns", [(), ("oui",), ("oui", "Martin"), ("oui", "Martin", "demain")])
def test_another_question_is_answered_and_the_request_goes_on(turns: tuple[str, ...]) -> None:
    """The same question of ours once more, and what it needs to be noted all the same."""
    dialogue = new_dialogue(takes_callbacks=True, caller=OWN)
    asked = dialogue.hear(said("rappelez-moi", "rappel"))
    for turn in turns:
        asked = dialogue.hear(said(turn))
    answered = dialogue.hear(Interpretation("un acte", candidates=(Candidate("acte_naissance", "", 0.9),)))
    assert answered.decision is Decision.ANSWER
    assert answered.text.endswith(f"Revenons à votre demande de rappel. {asked.text}")
    for turn in ("oui", "Martin", "demain", "oui")[len(turns) :]:
        last = dialogue.hear(said(turn))
    assert last.callback
    assert last.callback.number == "+33142334455"


def test_who_asks_for_ever_is_told_that_nothing_was_noted() -> None:
    """A request has a bounded number of turns, and so have the ways back to it."""
    dialogue = new_dialogue(takes_callbacks=True, caller=OWN)
    dialogue.hear(said("rappelez-moi", "rappel"))
    question = Interpretation("un acte", candidates=(Candidate("acte_naissance", "", 0.9),))
    replies = [dialogue.hear(question) for _ in range(MOST_TURNS + 1)]
    assert replies[-1].text.startswith("Votre demande de rappel n'est pas enregistrée.")
    assert dialogue.state is State.ANYTHING_ELSE


@pytest.mark.parametrize("act", ["agent", "au_revoir"])
def test_who_leaves_a_request_is_told_that_nothing_was_noted(act: str) -> None:
    """For a person, or for good."""
    dialogue = new_dialogue(takes_callbacks=True)
    dialogue.hear(said("rappelez-moi", "rappel"))
    assert dialogue.hear(said("des mots", act)).text.startswith(
        "Votre demande de rappel n'est pas enregistrée."
    )


def test_only_more_than_a_doubt_interrupts_a_request() -> None:
    """A fall is asked about and the request goes on after it; a time is a time, unless more is told with it."""
    dialogue = new_dialogue(takes_callbacks=True, caller=OWN)
    dialogue.hear(said("rappelez-moi", "rappel"))
    assert "je n'ai pas compris" in dialogue.hear(Interpretation("euh là", doubt="danger")).text
    dialogue.hear(said("oui"))
    dialogue.hear(said("sans nom"))
    fell = dialogue.hear(replace(said("mon mari est tombé ce matin"), doubt="fall"))
    assert fell.text.startswith("Est-ce que la personne vous répond ?")
    assert dialogue.hear(said("oui il va bien")).text.startswith("Très bien. Quand préférez-vous")
    assert "demain matin" in dialogue.hear(replace(said("demain matin"), emergency="112")).text
    assert dialogue.hear(said("au feu ce soir")).decision is Decision.ACT
    assert dialogue.hear(replace(said("au feu ce soir"), emergency="18")).emergency == "18"


@pytest.mark.parametrize(
    "text",
    [
        "celui-ci",
        "sur ce numéro",
        "c'est le numéro que j'appelle là",
        "celui d'où j'appelle",
        "oui, le même",
    ],
)
def test_this_number_is_the_one_that_is_presented(text: str) -> None:
    """After another one was asked for, it is proposed again; where none is presented, that is said."""
    callback = a_request(OWN)
    assert "zéro un, quarante-deux" in words(callback, "non", text)
    assert words(a_request(OWN), text).startswith("À quel nom")
    assert words(a_request(), text).startswith("Votre numéro ne s'affiche pas chez nous.")


@pytest.mark.parametrize(
    "text", ["je ne sais plus mon numéro", "je le connais pas par cœur", "j'ai oublié", "je ne sais pas"]
)
def test_who_does_not_know_their_number_is_helped(text: str) -> None:
    """Keys, a person, or the number that is presented; and nobody is asked for ever."""
    assert words(a_request(), text) == (
        "Ce n'est pas grave, prenez le temps de le retrouver. Vous pouvez le dire, ou le taper sur les touches de votre "
        "téléphone. Pour parler plutôt à une personne, dites « un agent »."
    )
    assert words(a_request(OWN), text).startswith(
        "Ce n'est pas grave, il s'affiche chez nous. Peut-on vous rappeler"
    )
    callback = a_request()
    words(callback, text, text, text)
    assert callback.step is Step.GIVEN_UP


def test_a_hash_after_ten_figures_changes_nothing() -> None:
    """It ends the number, which has ended already."""
    callback = a_request()
    assert words(callback, "[0612345678]").startswith("J'ai noté le zéro six")
    assert callback.pressed("#") is None
    assert callback.step is Step.CHECK


def test_the_reason_is_kept_from_the_request_or_told_within_it() -> None:
    """What is said beside « rappelez-moi », and « c'est pour un acte » in between."""
    act = Candidate("acte_naissance", "", 0.9)
    for first, then in (
        (Interpretation("rappelez moi pour un acte", act="rappel", about=act), ()),
        (said("rappelez-moi", "rappel"), (Interpretation("c'est pour un acte", candidates=(act,)),)),
    ):
        dialogue = new_dialogue(takes_callbacks=True, caller=OWN)
        dialogue.hear(first)
        for reading in then:
            assert dialogue.hear(reading).text.startswith("C'est bien compris. Peut-on vous rappeler")
        last = [dialogue.hear(said(turn)) for turn in ("oui", "sans nom", "demain", "oui")][-1]
        assert last.callback
        assert last.callback.motive == "acte_naissance"


def test_repeat_and_slower_work_inside() -> None:
    """The question stands, in pieces, with the number still hidden from events."""
    dialogue = new_dialogue(takes_callbacks=True, caller=OWN)
    asked = dialogue.hear(said("rappelez-moi", "rappel"))
    assert dialogue.hear(said("pardon", "repeter")).text == asked.text
    slower = dialogue.hear(said("plus lentement", "plus_lentement"))
    assert slower.text == asked.text
    assert all(prompt.slow for prompt in slower.say)
    assert "trente-trois" not in slower.shown
    assert dialogue.hear(said("oui", "oui")).text.startswith("À quel nom")


def test_its_fixed_sentences_are_rendered_ahead() -> None:
    """Whatever holds no number."""
    rendered = set(all_phrases(COMMUNE))
    callback = a_request(OWN)
    prompts = [
        *callback.ask(),
        *callback.heard(said("blabla")),
        *callback.heard(said("non")),
        *callback.silent(),
    ]
    assert {prompt.text for prompt in prompts if not prompt.shown} <= rendered


def test_without_call_backs_a_person_notes_the_number() -> None:
    """The setting off: as before."""
    dialogue = new_dialogue()
    reply = dialogue.hear(said("rappelez-moi", "rappel"))
    assert reply.then == Transfer("accueil", "100", "callback")
