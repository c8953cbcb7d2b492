"""Who is taken for whom, and whether confidences are to be believed: worked out by hand."""

from collections.abc import Sequence

import pytest

from callbot.bench.confusion import Group, Pair, matrix, pairs
from callbot.bench.exam import Question
from callbot.bench.reliability import Bin, bins, expected_error
from callbot.bench.understood import Answer
from callbot.understanding.interpretation import Candidate, Interpretation

MOTIVES = [("etat_civil", "pacs"), ("etat_civil", "pacs"), ("mairie", "horaires"), ("mairie", "adresse")]


def answer(question: Question, reading: Interpretation) -> Answer:
    """Answered from 0.9, proposed from 0.4."""
    return Answer(question, reading, 0.9, 0.4)


def heard(motive: str, confidence: float) -> Interpretation:
    """A reading with one candidate."""
    return Interpretation("", candidates=(Candidate(motive, "", confidence),))


PACS, OUT = Question("motive", "a", "pacs"), Question("out_of_scope", "b")
ANSWERS = [
    answer(PACS, heard("pacs", 0.95)),
    answer(PACS, heard("horaires", 0.45)),
    answer(PACS, heard("horaires", 0.95)),
    answer(PACS, heard("pacs", 0.35)),
    answer(OUT, heard("horaires", 0.93)),
    answer(OUT, heard("horaires", 0.05)),
    answer(Question("act", "c", act="oui"), Interpretation("", act="non")),
    answer(Question("act", "d", act="oui"), Interpretation("", act="oui")),
    answer(Question("emergency", "e", emergency="15"), Interpretation("", emergency="112")),
    answer(Question("motive", "f", "piscine"), Interpretation("")),
]


def test_the_matrix_has_domains_then_others_acts_and_the_rest() -> None:
    """The knowledge base's order, each motive once; a motive that only the exam knows; emergencies and nothing last."""
    assert matrix(MOTIVES, ANSWERS).groups == (
        Group("etat_civil", ("pacs",)),
        Group("mairie", ("horaires", "adresse")),
        Group("others", ("piscine",)),
        Group("acts", ("act: non", "act: oui")),
        Group("rest", ("emergency", "nothing")),
    )


def test_the_matrix_counts_what_was_read_as_what() -> None:
    """Each line once, in the row of what was meant; below the confirming threshold it is read as nothing."""
    found = matrix(MOTIVES, ANSWERS)
    cells = {
        (found.names[row], found.names[column]): int(n)
        for (row, column), n in zip(
            zip(*found.counts.nonzero(), strict=True), found.counts[found.counts > 0], strict=True
        )
    }
    assert cells == {
        ("pacs", "pacs"): 1,
        ("pacs", "horaires"): 2,
        ("pacs", "nothing"): 1,
        ("nothing", "horaires"): 1,
        ("nothing", "nothing"): 1,
        ("act: oui", "act: non"): 1,
        ("act: oui", "act: oui"): 1,
        ("emergency", "emergency"): 1,
        ("piscine", "nothing"): 1,
    }


def test_the_most_confused_pairs() -> None:
    """Most frequent first, of how many lines; read as nothing is no confusion; no more than wanted."""
    assert pairs(ANSWERS, 2) == [Pair("pacs", "horaires", 2, 4), Pair("act: oui", "act: non", 1, 2)]
    assert pairs(ANSWERS)[2:] == [Pair("nothing", "horaires", 1, 2)]


def test_confidences_by_tenths() -> None:
    """Of the three lines above 90 % one is right; a certainty belongs to the last tenth; what has no candidate does not count."""
    sure = answer(PACS, heard("pacs", 1.0))
    assert _rounded(bins([*ANSWERS, sure])) == [
        Bin(1, 0.05, 0.0),
        Bin(1, 0.35, 1.0),
        Bin(1, 0.45, 0.0),
        Bin(4, 0.9575, 0.5),
    ]


def _rounded(found: Sequence[Bin]) -> list[Bin]:
    return [Bin(one.n, round(one.confidence, 4), round(one.right, 4)) for one in found]


def test_how_far_confidence_is_off() -> None:
    """Weighted by lines: three are 0.1 too sure, one is 0.2 too modest."""
    assert expected_error([Bin(3, 0.9, 0.8), Bin(1, 0.3, 0.5)]) == pytest.approx(0.125)
    assert expected_error([]) == 0.0
