"""What was heard of a sentence, what is left of it, and an utterance that only gives the bot's words back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbot.dialogue.overheard import OwnVoice
from callbot.turn_taking.backchannel import asks_to_go_on, is_backchannel
from callbot.turn_taking.own_words import heard_of, overlap, unheard_of
from callbot.turn_taking.whose import WORD_MS, Sounded
from callbot.understanding.interpretation import Interpretation

TEXT = "La mairie est ouverte le samedi. Elle ferme à midi. Venez avec une pièce d'identité."


def test_the_words_up_to_where_it_stopped() -> None:
    """Whole words, by the share of the sound that was played."""
    assert heard_of(TEXT, 0, 6000) == ""
    assert heard_of(TEXT, 3000, 6000) == "La mairie est ouverte le samedi. Elle"
    assert heard_of(TEXT, 6000, 6000) == TEXT


def test_a_sentence_that_is_still_being_made_is_measured_by_its_letters() -> None:
    """Some 65 ms a letter."""
    assert heard_of(TEXT, 2000, None) == "La mairie est ouverte le"


def test_the_rest_begins_with_a_sentence() -> None:
    """The first one that was not heard whole."""
    assert unheard_of(TEXT, "La mairie") == TEXT
    assert (
        unheard_of(TEXT, "La mairie est ouverte le samedi.")
        == "Elle ferme à midi. Venez avec une pièce d'identité."
    )
    assert (
        unheard_of(TEXT, "La mairie est ouverte le samedi. Elle")
        == "Elle ferme à midi. Venez avec une pièce d'identité."
    )
    assert unheard_of(TEXT, "autre chose") == TEXT


@given(st.integers(0, 7000), st.one_of(st.none(), st.integers(1, 7000)))
def test_heard_and_unheard_lose_nothing(played_ms: int, length_ms: int | None) -> None:
    """Whatever was played: the rest is an end of the text, and no word lies between."""
    heard = heard_of(TEXT, played_ms, length_ms)
    rest = unheard_of(TEXT, heard)
    assert TEXT.startswith(heard)
    assert TEXT.endswith(rest)
    assert len(heard) + len(rest) + 1 >= len(TEXT)


def test_overlap_counts_words_in_order() -> None:
    """« le passeport coûte » of « un passeport coûte… »: two of three."""
    assert overlap("le passeport coûte", "un passeport coûte quarante-deux euros") == pytest.approx(2 / 3)
    assert overlap("euros coûte", "un passeport coûte quarante-deux euros") == 0.5
    assert overlap("", "un passeport") == 0.0


@pytest.mark.parametrize(
    "text", ["oui", "Mm-hmm.", "D'accord, très bien.", "ok", "Ah oui, voilà", "", "Hum…", "oui c'est ça"]
)
def test_assents(text: str) -> None:
    """They take no floor."""
    assert is_backchannel(text)
    assert not asks_to_go_on(text)


@pytest.mark.parametrize(
    "text", ["oui mais combien", "attendez", "un passeport", "je voudrais", "voilà ma question"]
)
def test_no_assents(text: str) -> None:
    """Whatever else they hold is said to the bot."""
    assert not is_backchannel(text)


@pytest.mark.parametrize("text", ["continuez", "Allez-y.", "oui, continuez s'il vous plaît"])
def test_continuez(text: str) -> None:
    """It asks for the rest."""
    assert asks_to_go_on(text)


def test_english_assents() -> None:
    """Another language has its own."""
    assert is_backchannel("Yeah, all right.", "en")
    assert asks_to_go_on("go ahead please", "en")


def echo(
    text: str, share: float, *, act: str | None = None, emergency: str | None = None, callers_ms: int = 0
) -> bool:
    """Whether an utterance over a sentence of the bot's is taken for its own voice."""
    voice = OwnVoice(500)
    voice.says("Est-ce pour un acte de naissance, un acte de mariage ou un acte de décès ?")
    sounded = Sounded(share, callers_ms=callers_ms)
    return voice.is_in(Interpretation(text, act=act, emergency=emergency), sounded)


def test_an_echo_is_known_by_its_sound_or_by_sound_and_words() -> None:
    """Half of its sound; or a little of it, and the words."""
    assert echo("bonjour", 0.7)
    assert echo("un acte de mariage", 0.2)
    assert not echo("je voudrais un passeport", 0.2)


@pytest.mark.parametrize("text", ["un acte de mariage", "un acte de mariage ou un acte de décès"])
def test_nothing_is_an_echo_by_its_words_alone(text: str) -> None:
    """« Un acte de mariage », said by the caller."""
    assert not echo(text, 0.05)


def test_what_has_a_word_of_somebody_else_is_no_echo_by_its_sound() -> None:
    """The end of the bot's sentence came back, and then the caller answered."""
    assert Sounded(0.8, run_ms=WORD_MS - 1).own
    assert not Sounded(0.8, run_ms=WORD_MS).own


def test_what_is_urgent_or_long_must_have_the_words_too() -> None:
    """Nobody who cries for help, or asks for a person, is dropped for a sound."""
    for urgent in ({"emergency": "15"}, {"act": "agent"}, {"act": "au_revoir"}, {"callers_ms": 500}):
        assert not echo("au secours un agent", 0.8, **urgent)  # type: ignore[arg-type]
        assert echo("un acte de mariage", 0.8, **urgent)  # type: ignore[arg-type]
    assert not echo("un acte de mariage", 0.2, act="agent")
