"""`callbot bench intents`: how well utterances that no training ever saw are understood, and what that costs."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console
from rich.progress import track

from callbot import config
from callbot.bench import confusion, pictures
from callbot.bench.exam import Question, of_corpus, read
from callbot.bench.examiner import Examiner
from callbot.bench.reliability import bins, expected_error
from callbot.bench.understood import Answer, Did, Row, row, rows, weakest
from callbot.corpus.reader import Part
from callbot.errors import CallbotError
from callbot.knowledge import store
from callbot.knowledge.store import Knowledge
from callbot.languages.tables import FRENCH
from callbot.understanding.router import Understanding
from callbot.understanding.scores import THRESHOLDS, Point, curve

__all__ = [
    "Answer",
    "Did",
    "Question",
    "Row",
    "command",
    "intents",
    "of_corpus",
    "read",
    "row",
    "rows",
    "weakest",
]

_FINE = tuple(n / 200 for n in range(60, 200))
"""Thresholds of the picture: 0.3 to 0.995."""


@click.command()
@click.option(
    "--data",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A table instead of the corpus, tab-separated: set, text, motive, aspect, act, emergency, author.",
)
@click.option(
    "--language", default="fr", show_default=True, help="Of the commune's languages, the one to measure."
)
@click.option(
    "--part",
    type=click.Choice([Part.EXAM.value, Part.THRESHOLDS.value]),
    default=Part.EXAM.value,
    show_default=True,
    help="Which authors of the corpus: those kept for the final figures, or those that thresholds are chosen on.",
)
@click.option(
    "--pictures",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Also draw the confusion matrix, thresholds and confidences there; needs the extra `bench`.",
)
@click.option(
    "--speech", is_flag=True, help="A drawn share of them by voice: through A-law, and with noise at 10 dB."
)
@click.option(
    "--share",
    type=click.FloatRange(0, 1, min_open=True),
    default=0.1,
    show_default=True,
    help="Of the exam's lines, how many are spoken with --speech, and all emergencies.",
)
@click.option(
    "--noise",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("../shared/data/noise"),
    show_default=True,
    help="Folder with city.wav and babble_fr_6talkers.wav, for --speech.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object per set.")
def intents(
    *,
    data: Path | None,
    part: str,
    language: str,
    folder: Path | None,
    speech: bool,
    share: float,
    noise: Path,
    as_json: bool,
) -> None:
    """How utterances that the router never learnt are understood."""
    settings = config.load()
    knowledge = store.load(settings.knowledge_dir)
    if language not in knowledge.commune.languages:
        raise CallbotError(f"--language {language}: the commune does not offer it")
    if speech:
        from callbot.bench.spoken_intents_command import show_spoken

        if data or folder or language != FRENCH:
            raise click.UsageError(
                "--speech goes with --part, --share, --noise and --json alone, and in French"
            )
        show_spoken(settings, Part(part), noise, share=share, as_json=as_json)
        return
    questions = read(data) if data else of_corpus(Part(part), language)
    if not questions:
        raise CallbotError(f"the corpus has no lines in '{language}' for {part}")
    understanding = Understanding.load(settings, knowledge.in_language(language))
    ask = Examiner(settings, knowledge, understanding, language)
    answers = _asked(questions, ask)
    measured = rows(answers, settings.answer_threshold)
    if as_json:
        for line in measured:
            print(json.dumps(asdict(line)))
    else:
        _show(measured, answers)
    if folder:
        chosen_on = [] if part == Part.THRESHOLDS.value and not data else of_corpus(Part.THRESHOLDS, language)
        compared = [("authors of thresholds", _asked(chosen_on, ask))] if chosen_on else []
        _draw(
            folder,
            knowledge,
            [*compared, (data.name if data else f"authors of {part}", answers)],
            settings.answer_threshold,
        )


def _asked(questions: Sequence[Question], ask: Callable[[Question], Answer]) -> list[Answer]:
    errors = Console(stderr=True)
    bar = track(questions, "Asking", console=errors, transient=True, disable=not errors.is_terminal)
    return [ask(question) for question in bar]


def domains(knowledge: Knowledge) -> list[tuple[str, str]]:
    """The knowledge base's motives in its order, each with its domain: the file in which it stands."""
    return [
        (Path(origin).stem, entry.motive)
        for entry, origin in zip(knowledge.entries, knowledge.origins, strict=True)
    ]


def _draw(
    folder: Path, knowledge: Knowledge, parts: Sequence[tuple[str, Sequence[Answer]]], threshold: float
) -> None:
    """`parts`: whose answers, the last ones being those that are measured."""
    pictures.confusion(
        confusion.matrix(domains(knowledge), parts[-1][1]), folder / "understanding-confusion.png"
    )
    curves = [pictures.Curve(name, tuple(_curve(answers, _FINE))) for name, answers in parts]
    pictures.thresholds(curves, threshold, folder / "understanding-thresholds.png")
    pictures.reliability(
        [(name, bins(answers)) for name, answers in parts], folder / "understanding-reliability.png"
    )


def _curve(answers: Sequence[Answer], thresholds: Sequence[float]) -> Sequence[Point]:
    return curve([a.reading.best for a in answers], [a.question.motive for a in answers], thresholds)


def _show(measured: Sequence[Row], answers: Sequence[Answer]) -> None:
    console = Console(highlight=False, soft_wrap=True)
    for line in measured:
        values = {name: value for name, value in asdict(line).items() if value is not None}
        console.print(f"{values.pop('set')} ({values.pop('n')}): ", end="")
        console.print(", ".join(f"{name} {value:.3f}" for name, value in values.items()))
    console.print("Weakest motives:")
    for motive, share, other in weakest(answers):
        console.print(f"  {motive}: {share:.0%}, most often taken for {other}")
    console.print("\n| meant | read as | lines | of |\n|---|---|---:|---:|")
    for pair in confusion.pairs(answers):
        console.print(f"| {pair.meant} | {pair.read} | {pair.n} | {pair.asked} |")
    console.print("\n| confidence | lines | right |\n|---:|---:|---:|")
    tenths = bins(answers)
    for one in tenths:
        console.print(f"| {one.confidence:.0%} | {one.n} | {one.right:.0%} |")
    console.print(
        f"Confidence is off by {expected_error(tenths):.1%} on average (expected calibration error).\n"
    )
    console.print("Thresholds:")
    for point in _curve(answers, THRESHOLDS):
        console.print(
            f"  {point.threshold:.2f}: {point.answered:5.1%} answered, {point.wrong:5.1%} wrong, "
            f"{point.background_answered:5.1%} of the rest answered"
        )


command = intents
"""What `callbot bench` includes."""
