"""How far an utterance is believed, by the words that nobody ever used for what it seems to ask."""

from pathlib import Path

import pytest

from callbot.understanding import novelty
from callbot.understanding.interpretation import Candidate
from callbot.understanding.novelty import HALF_BELIEVED, Vocabulary
from callbot.understanding.training import Examples

WORDS = novelty.learn(
    Examples(
        (
            "je voudrais un livret de famille",
            "le livret de famille de ma fille est perdu",
            "le tri des bouteilles",
            "de l'épargne",
        ),
        (("livret_famille", ""), ("livret_famille", ""), ("dechets", ""), ("", "")),
    )
)


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("livret de famille", 1.0),
        ("les livrets de famille", 1.0),
        ("livret d'épargne", HALF_BELIEVED),
        ("livret de bouteilles perdu", HALF_BELIEVED),
        ("livret de famille perdu bouteilles", 1.0),
        ("livret perdu tri bouteilles", HALF_BELIEVED),
        ("livret de famille perdu de ma fille tri bouteilles", 1.0),
        ("qsdf", 0.0),
        ("et alors", 0.0),
        ("vous pouvez", 0.0),
        ("livr", HALF_BELIEVED),
    ],
)
def test_what_is_new_of_a_short_utterance_is_half_believed(text: str, share: float) -> None:
    """One new word of three, or two of four; none at all where no word tells anything or all are unheard of."""
    ranking = (Candidate("livret_famille", "", 0.9), Candidate("dechets", "", 0.1))
    believed = WORDS.believed(text, ranking)
    assert [candidate.confidence for candidate in believed] == pytest.approx([0.9 * share, 0.1 * share])


def test_without_a_vocabulary_all_is_believed() -> None:
    """Another language has no tables for it."""
    ranking = (Candidate("livret_famille", "", 0.9),)
    assert Vocabulary({}, frozenset()).believed("qsdf", ranking) == ranking


def test_it_is_kept_beside_its_router(tmp_path: Path) -> None:
    """Read back as it was; one of another router is removed, a damaged one is none."""
    old, new = (novelty.place(tmp_path / f"router-{name}.npz") for name in ("old", "new"))
    novelty.write(old, WORDS)
    novelty.write(new, WORDS)
    assert novelty.read(new) == WORDS
    assert novelty.read(old) is None
    new.write_text("[1]", encoding="utf-8")
    assert novelty.read(new) is None
