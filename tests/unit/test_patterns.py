"""The notation in which the tables of phrases are written."""

import re

import pytest

from callbot.understanding.patterns import anywhere, expression, spaced


@pytest.mark.parametrize(
    ("pattern", "matching", "other"),
    [
        (
            "[est ce que] vous répétez",
            ["vous répétez", "est-ce que vous repetez"],
            ["vous", "que vous répétez"],
        ),
        ("(un|deux) chats?", ["un chat", "deux chats"], ["trois chats", "un"]),
        ("oui [oui]*", ["oui", "oui oui oui"], ["non", "oui non"]),
        ("(ah|oh)* bon", ["bon", "ah oh bon"], ["ah"]),
        ("parler {au}* maire", ["parler maire", "parler au maire", "parler à l'maire"], ["parler du maire"]),
        (
            "perdu … chat",
            ["perdu chat", "perdu mon tout petit chat"],
            ["perdu un deux trois quatre cinq chat"],
        ),
    ],
)
def test_notation(pattern: str, matching: list[str], other: list[str]) -> None:
    """Each sign of the notation, with what it takes and what it leaves."""
    compiled = re.compile(expression(pattern, {"au": "au|à|l'"}))
    assert [text for text in matching + other if compiled.fullmatch(spaced(text))] == matching


def test_anywhere_keeps_to_whole_words() -> None:
    """A word of the table inside a longer word is not found."""
    feu = anywhere(["feu"])
    assert feu.search(spaced("il y a le feu ici"))
    assert feu.search(spaced("les feuilles")) is None
    assert feu.search(spaced("le boutefeu")) is None


def test_an_unknown_piece_is_refused() -> None:
    """A misspelt {name} fails when the table is compiled, not in a call."""
    with pytest.raises(KeyError, match="inconnu"):
        expression("{inconnu}", {})
