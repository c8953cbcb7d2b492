"""Learning a knowledge base's questions: what is to be learnt, the router and the emergency detector made of it, and kept."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from callbot.config import Settings
from callbot.corpus.reader import Part
from callbot.corpus.vectors import shipped, vectors_file
from callbot.heard import known
from callbot.knowledge.store import Knowledge
from callbot.languages.tables import FRENCH
from callbot.understanding import (
    danger_model,
    hearsay,
    lesson,
    novelty,
    retraining,
    router_file,
    scores,
    training,
)
from callbot.understanding.embedding import CachedEmbedder, Embedder, Lookup
from callbot.understanding.feature_rows import RememberedFeatures
from callbot.understanding.novelty import Vocabulary
from callbot.understanding.training import Examples, Training

UNMEASURED = 200
"""Lines kept apart that are looked at where nobody looks at the figures."""


def lessons(settings: Settings, knowledge: Knowledge) -> tuple[Examples, Examples]:
    """What is to be learnt, and the lines kept apart that make its odds right: as written, and as heard where they were."""
    data, kept = training.examples(knowledge), training.kept_apart(knowledge)
    if knowledge.language != FRENCH:
        return data, kept
    heard = known.known(settings)
    learnt = hearsay.joined(data, heard, Part.TRAIN)
    return learnt, hearsay.joined(kept, heard, Part.THRESHOLDS).without(learnt.texts)


def effort(settings: Settings, knowledge: Knowledge) -> int:
    """The steps that `learn` reports."""
    data, kept = lessons(settings, knowledge)
    harmless = training.harmless() if knowledge.language == FRENCH else []
    return len(data.texts) + len(kept.texts) + len(harmless) + training.steps(data, kept) + 1


def learn(
    settings: Settings,
    knowledge: Knowledge,
    embedder: Embedder,
    progress: Callable[[int], None] | None = None,
    *,
    whole: bool = False,
    measure: bool = True,
) -> Training:
    """Train the router of a knowledge base and keep it; `progress` hears of `effort` steps in all.

    Where little has changed since the router that is there, only that is learnt, unless `whole`; then, without `measure`, it is hardly
    measured: seconds less, for who does not look at the figures.
    """
    data, kept = lessons(settings, knowledge)
    file = router_file.artefact(settings, knowledge)
    basis = None if whole else lesson.nearest(file, data)
    old, detector = (router_file.read(basis[0].file) if basis else None) or (None, None)
    if old and not measure:
        kept = Examples(
            kept.texts[:UNMEASURED], kept.labels[:UNMEASURED], kept.own and min(kept.own, UNMEASURED)
        )
    harmless = training.harmless() if knowledge.language == FRENCH else []
    danger = lesson.checksum(harmless)
    gone = basis[1].removed.texts if basis else ()
    texts = (*data.texts, *kept.texts, *harmless, *gone)
    vectors = Lookup(texts, _cache(settings, knowledge.language, embedder), progress)
    if basis and old:
        counted = replace(
            old, features=RememberedFeatures(old.features, file.parent, router_file.kind(knowledge.language))
        )
        done = retraining.update(counted, basis[1], data, vectors, kept=kept, progress=progress)
        done = replace(done, model=replace(done.model, features=old.features))
    else:
        done = training.train(data, vectors(data.texts), kept, vectors(kept.texts), progress)
    same = basis is not None and basis[0].danger == danger and not basis[1].tells_danger
    if knowledge.language == FRENCH and not (detector and same):
        learnt = [*data.texts, *harmless]
        numbers = [scores.number_of(motive) for motive, _ in data.labels] + [""] * len(harmless)
        detector = danger_model.learn(done.model.features.of(learnt, vectors(learnt)), numbers)
    if progress:
        progress(1)
    router_file.write(file, done.model, detector)
    since = basis[0].since + basis[1].lines if basis and old else 0
    lesson.write(lesson.Lesson(file, since, data, danger))
    if knowledge.language == FRENCH:
        novelty.write(novelty.place(file), novelty.learn(data))
    return done


def vocabulary(settings: Settings, knowledge: Knowledge, router: Path) -> Vocabulary | None:
    """The words that this router knows, which are kept beside it; None for a language that has no tables for it."""
    if knowledge.language != FRENCH:
        return None
    file = novelty.place(router)
    words = novelty.read(file)
    if words is None:
        words = novelty.learn(lessons(settings, knowledge)[0])
        novelty.write(file, words)
    return words


def _cache(settings: Settings, language: str, embedder: Embedder) -> CachedEmbedder:
    """What is known of a language's sentences; other ones than French also know what was learnt in French."""
    place = settings.data_dir / "understanding" / "embeddings"
    french = CachedEmbedder(embedder, place, shipped())
    if language == FRENCH:
        return french
    known = {**shipped(), **french.remembered(), **shipped(vectors_file(language))}
    return CachedEmbedder(embedder, place / language, known)


@contextmanager
def progress_line(settings: Settings, knowledge: Knowledge) -> Iterator[Callable[[int], None]]:
    """A progress bar on standard error, gone when done; a plain line where that is no terminal."""
    console = Console(stderr=True)
    if not console.is_terminal:
        console.print("Learning the knowledge base's questions (once per change)…")
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("Learning the questions", total=effort(settings, knowledge))
        yield lambda steps: bar.advance(task, steps)
