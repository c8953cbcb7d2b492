"""Where an utterance is cut into two questions, and what is wanted of a correction."""

import pytest

from callbot.understanding.normalise import normalise
from callbot.understanding.splitting import corrected, halves


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Je voudrais les horaires et aussi savoir combien coûte un passeport.",
            ("je voudrais les horaires", "savoir combien coûte un passeport"),
        ),
        (
            "J'ai deux questions : d'abord les horaires de la piscine, et ensuite le prix de la cantine.",
            ("les horaires de la piscine", "le prix de la cantine"),
        ),
        (
            "combien coûte la cantine, deuxième chose, où est la déchetterie",
            ("combien coûte la cantine", "où est la déchetterie"),
        ),
        (
            "quand ouvre la médiathèque et combien coûte l'inscription",
            ("quand ouvre la médiathèque", "combien coûte l'inscription"),
        ),
    ],
)
def test_two_questions(text: str, expected: tuple[str, str]) -> None:
    """Cut at the surest connector, without what announces them."""
    assert halves(normalise(text)) == expected


@pytest.mark.parametrize(
    "text", ["le nom et le prénom", "une clôture et un abri de jardin", "et aussi", "et puis voilà"]
)
def test_one_question(text: str) -> None:
    """A bare « et » joins things, not questions."""
    assert halves(normalise(text)) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Non, pas l'acte de naissance, l'acte de mariage.", "l'acte de mariage"),
        ("non pas la cantine, la piscine", "la piscine"),
        ("je n'ai pas le temps", None),
        ("pas de souci", None),
    ],
)
def test_a_correction(text: str, expected: str | None) -> None:
    """What is wanted stands after what is not."""
    assert corrected(normalise(text)) == expected
