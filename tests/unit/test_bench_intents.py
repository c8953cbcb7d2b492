"""The benchmark of understanding: its figures, from readings made by hand."""

from pathlib import Path

import pytest

from callbot.bench.intents import Answer, Question, Row, command, intents, read, rows, weakest
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
    assert rows(ANSWERS, 0.9) == [
        Row("motive", 4, 0.5, 0.5, 0.5, 0.25, None, None, 0.25, 0.5, 0.25, 1.0, None, None, 0.9),
        Row("out_of_scope", 2, None, None, None, 0.5, 0.5, None, 0.0, None, 0.0, None, None, None, 0.9),
        Row("act", 1, None, None, None, 0.0, None, None, 0.0, None, 0.0, None, 1.0, None, 0.9),
        Row("emergency", 2, None, None, None, 0.0, None, 0.5, None, None, 0.0, None, None, 0.0, 0.9),
        Row("motive, author plain", 1, 1.0, 1.0, 0.0, 0.0, None, None, 0.0, 0.0, 1.0, 1.0, None, None, 0.9),
        Row("all", 9, 0.5, 0.5, 0.5, 0.2222, 0.5, 0.5, 0.1429, 0.5, 0.1111, 1.0, 1.0, 0.0, 0.9),
    ]


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
