"""The corpus of how people really ask: its tables, its parts, its shipped vectors."""

import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from callbot import config
from callbot.corpus import reader, vectors
from callbot.corpus.reader import Kind, Part, Utterance, authors, utterances
from callbot.errors import KnowledgeError
from callbot.knowledge import store
from callbot.understanding import training
from callbot.understanding.embedding import Embedder, text_key
from callbot.understanding.training import BACKGROUND, label_of, readable

ACTS = {"oui", "non", "repeter", "plus_lentement", "agent", "attendre", "merci", "salutation", "au_revoir"}
ACTS |= {"rappel", "langue_en", "identite_bot", "insulte"}
EMERGENCIES = {"15", "17", "18", "112", "114", "119", "3919", "3114"}
LINES = [line for part in Part for line in utterances(part)]
DEMO = store.load(Path(reader.__file__).parents[1] / "knowledge" / "demo")


def test_sizes() -> None:
    """What the issue asks for: lines per motive and in all, authors kept apart."""
    by_motive = Counter(line.label for line in LINES if line.kind is Kind.MOTIVE)
    assert len(by_motive) == 68
    assert min(by_motive.values()) >= 120
    assert sum(by_motive.values()) >= 8000
    assert sum(line.kind in (Kind.OUT, Kind.NEAR) for line in LINES) >= 1500
    assert sum(line.kind in (Kind.ACT, Kind.EMERGENCY, Kind.ALARM) for line in LINES) >= 600
    of_motives = {line.author for line in LINES if line.kind is Kind.MOTIVE}
    parts = Counter(author.part for author in authors() if author.name in of_motives)
    assert min(parts[Part.THRESHOLDS], parts[Part.EXAM]) >= len(of_motives) // 5


def test_danger_has_lines_enough() -> None:
    """For the detector to learn from: emergencies, and as many that only sound like one, from authors who are not its judges."""
    train = Counter(line.kind for line in utterances(Part.TRAIN))
    judges = Counter(line.kind for line in utterances(Part.THRESHOLDS))
    assert min(train[Kind.EMERGENCY], train[Kind.ALARM]) >= 400
    assert min(judges[Kind.EMERGENCY], judges[Kind.ALARM]) >= 100


def test_labels_are_known() -> None:
    """Motives and aspects of the demonstration commune, acts, emergency numbers."""
    motives = {entry.motive for entry in DEMO.entries}
    aspects = {(entry.motive, entry.aspect) for entry in DEMO.entries} | {(motive, "") for motive in motives}
    unknown = {
        (line.author, line.kind, line.label, line.aspect)
        for line in LINES
        if not {
            Kind.MOTIVE: (line.label, line.aspect) in aspects,
            Kind.ALARM: line.label in motives | {""},
            Kind.OUT: not line.label,
            Kind.NEAR: not line.label,
            Kind.ACT: line.label in ACTS,
            Kind.EMERGENCY: line.label in EMERGENCIES,
        }[line.kind]
    }
    assert unknown == set()


def test_lines_are_as_a_recogniser_writes_them() -> None:
    """Small letters, numbers in words, no punctuation but apostrophes and hyphens."""
    assert [line.text for line in LINES if not re.fullmatch(r"[a-zà-öø-ÿœæ' -]+", line.text)] == []


def test_no_line_stands_twice() -> None:
    """In whatever part: the exam was never learnt."""
    texts = Counter(readable(line.text) for line in LINES if line.kind is not Kind.ACT)
    said_by_all = {"", "bonjour", "merci", "au revoir"}
    learnt = {readable(line.text) for line in utterances(Part.TRAIN) if line.kind is not Kind.ACT}
    kept = {readable(line.text) for line in LINES if line.author in _kept_apart()} - said_by_all
    assert learnt & kept == set()
    assert [text for text, count in texts.items() if count > 3 and text not in said_by_all] == []


def _kept_apart() -> set[str]:
    return {author.name for author in authors() if author.part is not Part.TRAIN}


@pytest.mark.parametrize(
    ("line", "label"),
    [
        (Utterance(Kind.MOTIVE, "pacs", "pieces", "…", "a"), ("pacs", "pieces")),
        (Utterance(Kind.MOTIVE, "pacs", "rendez_vous", "…", "a"), ("pacs", "")),
        (Utterance(Kind.MOTIVE, "marche", "", "…", "a"), (BACKGROUND, "marche")),
        (Utterance(Kind.NEAR, "", "", "…", "a"), (BACKGROUND, "")),
        (Utterance(Kind.ALARM, "pacs", "", "…", "a"), ("pacs", "")),
        (Utterance(Kind.ALARM, "", "", "…", "a"), (BACKGROUND, "")),
        (Utterance(Kind.ACT, "oui", "", "…", "a"), ("act:oui", "")),
        (Utterance(Kind.EMERGENCY, "18", "", "…", "a"), ("urgence:18", "")),
    ],
)
def test_what_a_line_is_to_a_commune(line: Utterance, label: tuple[str, str]) -> None:
    """The aspect where the commune answers it, else the motive, else nothing that it answers."""
    assert label_of(line, {("pacs", ""), ("pacs", "pieces")}) == label


def test_a_damaged_table_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """File and line."""
    (tmp_path / "authors").mkdir()
    (tmp_path / "authors" / "amina.tsv").write_text(
        "kind\tlabel\taspect\ttext\nmotif\t\t\toui\n", encoding="utf-8"
    )
    monkeypatch.setattr(reader, "FOLDER", tmp_path)
    with pytest.raises(KnowledgeError, match=r"amina\.tsv, line 2"):
        list(utterances(Part.TRAIN))


def test_the_vectors_that_are_shipped_are_those_of_the_model() -> None:
    """Every line to be learnt has one; a few are computed again."""
    known = vectors.shipped()
    lines = [*utterances(Part.TRAIN), *utterances(Part.THRESHOLDS)]
    texts = sorted({text for line in lines if (text := readable(line.text))})
    assert {text_key(text) for text in texts} - known.keys() == set()
    some = texts[:: len(texts) // 8]
    agreement = (
        Embedder(config.load({}).models_dir).embed(some) * np.array([known[text_key(text)] for text in some])
    ).sum(axis=1)
    assert agreement.min() > 0.999


def test_vectors_of_another_model_are_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor a damaged file: what is missing is computed."""
    file = tmp_path / "vectors.npz"
    vectors.write(["bonjour"], np.eye(1, 384, dtype=np.float32), file)
    assert vectors.shipped(file).keys() == {text_key("bonjour")}
    monkeypatch.setattr(vectors.embedding, "MODEL", "another")
    assert vectors.shipped(file) == {}
    file.write_bytes(b"no archive")
    assert vectors.shipped(file) == {}


def test_the_corpus_is_learnt() -> None:
    """With the knowledge base's own questions, each text once."""
    data = training.examples(DEMO)
    assert len(data.texts) == len(set(data.texts)) > 10_000
