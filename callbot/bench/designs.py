"""`callbot bench designs`: the router's design beside others, and what each further author of the corpus brings.

Everything learns the same lines and is judged on the authors whom thresholds are chosen on; the exam is not touched.
"""

import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np
from rich.console import Console
from rich.progress import track
from scipy.sparse import csr_matrix, hstack

from callbot import config
from callbot.bench import pictures
from callbot.config import Settings
from callbot.corpus.reader import Part, utterances
from callbot.corpus.vectors import shipped
from callbot.heard.known import known
from callbot.heard.ways import Way
from callbot.knowledge import store
from callbot.understanding import training
from callbot.understanding.embedding import CachedEmbedder, Embedder, Vectors
from callbot.understanding.features import Features
from callbot.understanding.hearsay import joined
from callbot.understanding.scores import is_motive, motive_probabilities
from callbot.understanding.training import Examples, Label, label_of, readable, sharpness_of

WRONG = 0.016
"""Share of wrong answers at which designs are compared: what the default threshold gives on these authors."""
THE_ROUTERS = "support vectors, words, pieces, sounds and embedding"
AUTHORS = (0, 1, 2, 4, 7, 10)

Fit = Callable[["Data"], Callable[["Data"], Any]]
"""From what is learnt to a function that gives scores (n, labels)."""


@dataclass(frozen=True)
class Data:
    """Utterances with their vectors, and what is counted in them: words and pieces (`letters`), sounds."""

    examples: Examples
    vectors: Vectors
    letters: Any
    sounds: Any

    def rows(self, *, sounds: bool) -> Any:
        """What the router sees, or saw before it counted sounds."""
        parts = [self.letters, self.sounds] if sounds else [self.letters]
        return csr_matrix(hstack([*parts, csr_matrix(self.vectors.astype(np.float64))]))


def _linear(data: Data, rows: Callable[[Data], Any], machine: Any) -> Callable[[Data], Any]:
    machine.fit(rows(data), [f"{motive}\t{aspect}" for motive, aspect in data.examples.labels])
    if hasattr(machine, "decision_function"):
        return lambda other: machine.decision_function(rows(other))
    return lambda other: np.log(machine.predict_proba(rows(other)) + 1e-12)


def designs() -> dict[str, Fit]:
    """What is compared, by name."""
    from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
    from sklearn.linear_model import LogisticRegression
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.neural_network import MLPClassifier
    from sklearn.svm import LinearSVC

    def scaled(data: Data) -> Any:
        return data.vectors.astype(np.float64) * 10

    def svm() -> Any:
        return LinearSVC(C=0.3, tol=1e-3, random_state=20)

    return {
        "nearest neighbours, embedding": lambda d: _linear(
            d, scaled, KNeighborsClassifier(15, weights="distance", metric="cosine")
        ),
        "shrunken discriminants, embedding": lambda d: _linear(
            d, scaled, LinearDiscriminantAnalysis(solver="lsqr", shrinkage=0.5)
        ),
        "logistic regression, embedding": lambda d: _linear(d, scaled, LogisticRegression(max_iter=200)),
        "small network, embedding": lambda d: _linear(
            d, scaled, MLPClassifier((384,), alpha=1e-3, max_iter=25, batch_size=128, random_state=20)
        ),
        "support vectors, words and pieces": lambda d: _linear(d, lambda data: data.letters, svm()),
        "support vectors, words, pieces and embedding": lambda d: _linear(
            d, lambda data: data.rows(sounds=False), svm()
        ),
        THE_ROUTERS: lambda d: _linear(d, lambda data: data.rows(sounds=True), svm()),
    }


@dataclass(frozen=True, slots=True)
class Judgement:
    """Shares 0–1: the right motive first; answered when at most `WRONG` of all answers are wrong."""

    accuracy: float
    answered: float


def judge(scores: Any, labels: Sequence[tuple[str, str]], truth: Sequence[tuple[str, str]]) -> Judgement:
    """What scores (n, labels) are worth for lines whose labels are `truth`."""
    motives = sorted({motive for motive, _ in labels})
    likely = motive_probabilities(scores * sharpness_of(scores, labels, truth), labels, motives)
    likely[:, [not is_motive(motive) for motive in motives]] = 0
    best, sure = likely.argmax(axis=1), likely.max(axis=1)
    right = np.array([motives[number] == motive for number, (motive, _) in zip(best, truth, strict=True)])
    asked = np.array([is_motive(motive) for motive, _ in truth])
    order = np.argsort(-sure)
    wrong = np.cumsum(~right[order]) / len(truth)
    spoken = order[: int((wrong <= WRONG).sum())]
    return Judgement(float(right[asked].mean()), float(asked[spoken].sum() / asked.sum()))


@click.command("designs")
@click.option("--only", default="", help="Only the designs whose name contains this, and no learning curve.")
@click.option(
    "--pictures",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Also draw the learning curve there; needs the extra `bench`.",
)
def designs_command(only: str, folder: Path | None) -> None:
    """Designs of the router side by side, in writing and by voice, and the learning curve over the corpus's authors; some minutes."""
    warnings.filterwarnings("ignore")  # a design that has not converged says so by its figures
    settings = config.load()
    knowledge = store.load(settings.knowledge_dir)
    bench = _Bench(settings, knowledge)
    console = Console(highlight=False)
    console.print(
        "| design | right motive | answered | by voice: right motive | answered | with noise: right motive | answered | seconds to learn |"
        "\n|---|---:|---:|---:|---:|---:|---:|---:|",
        soft_wrap=True,
    )
    table = {name: (fit, False) for name, fit in designs().items()}
    table[f"{THE_ROUTERS}, {len(bench.heard.texts) - len(bench.written.texts)} transcripts learnt too"] = (
        designs()[THE_ROUTERS],
        True,
    )
    for name, (fit, transcripts) in track(
        table.items(), "Learning", console=Console(stderr=True), transient=True
    ):
        if only not in name:
            continue
        learnt = bench.heard if transcripts else bench.written
        began = time.perf_counter()
        features = Features.fit(learnt.texts)
        scores = fit(bench.data(learnt, features))
        took = time.perf_counter() - began
        labels = sorted(set(learnt.labels), key="\t".join)
        found = [judge(scores(bench.data(kept, features)), labels, kept.labels) for kept in bench.kept]
        shares = " | ".join(f"{one.accuracy:.1%} | {one.answered:.1%}" for one in found)
        console.print(f"| {name} | {shares} | {took:.0f} |", soft_wrap=True)
    if not only:
        _curve(bench, knowledge, console, folder)


class _Bench:
    """What designs learn, written and with transcripts, and what they are judged on: written, by voice, by voice in noise."""

    def __init__(self, settings: Settings, knowledge: store.Knowledge) -> None:
        transcripts = known(settings)
        self.written, written = training.examples(knowledge), training.kept_apart(knowledge)
        self.heard = joined(self.written, transcripts, Part.TRAIN)
        labels = dict(zip(written.texts, written.labels, strict=True))
        ways: dict[bool, list[tuple[str, Label]]] = {False: [], True: []}
        for each in transcripts:
            if each.part is Part.THRESHOLDS and (label := labels.get(readable(each.written))) is not None:
                ways[bool(Way.parse(each.way).noise)].append((readable(each.heard), label))
        spoken = [
            Examples(tuple(t for t, _ in pairs), tuple(la for _, la in pairs)) for pairs in ways.values()
        ]
        self.kept = (written, *spoken)
        texts = list(dict.fromkeys(text for part in (self.heard, *self.kept) for text in part.texts))
        folder = settings.data_dir / "understanding" / "designs"
        vectors = CachedEmbedder(Embedder(settings.models_dir), folder, shipped()).embed(texts)
        self._of_text = dict(zip(texts, vectors, strict=True))

    def data(self, examples: Examples, features: Features) -> Data:
        """The examples as designs see them."""
        rows = np.array([self._of_text[text] for text in examples.texts])
        counted = features.of(examples.texts, rows)
        letters = features.widths["words"] + features.widths["pieces"]
        return Data(examples, rows, counted[:, :letters], counted[:, letters : -rows.shape[1]])


def _curve(bench: _Bench, knowledge: store.Knowledge, console: Console, folder: Path | None) -> None:
    """What each further author brings, in writing."""
    kept = bench.kept[0]
    console.print("\n| authors learnt | lines | right motive | answered |\n|---:|---:|---:|---:|")
    curve = []
    for number in AUTHORS:
        some = _of_authors(bench.written, knowledge, number)
        features = Features.fit(some.texts)
        names = sorted(set(some.labels), key="\t".join)
        judged_here = [n for n, label in enumerate(kept.labels) if label in set(names)]
        few = Examples(tuple(kept.texts[n] for n in judged_here), tuple(kept.labels[n] for n in judged_here))
        fit = designs()[THE_ROUTERS]
        found = judge(fit(bench.data(some, features))(bench.data(few, features)), names, few.labels)
        console.print(
            f"| {number} | {len(some.texts)} | {found.accuracy:.1%} | {found.answered:.1%} |", soft_wrap=True
        )
        curve.append(pictures.Learnt(number, len(some.texts), found.accuracy, found.answered))
    if folder:
        pictures.learning(curve, folder / "understanding-learning.png")


def _of_authors(whole: Examples, knowledge: store.Knowledge, number: int) -> Examples:
    """Without the lines of all but the first `number` authors."""
    entries = {(entry.motive, entry.aspect) for entry in knowledge.validated}
    lines = list(utterances(Part.TRAIN))
    names = list(dict.fromkeys(line.author for line in lines))
    out = {(readable(line.text), label_of(line, entries)) for line in lines if line.author in names[number:]}
    pairs = [pair for pair in zip(whole.texts, whole.labels, strict=True) if pair not in out]
    return Examples(tuple(text for text, _ in pairs), tuple(label for _, label in pairs))


command = designs_command
"""What `callbot bench` includes."""
