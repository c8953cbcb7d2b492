"""Where an utterance is cut into two questions, and what is wanted of a correction."""

import pytest

from callbot.understanding.normalise import normalise
from callbot.understanding.splitting import announces_two, corrected, halves


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
        ("J'ai deux questions : les encombrants et la déchetterie.", ("les encombrants", "la déchetterie")),
        (
            "il y a un trou dans ma rue, et au fait vous êtes ouverts samedi ?",
            ("il y a un trou dans ma rue", "vous êtes ouverts samedi"),
        ),
        (
            "le jour des poubelles et les horaires de la piscine",
            ("le jour des poubelles", "les horaires de la piscine"),
        ),
        (
            "comment avoir un acte de naissance et un acte de mariage",
            ("comment avoir un acte de naissance", "un acte de mariage"),
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
        ("non je voulais les horaires de la piscine", "les horaires de la piscine"),
        ("non c'est pour une carte grise", "une carte grise"),
        ("non c'est tout ce que je voulais", None),
        ("non je veux autre chose", None),
        ("je n'ai pas le temps", None),
        ("pas de souci", None),
    ],
)
def test_a_correction(text: str, expected: str | None) -> None:
    """What is wanted stands after what is not."""
    assert corrected(normalise(text)) == expected


@pytest.mark.parametrize(
    ("text", "two"),
    [
        ("j'ai deux questions les encombrants et la déchetterie", True),
        ("combien coûte un passeport et aussi le machin", True),
        ("les horaires de la mairie et le prix d'un passeport", True),
        ("ma fille est née à nice et je voudrais un acte de naissance", False),
        ("une clôture et un abri de jardin", False),
    ],
)
def test_two_questions_are_announced(text: str, two: bool) -> None:
    """In so many words, or because each half begins as a question does; a story before a question is none."""
    assert announces_two(normalise(text)) is two
