"""Who asks to be called back, and where it is: asked once, put right when all is read back, and needed by nobody."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callbot.dialogue.callback import Callback
from callbot.dialogue.callback_details import PLACES
from callbot.dialogue.callback_request import MOST_TURNS, Request
from callbot.dialogue.callback_table import Step
from callbot.dialogue.machine import Dialogue, State
from callbot.dialogue.phrases import all_phrases
from callbot.events import Decision
from callbot.understanding.interpretation import Candidate, Interpretation
from callbot.understanding.normalise import normalise
from callbot.understanding.spoken_forms.places import around
from tests.support.commune import COMMUNE, TODAY, Shut, new_dialogue

OWN = "0142334455"
NUMBER = "+33142334455"
SPOKEN = "zéro six douze trente-quatre cinquante-six soixante-dix-huit"


def said(text: str, act: str | None = None) -> Interpretation:
    """An utterance as the router reads it."""
    return Interpretation(normalise(text), act=act, said=text)


def a_request(motive: str = "titre_prix", own: str = OWN) -> Callback:
    """A request of a caller who asked about `motive`."""
    subject = "le sujet"
    return Callback(
        own, subject=subject, motive=motive, today=TODAY, communes=around("Valbourg-sur-Ourcelle")
    )


def words(callback: Callback, *turns: str) -> str:
    """What is said after the last of these turns; an empty one is silence, one in brackets a key."""
    last = ""
    for turn in turns:
        prompts = callback.pressed(turn[1]) if turn.startswith("[") else None
        if not turn.startswith("["):
            prompts = callback.heard(said(turn)) if turn else callback.silent()
        last = " ".join(prompt.text for prompt in prompts or ())
    return last


def confirmed(callback: Callback, *turns: str) -> tuple[str, str]:
    """The name and the place of what these turns and a yes come to."""
    words(callback, *turns, "oui")
    assert callback.request is not None
    assert callback.request.number == NUMBER
    return callback.request.name, callback.request.place


def test_a_sure_name_takes_one_turn() -> None:
    """It is confirmed with number and time; one that was not spelled is not spelled back."""
    callback = a_request()
    assert words(callback, "oui") == "À quel nom dois-je noter votre demande ? Vous pouvez l'épeler."
    assert words(callback, "c'est madame Lefèvre").startswith("Quand préférez-vous")
    assert "J'ai noté : au nom de Madame Lefèvre. C'est bien ça ?" in words(callback, "demain")
    words(callback, "oui")
    assert callback.request == Request(
        NUMBER, "mardi vingt-quatre novembre", "titre_prix", "Madame Lefèvre", ""
    )


def test_a_spelled_name_is_spelled_back() -> None:
    """Also when its spelling was interrupted."""
    callback = a_request()
    words(callback, "oui", "D comme Denise, U", "P O N T")
    assert callback.step is Step.WISH
    assert "au nom de Dupont, D, U, P, O, N, T." in words(callback, "peu importe")


def test_the_family_name_is_spelled_with_its_particles() -> None:
    """« Le Gall », and not the first name."""
    last = words(a_request(), "oui", "Monsieur Robert Le Gall, L E plus loin G A deux L", "peu importe")
    assert "au nom de Monsieur Robert Le Gall, L, E, plus loin, G, A, deux L." in last


def test_a_name_told_apart_is_spelled_back() -> None:
    """« Dupont avec un T »."""
    assert "Dupont, D, U, P, O, N, T." in words(a_request(), "oui", "dupond avec un t", "peu importe")


@pytest.mark.parametrize(
    "turn", ["je préfère pas", "non", "sans nom", "c'est pas la peine", "ça ne vous regarde pas", "", "[#]"]
)
def test_nobody_has_to_tell_their_name(turn: str) -> None:
    """Said, silent or by key: the request goes on."""
    callback = a_request()
    assert "Très bien, je ne note pas de nom. Quand préférez-vous" in words(callback, "oui", turn)
    assert confirmed(callback, "demain") == ("", "")


def test_two_misunderstandings_go_on_without_a_name() -> None:
    """The second question says how to decline; who asks why is told."""
    callback = a_request()
    assert words(callback, "oui", "pourquoi faire").startswith("C'est pour que la personne qui vous rappelle")
    assert words(callback, "mais qu'est-ce que vous dites là").startswith("Très bien, je ne note pas de nom")


def test_a_name_beside_the_number_is_not_asked_again() -> None:
    """« …, je m'appelle Jean Martin »; nor is a time that is told beside the name."""
    callback = a_request(own="")
    assert "soixante-dix-huit. C'est bien ça" in words(callback, f"{SPOKEN}, je m'appelle Jean Martin")
    assert words(callback, "oui").startswith("Quand préférez-vous")
    callback = a_request()
    assert "de préférence demain matin" in words(callback, "oui", "Madame Lefèvre, demain matin si possible")
    assert confirmed(callback) == ("Madame Lefèvre", "")


def test_a_time_in_place_of_the_name_is_kept() -> None:
    """And the name is asked for all the same."""
    callback = a_request()
    assert words(callback, "oui", "demain matin").endswith("Vous pouvez l'épeler.")
    assert "de préférence demain matin" in words(callback, "Jean Martin")


@pytest.mark.parametrize(
    ("correction", "name"),
    [
        ("non, Lefebvre", "Madame Lefebvre"),
        ("non c'est madame Besnard", "Madame Besnard"),
        ("L E F E B V R E", "Madame Lefebvre"),
        ("non pas lefèvre lefebvre avec un b", "Madame Lefebvre"),
        ("non, je m'appelle Jean Martin", "Jean Martin"),
    ],
)
def test_a_name_is_put_right_at_the_read_back(correction: str, name: str) -> None:
    """Then it is spelled; the title stays where only the name was wrong."""
    callback = a_request()
    last = words(callback, "oui", "Madame Lefèvre", "demain", correction)
    assert callback.step is Step.CONFIRM
    assert ", ".join(name.rsplit(maxsplit=1)[-1].upper()[:3]) in last
    assert confirmed(callback)[0] == name


def test_a_wrong_name_is_asked_for_letter_by_letter() -> None:
    """By word or key; the rest of the request stays."""
    for choice in ("le nom", "[3]"):
        callback = a_request()
        words(callback, "oui", "Madame Lefèvre", "demain", "non", choice)
        assert callback.ask()[0].text.startswith("À quel nom, alors ? Épelez-le")
        assert "de préférence demain" in words(callback, "B E S N A R D")
        assert confirmed(callback)[0] == "Besnard"


# -- places ---------------------------------------------------------------------------------------------------------


def test_a_place_is_asked_only_for_what_is_about_one() -> None:
    """A pothole has an address, the price of a passport has none."""
    assert words(a_request("titre_prix"), "oui", "Martin").startswith("Quand préférez-vous")
    for motive, question in PLACES.items():
        assert words(a_request(motive), "oui", "Martin") == question


@pytest.mark.parametrize(
    ("turns", "place"),
    [
        (("12 bis rue des Lilas à Valbourg",), "12 bis rue des Lilas, Valbourg-sur-Ourcelle"),
        (("au vingt-deux de la rue du onze novembre",), "22 rue du Onze Novembre"),
        (("devant l'école",), "devant l'école"),
        (("au bois", "le bois de la Garenne"), "le bois de la Garenne"),
        (("je ne sais pas",), ""),
        (("dans ma rue", "rue Haute"), "rue Haute"),
        (("", ""), ""),
        (("[#]",), ""),
    ],
)
def test_where_it_is(turns: tuple[str, ...], place: str) -> None:
    """An address, a landmark, at the second time whatever words it is told in; or nothing."""
    assert confirmed(a_request("signalement_voirie"), "oui", "Martin", *turns, "lundi") == ("Martin", place)


@pytest.mark.parametrize(
    ("correction", "place"),
    [
        ("non, rue Victor Hugo, pas Victor Duruy", "12 rue Victor Hugo"),
        ("non, au quatorze", "14 rue Victor Duruy"),
        ("non, 3 impasse des Tilleuls", "3 impasse des Tilleuls"),
    ],
)
def test_a_place_is_put_right_at_the_read_back(correction: str, place: str) -> None:
    """Only what is wrong of it."""
    callback = a_request("signalement_voirie")
    told = words(callback, "oui", "Martin", "douze rue Victor Duruy", "demain")
    assert "au nom de Martin, à cette adresse : douze rue Victor Duruy." in told
    words(callback, correction)
    assert callback.step is Step.CONFIRM
    assert confirmed(callback) == ("Martin", place)


def test_a_wrong_place_is_asked_again() -> None:
    """By word or key; where none was asked for, it cannot be wrong."""
    for choice in ("l'adresse", "[4]"):
        callback = a_request("signalement_voirie")
        assert "Pour l'adresse" in words(callback, "oui", "Martin", "douze rue Haute", "demain", "non")
        assert words(callback, choice) == PLACES["signalement_voirie"]
        assert confirmed(callback, "treize rue Basse")[1] == "13 rue Basse"
    callback = a_request()
    assert "Pour l'adresse" not in words(callback, "oui", "Martin", "demain", "non")
    assert words(callback, "[4]") == "" or callback.step is not Step.PLACE


def test_a_postcode_is_no_telephone_number() -> None:
    """« Trente et un mille quatre cents » within an address."""
    callback = a_request("signalement_voirie")
    words(callback, "oui", "Martin", "quatre rue Haute trente et un mille quatre cents Toulouse")
    assert callback.step is Step.WISH


def test_the_reason_told_late_leads_to_the_place() -> None:
    """« C'est pour un nid-de-poule », when the time is asked for."""
    callback = a_request("")
    words(callback, "oui", "Martin")
    prompts = callback.about("un trou dans la rue", "signalement_voirie")
    assert prompts[-1].text == PLACES["signalement_voirie"]


# -- what may be written down ---------------------------------------------------------------------------------------


def test_events_tell_neither_name_nor_place() -> None:
    """Every prompt with one of them has other words for what is written down."""
    callback = a_request("signalement_voirie")
    for turn in ("oui", "Lefèvre", "12 rue Haute", "demain"):
        prompts = callback.heard(said(turn))
    shown = " ".join(prompt.shown or prompt.text for prompt in prompts)
    assert "J'ai noté : …." in shown
    assert "Lefèvre" not in shown
    assert "Haute" not in shown
    assert "Lefèvre" not in repr(Request(NUMBER, name="Lefèvre", place="12 rue Haute"))


@pytest.mark.parametrize(
    ("turns", "text", "written"),
    [
        ((), "oui c'est ça", "oui c'est ça"),
        ((), "oui, je m'appelle Jean Martin", "…"),
        (("oui",), "Madame Lefèvre", "…"),
        (("oui",), "oui", "…"),
        (("oui", "Martin"), "demain matin à dix heures", "demain matin à dix heures"),
        (("oui", "Martin"), "P O N T", "…"),
        (("oui", "Martin", "demain"), "non, Dupond", "…"),
        (("oui", "Martin", "demain"), "non", "non"),
    ],
)
def test_what_is_written_of_what_is_said(turns: tuple[str, ...], text: str, written: str) -> None:
    """Nothing where a name or a place is asked for; elsewhere what consists of numbers, times, yes and no."""
    callback = a_request()
    words(callback, *turns)
    assert callback.written(text) == written


def test_the_dialogue_hides_words_only_within_a_request() -> None:
    """Before and after it a question is written down as it is said."""
    dialogue = new_dialogue(takes_callbacks=True, caller=OWN)
    assert dialogue.written("je suis madame Lefèvre") == "je suis madame Lefèvre"
    for turn, act in (("rappelez-moi", "rappel"), ("oui", "oui")):
        dialogue.hear(said(turn, act))
    assert dialogue.written("je suis madame Lefèvre") == "…"
    for turn in ("Lefèvre", "demain", "oui"):
        dialogue.hear(said(turn))
    assert dialogue.written("les horaires") == "les horaires"


def test_its_fixed_sentences_are_rendered_ahead() -> None:
    """Whatever holds neither name nor place."""
    rendered = set(all_phrases(COMMUNE))
    for motive in ("titre_prix", *PLACES):
        for turns in (
            ("oui", "", "", "", "non"),
            ("oui", "pourquoi", "le nom", "pff", "pff", "demain", "non"),
        ):
            callback = a_request(motive)
            prompts = list(callback.ask())
            for turn in turns:
                prompts += callback.heard(said(turn)) if turn else callback.silent()
            assert {prompt.text for prompt in prompts if not prompt.shown} <= rendered


# -- within the dialogue -------------------------------------------------------------------------------------------


def in_a_request(*turns: str) -> Dialogue:
    """A conversation in which a call back was asked for, and these turns said."""
    dialogue = new_dialogue(takes_callbacks=True, caller=OWN, presence=Shut())
    dialogue.hear(said("rappelez-moi", "rappel"))
    for turn in turns:
        dialogue.hear(said(turn))
    return dialogue


def test_who_keeps_their_name_wants_no_person() -> None:
    """« Je préférerais rester anonyme » is like « je préférerais une personne », to a router that does not know what was asked."""
    dialogue = in_a_request("oui")
    assert dialogue.hear(said("je préférerais rester anonyme", "agent")).text.startswith(
        "Très bien, je ne note pas"
    )


def test_an_emergency_comes_before_a_name() -> None:
    """Also one with a name in it; what only sounds like one by a name's likeness does not."""
    fire = Interpretation("il y a le feu chez madame martin", emergency="18", alert="sure")
    assert in_a_request("oui").hear(fire).decision is Decision.EMERGENCY
    fallen = replace(said("madame Martin est tombée"), doubt="fall")
    assert in_a_request("oui").hear(fallen).text.startswith("Est-ce que la personne vous répond ?")
    name = replace(said("je m'appelle Lefeu"), emergency="18", alert="likely")
    assert in_a_request("oui").hear(name).text.startswith("Quand préférez-vous")


def test_a_name_is_no_question_though_it_is_a_word() -> None:
    """« Pierre » is not about the cemetery; « la cantine » is about the cantine."""
    stone = replace(said("Pierre"), candidates=(Candidate("acte_naissance", "", 0.95),))
    assert in_a_request("oui").hear(stone).text.startswith("Quand préférez-vous")
    canteen = replace(said("la cantine"), candidates=(Candidate("acte_naissance", "", 0.95),))
    assert in_a_request("oui").hear(canteen).decision is Decision.ANSWER


def test_what_is_wrong_is_no_question_either() -> None:
    """« Le nom » is not about changing one's name."""
    name = replace(said("le nom"), candidates=(Candidate("acte_naissance", "", 0.99),))
    assert in_a_request("oui", "Martin", "demain", "non").hear(name).text.startswith("À quel nom, alors ?")


def test_who_takes_leave_after_the_number_is_called_back() -> None:
    """The number is kept, and nothing that was not confirmed."""
    reply = in_a_request("oui", "Martin").hear(said("au revoir", "au_revoir"))
    assert reply.text.startswith("Votre numéro est noté, une personne vous rappellera.")
    assert reply.callback == Request(NUMBER)


def test_who_asks_for_ever_after_the_number_is_called_back() -> None:
    """The ways back to a request are bounded."""
    dialogue = in_a_request("oui")
    question = Interpretation("un acte", candidates=(Candidate("acte_naissance", "", 0.9),))
    replies = [dialogue.hear(question) for _ in range(MOST_TURNS)]
    assert [reply.callback for reply in replies if reply.callback] == [Request(NUMBER)]
    assert dialogue.state is State.ANYTHING_ELSE


_SAID = st.sampled_from(
    ["oui", "non", "demain matin", "peu importe", "le nom", "l'adresse", "l'heure", "blabla", "Madame Lefèvre", "D U P O N T", "T",
     "je préfère pas", "non, Lefebvre", "12 bis rue des Lilas", "non, rue Victor Hugo, pas Victor Duruy", "devant l'école",
     "je ne sais pas", "pourquoi", "je m'appelle Jean Martin", "au quatorze", "rue du onze novembre", "celui-ci"]
)  # fmt: skip
_WORDS = st.text(max_size=20).filter(lambda text: not text.startswith("["))
_DONE = st.one_of(_SAID, _SAID, st.sampled_from([f"[{key}" for key in "1234*#"]), st.just(""), _WORDS)


@settings(max_examples=300, deadline=None)
@given(motive=st.sampled_from(["titre_prix", *PLACES]), turns=st.lists(_DONE, max_size=45))
def test_a_confirmed_number_is_never_lost(motive: str, turns: list[str]) -> None:
    """Whatever follows the yes, save another number or that the caller wants none: it ends, and somebody is called."""
    callback = a_request(motive)
    words(callback, "oui")
    for turn in (*turns, *([""] * (MOST_TURNS + 10))):
        if callback.over:
            break
        words(callback, turn)
        if callback.step in (Step.NUMBER, Step.CHECK, Step.KEYS, Step.CANCELLED):
            return
    assert callback.over
    assert callback.request is not None
    assert callback.request.number == NUMBER
