"""`callbot bench designs`: the router's design beside others, and what each further author of the corpus brings.

Everything learns the same lines and is judged on the authors whom thresholds are chosen on; the exam is not touched.
"""

import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import click
import numpy as np
from rich.console import Console
from rich.progress import track

from callbot import config
from callbot.corpus.reader import Part, utterances
from callbot.corpus.vectors import shipped
from callbot.knowledge import store
from callbot.understanding import training
from callbot.understanding.embedding import CachedEmbedder, Embedder, Vectors
from callbot.understanding.features import Features
from callbot.understanding.scores import is_motive, motive_probabilities
from callbot.understanding.training import Examples, label_of, readable, sharpness_of

WRONG = 0.016
"""Share of wrong answers at which designs are compared: what the default threshold gives on these authors."""
AUTHORS = (0, 1, 2, 4, 7, 10)

Fit = Callable[["Data"], Callable[["Data"], Any]]
"""From what is learnt to a function that gives scores (n, labels)."""


@dataclass(frozen=True)
class Data:
    """Utterances with their vectors and their features."""

    examples: Examples
    vectors: Vectors
    features: Any
    words: Any


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
        "support vectors, words and pieces": lambda d: _linear(d, lambda data: data.words, svm()),
        "support vectors, words, pieces and embedding": lambda d: _linear(
            d, lambda data: data.features, svm()
        ),
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
def designs_command() -> None:
    """Six designs of the router side by side, and the learning curve over the corpus's authors; some minutes."""
    warnings.filterwarnings("ignore")  # a design that has not converged says so by its figures
    settings = config.load()
    knowledge = store.load(settings.knowledge_dir)
    embed = CachedEmbedder(Embedder(), settings.data_dir / "understanding" / "designs", shipped()).embed
    whole, kept = training.examples(knowledge), training.kept_apart(knowledge)
    everything = Examples(whole.texts + kept.texts, whole.labels + kept.labels)
    vectors = embed(everything.texts)
    of_text = dict(zip(everything.texts, vectors, strict=True))
    console = Console(highlight=False)

    def data(examples: Examples, features: Features) -> Data:
        rows = np.array([of_text[text] for text in examples.texts])
        all_features = features.of(examples.texts, rows)
        return Data(examples, rows, all_features, all_features[:, : -rows.shape[1]])

    features = Features.fit(whole.texts)
    learnt, judged = data(whole, features), data(kept, features)
    labels = sorted(set(whole.labels), key="\t".join)
    console.print("| design | right motive | answered | seconds to learn |\n|---|---:|---:|---:|")
    for name, fit in track(designs().items(), "Learning", console=Console(stderr=True), transient=True):
        began = time.perf_counter()
        scores = fit(learnt)(judged)
        took = time.perf_counter() - began
        found = judge(scores, labels, kept.labels)
        console.print(
            f"| {name} | {found.accuracy:.1%} | {found.answered:.1%} | {took:.0f} |", soft_wrap=True
        )
    console.print("\n| authors learnt | lines | right motive | answered |\n|---:|---:|---:|---:|")
    for number in AUTHORS:
        some = _of_authors(whole, knowledge, number)
        features = Features.fit(some.texts)
        names = sorted(set(some.labels), key="\t".join)
        judged_here = [n for n, label in enumerate(kept.labels) if label in set(names)]
        few = Examples(tuple(kept.texts[n] for n in judged_here), tuple(kept.labels[n] for n in judged_here))
        fit = list(designs().values())[-1]
        found = judge(fit(data(some, features))(data(few, features)), names, few.labels)
        console.print(
            f"| {number} | {len(some.texts)} | {found.accuracy:.1%} | {found.answered:.1%} |", soft_wrap=True
        )


def _of_authors(whole: Examples, knowledge: store.Knowledge, number: int) -> Examples:
    """Without the lines of all but the first `number` authors."""
    entries = {(entry.motive, entry.aspect) for entry in knowledge.entries}
    lines = list(utterances(Part.TRAIN))
    names = list(dict.fromkeys(line.author for line in lines))
    out = {(readable(line.text), label_of(line, entries)) for line in lines if line.author in names[number:]}
    pairs = [pair for pair in zip(whole.texts, whole.labels, strict=True) if pair not in out]
    return Examples(tuple(text for text, _ in pairs), tuple(label for _, label in pairs))


command = designs_command
"""What `callbot bench` includes."""
