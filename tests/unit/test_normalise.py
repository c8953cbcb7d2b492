"""One canonical form for everything that recognisers and typists make of spoken French."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbot.understanding.normalise import fold, normalise, number_in_words, without_courtesy

RULES = {
    "case and punctuation": ("Quels sont vos HORAIRES ?", "quels sont vos horaires"),
    "curly apostrophe": ("l’école", "l'école"),
    "ligature": ("une sœur", "une soeur"),
    "decomposed accents": ("me\u0301diathe\u0300que", "médiathèque"),
    "apostrophe lost": ("j ai perdu l extrait", "j'ai perdu l'extrait"),
    "apostrophe apart": ("qu ' est ce que c ' est", "qu'est ce que c'est"),
    "not every letter elides": ("il y a le feu", "il y a le feu"),
    "hyphens": ("un rendez-vous à l'état-civil", "un rendez vous à l'état civil"),
    "abbreviation": ("un RDV", "un rendez vous"),
    "hesitation": ("euh je heu voudrais ben voilà un passeport", "je voudrais un passeport"),
    "politeness": ("un acte de naissance s'il vous plaît", "un acte de naissance"),
    "only a hesitation": ("Hein ?", "hein"),
    "repeated word": ("je je voudrais le le prix", "je voudrais le prix"),
    "repeated words": ("je veux je veux un passeport", "je veux un passeport"),
    "legitimate repetition": ("nous nous marions", "nous nous marions"),
    "digits of a telephone number": ("06 12 12 34 34", "zéro six douze douze trente quatre trente quatre"),
    "broken word": ("un pa- passeport", "un passeport"),
    "broken word with dots": ("un pass... passeport", "un passeport"),
    "number": ("mon fils de 16 ans", "mon fils de seize ans"),
    "hour": ("à 8h30", "à huit heures trente"),
    "full hour": ("à 14 h", "à quatorze heures"),
    "ordinal": ("le 1er mai", "le premier mai"),
    "other ordinal": ("la 2ème classe", "la deuxième classe"),
    "thousands": ("10 000 habitants", "dix mille habitants"),
    "euros": ("86€", "quatre vingt six euros"),
    "spelled acronym": ("une c n i", "une cni"),
    "dotted acronym": ("le C.C.A.S.", "le ccas"),
    "a verb is no acronym": ("il y a une école", "il y a une école"),
    "passeport in two words": ("un passe port", "un passeport"),
    "pacs misheard": ("on veut un pax", "on veut un pacs"),
    "déchetterie, its spellings": ("la déchèterie", "la déchetterie"),
    "encombrants misheard": ("les en combrants", "les encombrants"),
    "livret misheard": ("mon livré de famille", "mon livret de famille"),
    "nid de poule misheard": ("un ni de poule", "un nid de poule"),
}


@pytest.mark.parametrize(("said", "canonical"), RULES.values(), ids=RULES.keys())
def test_rule(said: str, canonical: str) -> None:
    """Each rule on one example."""
    assert normalise(said) == canonical


@given(st.text(alphabet=st.characters(codec="utf-8", categories=["L", "N", "P", "Z", "S"]), max_size=60))
def test_whatever_comes_in_words_come_out(text: str) -> None:
    """No input raises, and the result is single-spaced words without capitals."""
    result = normalise(text)
    assert result == " ".join(result.split())
    assert result == result.lower()


@pytest.mark.parametrize("said", [said for said, _ in RULES.values()])
def test_the_canonical_form_is_stable(said: str) -> None:
    """Normalising twice changes nothing."""
    assert normalise(normalise(said)) == normalise(said)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "zéro"),
        (17, "dix sept"),
        (21, "vingt et un"),
        (70, "soixante dix"),
        (71, "soixante et onze"),
        (80, "quatre vingt"),
        (81, "quatre vingt un"),
        (91, "quatre vingt onze"),
        (99, "quatre vingt dix neuf"),
        (100, "cent"),
        (250, "deux cent cinquante"),
        (1000, "mille"),
        (2026, "deux mille vingt six"),
        (93300, "quatre vingt treize mille trois cent"),
    ],
)
def test_numbers_are_said_as_in_france(number: int, words: str) -> None:
    """The odd corners of French counting."""
    assert number_in_words(number) == words


@pytest.mark.parametrize(
    ("said", "bare"),
    [
        ("bonjour madame je voudrais un passeport", "je voudrais un passeport"),
        ("allô oui bonjour excusez moi c'est pour une crèche", "une crèche"),
        ("je voudrais un passeport merci beaucoup au revoir", "je voudrais un passeport"),
        ("bonjour madame", "bonjour madame"),
        ("merci au revoir", "merci au revoir"),
    ],
)
def test_courtesy_is_set_aside(said: str, bare: str) -> None:
    """The router judges the request, not the greeting; what is nothing but courtesy stays as it is."""
    assert without_courtesy(said) == bare


def test_fold() -> None:
    """Tables of patterns see neither accents nor apostrophes nor hyphens."""
    assert fold("l'état-civil français") == "l etat civil francais"
