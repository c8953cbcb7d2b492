"""The benchmark of understanding: its figures, from readings made by hand."""

from dataclasses import replace
from pathlib import Path

import pytest

from callbot.bench.intents import (
    Answer,
    Did,
    Question,
    Row,
    command,
    intents,
    read,
    row,
    rows,
    weakest,
)
from callbot.errors import CallbotError
from callbot.understanding.interpretation import Candidate, Interpretation

HEADER = "set\ttext\tmotive\taspect\tact\temergency\tauthor\n"


def heard(motive: str, aspect: str, confidence: float) -> Interpretation:
    """A reading with one candidate."""
    return Interpretation("", candidates=(Candidate(motive, aspect, confidence),))


ANSWERS = [
    Answer(Question("motive", "a", "pacs", "pieces"), heard("pacs", "pieces", 0.95), 0.9, 0.4),
    Answer(Question("motive", "b", "pacs", "pieces", author="plain"), heard("pacs", "", 0.5), 0.9, 0.4),
    Answer(Question("motive", "c", "horaires"), heard("pacs", "", 0.99), 0.9, 0.4),
    Answer(Question("motive", "d", "horaires"), Interpretation("", emergency="18"), 0.9, 0.4),
    Answer(Question("out_of_scope", "e"), heard("pacs", "", 0.95), 0.9, 0.4),
    Answer(Question("out_of_scope", "f"), heard("pacs", "", 0.1), 0.9, 0.4),
    Answer(Question("act", "g", act="oui"), Interpretation("", act="oui"), 0.9, 0.4),
    Answer(Question("emergency", "h", emergency="15"), Interpretation("", emergency="18"), 0.9, 0.4),
    Answer(Question("emergency", "i", emergency="15"), heard("pacs", "", 0.2), 0.9, 0.4),
]


def test_the_figures_of_each_set() -> None:
    """Every share worked out by hand; what a set cannot measure is absent."""
    plain = [replace(one, beside_rate=None, general_rate=None) for one in rows(ANSWERS, 0.9)]
    assert plain == [
        Row("motive", 4, 0.5, 0.5, 0.5, 0.25, None, None, 0.25, 0.5, 0.25, 1.0, None, None, 0.9, None, 0.0),
        Row(
            "out_of_scope",
            2,
            None,
            None,
            None,
            0.5,
            0.5,
            None,
            0.0,
            None,
            0.0,
            None,
            None,
            None,
            0.9,
            None,
            0.0,
        ),
        Row("act", 1, None, None, None, 0.0, None, None, 0.0, None, 0.0, None, 1.0, None, 0.9, None, 0.0),
        Row(
            "emergency", 2, None, None, None, 0.0, None, 0.5, None, None, 0.0, None, None, 0.0, 0.9, 0.0, None
        ),
        Row(
            "motive, author plain",
            1,
            1.0,
            1.0,
            0.0,
            0.0,
            None,
            None,
            0.0,
            0.0,
            1.0,
            1.0,
            None,
            None,
            0.9,
            None,
            0.0,
        ),
        Row("all", 9, 0.5, 0.5, 0.5, 0.2222, 0.5, 0.5, 0.1429, 0.5, 0.1111, 1.0, 1.0, 0.0, 0.9, 0.0, 0.0),
    ]


def test_an_answer_beside_the_question_is_counted_by_itself() -> None:
    """The right motive's answer to another aspect, and its general one, where an aspect was asked for; of what asks for a motive."""
    said = [("pacs", "pieces"), ("pacs", "prix"), ("pacs", ""), ("horaires", "")]
    some = [Answer(Question("motive", "a", "pacs", "pieces"), heard(*one, 0.95), 0.9, 0.4) for one in said]
    figures = row("motive", some, 0.9)
    assert (figures.wrong_answer_rate, figures.beside_rate, figures.general_rate) == (0.25, 0.25, 0.25)


def test_near_misses_have_a_figure_of_their_own() -> None:
    """One of two is answered as the motive that it resembles; the other sets do not count."""
    near = [Answer(Question("near_miss", "x"), heard("pacs", "", sure), 0.9, 0.4) for sure in (0.95, 0.2)]
    assert row("all", [*near, *ANSWERS], 0.9).near_miss_wrong_rate == 0.5


def test_the_weakest_author_is_named() -> None:
    """Of two authors the one whose motives are understood less often."""
    said = [
        Answer(Question("motive", "x", "pacs", author=author), heard(motive, "", 0.95), 0.9, 0.4)
        for author, motive in (("odette", "horaires"), ("kevin", "pacs"))
    ]
    assert [one.set for one in rows(said, 0.9)] == [
        "motive",
        "motive, author odette (weakest)",
        "motive, author kevin",
        "all",
    ]


def test_what_the_bot_does_and_what_it_costs() -> None:
    """Shares of all lines; an answer to the second of two questions that nobody asked counts as wrong; medians by hand."""
    pacs, out = Question("motive", "x", "pacs"), Question("out_of_scope", "y")
    two = Interpretation("", parts=(heard("pacs", "", 1.0), heard("horaires", "", 1.0)))
    one = heard("pacs", "", 0.95)
    told = [
        Answer(pacs, one, 0.9, 0.4, Did.ANSWERED, ("pacs",), 10.0),
        Answer(pacs, two, 0.9, 0.4, Did.ANSWERED, ("pacs", "horaires"), 60.0),
        Answer(pacs, one, 0.9, 0.4, Did.CHOICE, (), 20.0),
        Answer(pacs, one, 0.9, 0.4, Did.CONFIRMATION, (), 20.0),
        Answer(pacs, one, 0.9, 0.4, Did.HANDED_OVER, ("pacs",), 20.0),
        Answer(out, one, 0.9, 0.4, Did.ANSWERED, ("pacs",), 20.0),
        Answer(out, one, 0.9, 0.4, Did.NOT_UNDERSTOOD, (), 20.0),
        Answer(out, one, 0.9, 0.4, Did.NOT_UNDERSTOOD, (), 30.0),
    ]
    found = row("all", told, 0.9)
    assert (found.bot_answered_rate, found.bot_wrong_rate) == (0.375, 0.25)
    assert (found.clarification_rate, found.confirmation_rate) == (0.125, 0.125)
    assert (found.handed_over_rate, found.not_understood_rate) == (0.125, 0.25)
    assert (found.turn_ms_p50, found.turn_ms_p95, found.two_halves_ms_p50) == (20.0, 60.0, 60.0)


def test_the_weakest_motives() -> None:
    """Only motives that were missed, with what they were taken for."""
    assert weakest(ANSWERS) == [("horaires", 0.0, "(nothing)")]


def test_an_exam_is_read(tmp_path: Path) -> None:
    """Columns by name; quotes are text; the author may be absent."""
    file = tmp_path / "exam.tsv"
    file.write_text(HEADER + 'motive\tun "pacs" ?\tpacs\tpieces\t\t\tAnne\n', encoding="utf-8")
    assert read(file) == [Question("motive", 'un "pacs" ?', "pacs", "pieces", author="Anne")]


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    """One line says which."""
    file = tmp_path / "exam.tsv"
    file.write_text("set\ttext\tmotive\taspect\tact\n", encoding="utf-8")
    with pytest.raises(CallbotError, match="the column 'emergency' is missing"):
        read(file)


def test_a_missing_exam_is_named(tmp_path: Path) -> None:
    """One line says what to give."""
    with pytest.raises(CallbotError, match=r"exam\.tsv: the exam cannot be read .*--data"):
        read(tmp_path / "exam.tsv")


def test_the_benchs_door() -> None:
    """`callbot bench` finds the command under the name that it looks for."""
    assert command is intents
