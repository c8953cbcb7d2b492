"""Names as callers give them, plainly or put right; spelling alone is test_spoken_names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbot.understanding.spoken_forms.names import goes_on_spelling, introduced_name, read_name, told_name


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Madame Lefèvre", "Madame Lefèvre"),
        ("M. Dubois", "Monsieur Dubois"),
        ("je m'appelle Jean Martin", "Jean Martin"),
        ("euh ben c'est madame jean pierre lefebvre voilà", "Madame Jean Pierre Lefebvre"),
        ("Monsieur et Madame Martin", "Monsieur et Madame Martin"),
        ("nom Hillion, prénom Fanette", "Fanette Hillion"),
        ("nom minet prénom jeanne marie", "Jeanne Marie Minet"),
        ("Monsieur Bonne", "Monsieur Bonne"),
        ("Madame Coquelet, Cheryl Coquelet", "Madame Cheryl Coquelet"),
        ("mon nom de famille c'est d'artagnan", "D'Artagnan"),
        ("D'Artagnan", "D'Artagnan"),
        ("Jean de La Fontaine", "Jean de La Fontaine"),
        ("oui c'est martin s'il vous plaît", "Martin"),
        ("Ahmed Ben Salah", "Ahmed Ben Salah"),
        ("euh c'est madame euh madame bernard", "Madame Bernard"),
        ("je m'appelle Bruno et je voudrais un passeport", "Bruno"),
        ("Josette Perrin à l'appareil", "Josette Perrin"),
        ("bonjour madame c'est Josette", "Josette"),
        ("bonjour Monsieur, je suis Madame Bernard", "Madame Bernard"),
        ("c'est Madame Josette Perrin douze rue des Lilas", "Madame Josette Perrin"),
    ],
)
def test_a_name_said_plainly(said: str, name: str) -> None:
    """With its title, its particles and capitals, without what stands around it; it is not spelled back."""
    found = read_name(said)
    assert found is not None
    assert (found.name, found.exact) == (name, False)


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("c'est Dupont avec un T", "Dupont"),
        ("dupond avec un t", "Dupont"),
        ("Dupont avec un dé", "Dupond"),
        ("Jeane avec deux n", "Jeanne"),
        ("Dupont sans S", "Dupont"),
        ("Martin avec un Y", "Martin (avec un y)"),
        ("D comme Denise, U, P, O, N, T", "Dupont"),
        ("mon nom c'est Suzette Delcroix D E L C R O I X", "Suzette Delcroix"),
        ("Madame Lefèvre L E F E B V R E", "Madame Lefebvre"),
    ],
)
def test_a_name_spelled_or_told_apart(said: str, name: str) -> None:
    """It is spelled back; what cannot be put right for sure stands beside it."""
    found = read_name(said)
    assert found is not None
    assert (found.name, found.exact) == (name, True)


@pytest.mark.parametrize(
    "said",
    ["", "oui", "non merci", "je préfère pas", "c'est faux", "au secours", "y a-t-il quelqu'un", "pourquoi mon nom",
     "il y a le feu chez madame Martin", "quels sont les horaires de la piscine", "demain matin"],
)  # fmt: skip
def test_what_is_no_name(said: str) -> None:
    """Refusals, questions, cries for help, times."""
    assert read_name(said) is None


def test_a_sentence_about_somebody_is_no_name_that_is_told() -> None:
    """« Madame Martin est tombée » goes on after the name."""
    found = read_name("madame martin est tombée")
    assert found is None or (not found.told and not found.whole)


def test_a_name_within_another_answer() -> None:
    """Beside a number, only with words that announce it."""
    found = told_name("zéro six douze, je m'appelle jean martin")
    assert found is not None
    assert found.name == "Jean Martin"
    assert told_name("zéro six douze trente-quatre") is None
    assert told_name("oui martin") is None


def test_who_introduces_themselves() -> None:
    """Beside whatever they ask for; a name that somebody else has is not theirs."""
    introduced = introduced_name("je suis Madame Bernard, pouvez-vous me rappeler")
    assert introduced is not None
    assert introduced.name == "Madame Bernard"
    for other in (
        "pouvez-vous rappeler Madame Bernard",
        "madame vous pouvez me rappeler",
        "rappelez-moi demain",
    ):
        assert introduced_name(other) is None


def test_the_rest_of_a_spelling() -> None:
    """Letters alone, a single one too."""
    assert goes_on_spelling("P O N T") == "pont"
    assert goes_on_spelling("T.") == "t"
    assert goes_on_spelling("demain matin") == ""
    assert goes_on_spelling("à") == ""


@given(st.text(max_size=60))
def test_no_text_is_too_strange(text: str) -> None:
    """A name, or none."""
    found = read_name(text)
    assert found is None or found.name.strip()


_WORDS = [
    *("je", "m'appelle", "madame", "et", "Martin", "avec", "un", "T", "deux", "N", "prénom", "D", "U", "B"),
    *("de", "la", ",", ".", "pas", "non", "12", "L'", "comme"),
]


@given(st.lists(st.sampled_from(_WORDS), max_size=12))
def test_no_order_of_its_words_is_too_strange(words: list[str]) -> None:
    """A name, or none."""
    found = read_name(" ".join(words))
    assert found is None or found.name.strip()
