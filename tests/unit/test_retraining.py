"""After a small change only what it can alter is learnt again, and the router is as good as one that learnt everything anew."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from callbot import config
from callbot.config import Settings
from callbot.knowledge import store
from callbot.knowledge.store import Knowledge
from callbot.understanding import danger_model, lesson, retraining, router_file, router_learning, training
from callbot.understanding.embedding import Embedder, Vectors
from callbot.understanding.features import Features
from callbot.understanding.retraining import Change, change
from callbot.understanding.scores import EMERGENCY
from callbot.understanding.training import Examples, Floats, Label, Model, Training
from tests.support import small_commune

WORDS = {
    ("horaires", ""): "ouvert ferme heure samedi matin midi lundi",
    ("pacs", ""): "pacs union notaire contrat conclure dissoudre",
    ("pacs", "pieces"): "pacs papiers pièces dossier justificatif",
    ("piscine", ""): "piscine nager bassin maillot bonnet natation",
    ("", ""): "météo football recette cinéma taxi restaurant",
}


def vectors(texts: tuple[str, ...] | list[str]) -> Vectors:
    """Unit vectors that depend on the words alone: no embedding model is needed here."""
    found = np.zeros((len(texts), 384), dtype=np.float32)
    for row, text in enumerate(texts):
        for word in text.split():
            found[row, sum(word.encode()) % 384] += 1
    return found / np.linalg.norm(found, axis=1, keepdims=True)


def lines(seed: int, each: int) -> Examples:
    """Two words of a label each, and two of any: not all can be told apart."""
    drawn = np.random.default_rng(seed)
    every = " ".join(WORDS.values()).split()
    pairs: dict[str, Label] = {}
    for label, words in WORDS.items():
        while sum(known == label for known in pairs.values()) < each:
            pairs[" ".join([*drawn.choice(words.split(), 2), *drawn.choice(every, 2)])] = label
    return Examples(tuple(pairs), tuple(pairs.values()))


KEPT = lines(9, 20)


def whole(examples: Examples) -> Model:
    """Everything learnt anew."""
    return training.train(examples, vectors(examples.texts), KEPT, vectors(KEPT.texts)).model


def after(model: Model, old: Examples, new: Examples) -> Training:
    """Only the change learnt."""
    return retraining.update(model, change(old, new), new, vectors, kept=KEPT)


def joined(*parts: Examples) -> Examples:
    """Lines after lines."""
    return Examples(tuple(t for p in parts for t in p.texts), tuple(lab for p in parts for lab in p.labels))


def margins(model: Model) -> Floats:
    """Of the motives, then of the labels, for the lines kept apart: all that a router knows of them but its odds."""
    return np.hstack(model.margins(KEPT.texts, vectors(KEPT.texts)))


def apart(one: Model, other: Model) -> float:
    """The greatest difference of their margins; 2 parts the sure from the surely not."""
    return float(np.abs(margins(one) - margins(other)).max())


BEFORE = lines(1, 60)
NEW = Examples(("bassin du samedi pour nager",), (("piscine", ""),))


def test_the_change_between_two_sets_of_lines() -> None:
    """A line that comes, one that goes, and one that changes its label; the order is nothing."""
    pacs, piscine = ("pacs", ""), ("piscine", "")
    old = Examples(("a", "b", "c"), (pacs, pacs, piscine))
    new = Examples(("d", "c", "a"), (piscine, pacs, pacs))
    assert change(old, new) == Change(
        Examples(("d", "c"), (piscine, pacs)), Examples(("b", "c"), (pacs, piscine))
    )
    assert change(old, new).lines == 4


def test_a_line_whose_words_come_to_count_has_changed() -> None:
    """Of another language, the lines of its own count by their words too, the borrowed ones by their meaning alone."""
    pacs = ("pacs", "")
    old = Examples(("a", "b", "c"), (pacs, pacs, pacs), own=1)
    new = Examples(("a", "b", "c"), (pacs, pacs, pacs), own=2)
    assert change(old, new) == Change(Examples(("b",), (pacs,), own=1), Examples(("b",), (pacs,), own=0))
    assert change(old, old).lines == 0


def test_another_language_learns_a_borrowed_line_by_its_meaning_alone() -> None:
    """Margins are those of a router that learnt all lines anew; the borrowed line's words are nothing to it."""
    own = len(BEFORE.texts) // 2
    before = replace(BEFORE, own=own)
    data = replace(joined(BEFORE, NEW), own=own)
    model = training.train(before, vectors(before.texts), KEPT, vectors(KEPT.texts)).model
    fast, slow = (
        after(model, before, data),
        retraining.update(model, Change(data, before), data, vectors, kept=KEPT),
    )
    assert apart(fast.model, slow.model) < 0.002
    assert apart(model, slow.model) > 0.005


def test_a_new_line_is_learnt_as_if_everything_were(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same features given, margins are those of a router that learnt all lines anew; without the line they are not."""
    model, data = whole(BEFORE), joined(BEFORE, NEW)
    monkeypatch.setattr(Features, "fit", lambda _texts: model.features)
    fast, slow = after(model, BEFORE, data), whole(data)
    assert apart(fast.model, slow) < 0.005
    assert apart(model, slow) > 0.05
    assert fast.anew is not None
    assert 0 < fast.anew < len(model.motives) + len(model.labels)


def test_a_line_that_goes_is_forgotten() -> None:
    """Learnt and taken back, it leaves the router as it was."""
    model, data = whole(BEFORE), joined(BEFORE, NEW)
    there = after(model, BEFORE, data).model
    assert apart(after(there, data, BEFORE).model, model) < 0.005


def test_a_new_entry_is_known_and_a_lost_one_is_not() -> None:
    """A label that was never learnt comes in its place; one without lines goes."""
    pool = [n for n, label in enumerate(BEFORE.labels) if label == ("piscine", "")]
    rest = [n for n in range(len(BEFORE.labels)) if n not in pool]
    without = Examples(tuple(BEFORE.texts[n] for n in rest), tuple(BEFORE.labels[n] for n in rest))
    model = whole(without)
    grown = after(model, without, BEFORE)
    assert grown.model.labels == tuple(sorted(WORDS))
    assert grown.figures.motive_accuracy > 0.5
    shrunk = after(grown.model, BEFORE, without)
    assert shrunk.model.labels == model.labels
    assert apart(shrunk.model, model) < 0.01


def test_nothing_changed_nothing_learnt() -> None:
    """The same lines in another order."""
    model = whole(BEFORE)
    turned = Examples(BEFORE.texts[::-1], BEFORE.labels[::-1])
    same = after(model, BEFORE, turned)
    assert same.anew == 0
    assert apart(same.model, model) == 0


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with an empty data folder."""
    return config.load({}, data_dir=tmp_path / "data")


def commune(folder: Path, *more: str) -> Knowledge:
    """The commune of four entries, its first one with `more` questions."""
    asked = {**small_commune.QUESTIONS, "horaires": [*small_commune.QUESTIONS["horaires"], *more]}
    return store.load(
        small_commune.write(folder, *(small_commune.entry(name, q) for name, q in asked.items()))
    )


@pytest.fixture
def learnt(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """How each router was made; the corpus is left out, so that it takes no time."""
    made: list[str] = []
    learn_all, learn_change = training.train, retraining.update
    monkeypatch.setattr(training, "utterances", lambda *_part: iter(()))
    monkeypatch.setattr(training, "kept_apart", lambda _knowledge: KEPT)

    def train(*arguments: Any, **named: Any) -> Training:
        made.append("whole")
        return learn_all(*arguments, **named)

    def update(*arguments: Any, **named: Any) -> Training:
        made.append("change")
        return learn_change(*arguments, **named)

    monkeypatch.setattr(training, "train", train)
    monkeypatch.setattr(retraining, "update", update)
    return made


class Words(Embedder):
    """Vectors of words, without a model."""

    def embed(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        """As `vectors`."""
        if progress:
            progress(len(texts))
        return vectors(list(texts))


def test_a_question_more_is_learnt_from_the_router_that_is_there(
    settings: Settings, tmp_path: Path, learnt: list[str]
) -> None:
    """At first as a whole; then the change; as a whole again when it is wished, and when the lesson is damaged."""
    before, grown = commune(tmp_path / "a"), commune(tmp_path / "b", "vous recevez le public quand")
    router_learning.learn(settings, before, Words())
    done = router_learning.learn(settings, grown, Words())
    assert learnt == ["whole", "change"]
    assert done.n == len(router_learning.lessons(settings, before)[0].texts) + 1
    assert router_file.artefact(settings, grown).is_file()
    router_learning.learn(settings, grown, Words(), whole=True)
    for kept in (settings.data_dir / "understanding").glob("lesson-*.npz"):
        kept.write_bytes(kept.read_bytes()[:100])
    router_learning.learn(settings, before, Words())
    assert learnt == ["whole", "change", "whole", "whole"]


def test_many_small_changes_end_in_a_whole_lesson(
    settings: Settings, tmp_path: Path, learnt: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Changes since the last whole lesson add up."""
    monkeypatch.setattr(lesson, "MOST_CHANGES", 2)
    more = ["vous recevez le public quand", "la mairie reçoit à quelle heure", "les heures du guichet"]
    for number in range(4):
        router_learning.learn(settings, commune(tmp_path / str(number), *more[:number]), Words())
    assert learnt == ["whole", "change", "change", "whole"]


def test_a_harmless_line_more_is_learnt_by_the_detector_of_emergencies(
    settings: Settings, tmp_path: Path, learnt: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It alone learns such lines, so nothing else has changed; and with the same lines it learns nothing."""
    made: list[int] = []
    learn = danger_model.learn
    urgent = Examples(
        ("au secours il brûle", "il ne respire plus"), ((EMERGENCY + "18", ""), (EMERGENCY + "15", ""))
    )
    lessons = router_learning.lessons
    monkeypatch.setattr(router_learning, "lessons", lambda s, k: (joined(lessons(s, k)[0], urgent), KEPT))
    monkeypatch.setattr(
        danger_model, "learn", lambda rows, numbers: (made.append(len(numbers)), learn(rows, numbers))[1]
    )
    for name, more, harmless in (("a", (), 1), ("b", (), 2), ("c", ("vous recevez quand",), 2)):
        monkeypatch.setattr(
            training, "harmless", lambda n=harmless: ["il a quatre ans", "il est parti en vacances"][:n]
        )
        router_learning.learn(settings, commune(tmp_path / name, *more), Words())
    assert learnt == ["whole", "change", "change"]
    assert made == [made[0], made[0] + 1]


def test_another_code_learns_everything(
    settings: Settings, tmp_path: Path, learnt: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What other code has learnt is no beginning."""
    router_learning.learn(settings, commune(tmp_path / "a"), Words())
    monkeypatch.setattr(lesson, "code", lambda: "another")
    router_learning.learn(settings, commune(tmp_path / "b", "vous recevez le public quand"), Words())
    assert learnt == ["whole", "whole"]


def test_no_more_is_kept_of_routers_than_may_be_wanted_again(
    settings: Settings, tmp_path: Path, learnt: list[str]
) -> None:
    """The one in use with its lesson, and the last two before it: drafts that are tried, what an answer is restored to."""
    files = []
    for number in range(router_file.KEPT + 3):
        last = commune(tmp_path / str(number), f"vous recevez le public à {number} heures")
        router_learning.learn(settings, last, Words())
        files.append(router_file.artefact(settings, last))
    kept = {file.name for file in files[-router_file.KEPT - 1 :]}
    assert {place.name for place in files[0].parent.glob("router-*.npz")} == kept
