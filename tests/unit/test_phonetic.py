"""Words that sound alike have one key, and words that do not have two."""

import pytest

from callbot.understanding.phonetic import key


@pytest.mark.parametrize(
    ("said", "written_otherwise"),
    [
        ("quels papiers", "qu'elle papier"),
        ("mon enfant vient de naître", "mon enfant vient de n'être"),
        ("les encombrants", "les en combrant"),
        ("le notaire", "le notère"),
        ("déchetterie", "déchèterie"),
        ("se pacser", "ce paxé"),
        ("les poubelles", "lait poubelle"),
        ("un chien", "un chiens"),
    ],
)
def test_homophones_have_one_key(said: str, written_otherwise: str) -> None:
    """However a recogniser writes and cuts them."""
    assert key(said) == key(written_otherwise)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("passeport", "parking"),
        ("acte de décès", "acte de naissance"),
        ("la cantine", "la cantate"),
        ("rue", "roue"),
    ],
)
def test_other_words_have_another_key(one: str, other: str) -> None:
    """What sounds otherwise stays apart."""
    assert key(one) != key(other)


def test_nothing_said_has_no_key() -> None:
    """An empty utterance stays empty."""
    assert not key("")
