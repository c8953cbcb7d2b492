"""`callbot bench intents`: how well utterances that no training ever saw are understood.

They are the authors of the corpus who were kept apart (`callbot.corpus`), or a table of one's own (tab-separated, with a header):
`set`, `text`, `motive`, `aspect`, `act`, `emergency`, `author`. A row with neither motive nor act nor emergency is out of scope:
nothing must be answered.
"""

import csv
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import click
from rich.console import Console

from callbot import config
from callbot.corpus.reader import Kind, Part, utterances
from callbot.errors import CallbotError
from callbot.knowledge import store
from callbot.understanding.interpretation import Interpretation
from callbot.understanding.router import Understanding
from callbot.understanding.scores import curve

_SETS = {
    Kind.MOTIVE: "motive",
    Kind.OUT: "out_of_scope",
    Kind.NEAR: "near_miss",
    Kind.ACT: "act",
    Kind.EMERGENCY: "emergency",
    Kind.ALARM: "emergency_false",
}
"""The set that a line of the corpus belongs to."""
_COLUMNS = {"set", "text", "motive", "aspect", "act", "emergency"}
_WEAKEST = 12


@dataclass(frozen=True)
class Question:
    """One row of the exam: what is said and how it should be understood; empty where nothing should."""

    set: str
    text: str
    motive: str = ""
    aspect: str = ""
    act: str = ""
    emergency: str = ""
    author: str = ""

    @property
    def out_of_scope(self) -> bool:
        """True when nothing is to be understood."""
        return not (self.motive or self.act or self.emergency)


@dataclass(frozen=True)
class Answer:
    """How a question was understood: at `threshold` it is answered, from `confirm_threshold` on the bot asks first."""

    question: Question
    reading: Interpretation
    threshold: float
    confirm_threshold: float

    @property
    def motive(self) -> str:
        """The first candidate's motive, empty if there is none."""
        return self.reading.best.motive if self.reading.best else ""

    @property
    def spoken(self) -> bool:
        """True when a validated answer would be spoken."""
        return self.reading.best is not None and self.reading.best.confidence >= self.threshold

    @property
    def proposed(self) -> bool:
        """True when the bot would ask whether that is the question."""
        best = self.reading.best
        return best is not None and self.confirm_threshold <= best.confidence < self.threshold

    @property
    def wrong(self) -> bool:
        """True when the spoken answer belongs to another motive, or to none."""
        return self.spoken and self.motive != self.question.motive


@dataclass(frozen=True)
class Row:
    """The figures of one set, shares 0–1; None where the set has nothing to measure. Motives count without the threshold."""

    set: str
    n: int
    motive_accuracy: float | None
    motive_macro: float | None
    aspect_accuracy: float | None
    wrong_answer_rate: float | None
    out_of_scope_recall: float | None
    emergency_recall: float | None
    emergency_false_alarm_rate: float | None
    answered_rate: float | None
    proposed_rate: float | None
    proposed_right_rate: float | None
    act_accuracy: float | None
    emergency_number_accuracy: float | None
    threshold: float


def read(file: Path) -> list[Question]:
    """The rows of an exam. Raises CallbotError when it is missing or lacks a column."""
    try:
        with file.open(encoding="utf-8", newline="") as lines:
            table = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
            missing = _COLUMNS - set(table.fieldnames or ())
            if missing:
                raise CallbotError(f"{file}: the column '{min(missing)}' is missing")
            return [
                Question(**{column: (row.get(column) or "").strip() for column in (*_COLUMNS, "author")})
                for row in table
            ]
    except (OSError, UnicodeDecodeError) as error:
        raise CallbotError(f"{file}: the exam cannot be read ({error}); name one with --data") from None


def of_corpus(part: Part) -> list[Question]:
    """The lines of the authors of `part`."""
    return [
        Question(
            _SETS[line.kind],
            line.text,
            motive=line.label if line.kind in (Kind.MOTIVE, Kind.ALARM) else "",
            aspect=line.aspect,
            act=line.label if line.kind is Kind.ACT else "",
            emergency=line.label if line.kind is Kind.EMERGENCY else "",
            author=line.author,
        )
        for line in utterances(part)
    ]


def row(name: str, answers: Sequence[Answer], threshold: float) -> Row:
    """The figures of some answers."""
    asked = [a for a in answers if a.question.motive]
    by_motive: dict[str, list[bool]] = defaultdict(list)
    for a in asked:
        by_motive[a.question.motive].append(a.motive == a.question.motive)
    urgent = [a for a in answers if a.question.emergency]
    return Row(
        set=name,
        n=len(answers),
        motive_accuracy=_share(hit for hits in by_motive.values() for hit in hits),
        motive_macro=_share_of_shares(by_motive),
        aspect_accuracy=_share(
            a.reading.best is not None and a.reading.best.aspect == a.question.aspect
            for a in asked
            if a.motive == a.question.motive
        ),
        wrong_answer_rate=_share(a.wrong for a in answers),
        out_of_scope_recall=_share(not a.spoken for a in answers if a.question.out_of_scope),
        emergency_recall=_share(a.reading.emergency is not None for a in urgent),
        emergency_false_alarm_rate=_share(
            a.reading.emergency is not None for a in answers if not a.question.emergency
        ),
        answered_rate=_share(a.spoken for a in asked),
        proposed_rate=_share(a.proposed for a in answers),
        proposed_right_rate=_share(a.motive == a.question.motive for a in asked if a.proposed),
        act_accuracy=_share(a.reading.act == a.question.act for a in answers if a.question.act),
        emergency_number_accuracy=_share(a.reading.emergency == a.question.emergency for a in urgent),
        threshold=threshold,
    )


def _share(hits: Iterable[bool]) -> float | None:
    values = list(hits)
    return round(sum(values) / len(values), 4) if values else None


def _share_of_shares(groups: dict[str, list[bool]]) -> float | None:
    if not groups:
        return None
    return round(sum(sum(hits) / len(hits) for hits in groups.values()) / len(groups), 4)


def rows(answers: Sequence[Answer], threshold: float) -> list[Row]:
    """A row per set, in the exam's order; one per author of motives: who is understood worst; then one for all."""
    sets: dict[str, list[Answer]] = defaultdict(list)
    for answer in answers:
        sets[answer.question.set].append(answer)
    for answer in answers:
        if answer.question.motive and answer.question.author:
            sets[f"motive, author {answer.question.author}"].append(answer)
    return [row(name, some, threshold) for name, some in sets.items()] + [row("all", answers, threshold)]


def weakest(answers: Sequence[Answer]) -> list[tuple[str, float, str]]:
    """The motives understood worst: motive, share understood, and what it is most often taken for."""
    groups: dict[str, list[str]] = defaultdict(list)
    for answer in answers:
        if answer.question.motive:
            groups[answer.question.motive].append(answer.motive)
    found = []
    for motive, heard in groups.items():
        others = [other or "(nothing)" for other in heard if other != motive]
        if others:
            found.append(
                (motive, heard.count(motive) / len(heard), max(sorted(set(others)), key=others.count))
            )
    return sorted(found, key=lambda item: item[1])[:_WEAKEST]


@click.command()
@click.option(
    "--data",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A table instead of the corpus, tab-separated: set, text, motive, aspect, act, emergency, author.",
)
@click.option(
    "--part",
    type=click.Choice([Part.EXAM.value, Part.THRESHOLDS.value]),
    default=Part.EXAM.value,
    show_default=True,
    help="Which authors of the corpus: those kept for the final figures, or those that thresholds are chosen on.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object per set.")
def intents(*, data: Path | None, part: str, as_json: bool) -> None:
    """How utterances that the router never learnt are understood."""
    settings = config.load()
    questions = read(data) if data else of_corpus(Part(part))
    understanding = Understanding.load(settings, store.load(settings.knowledge_dir))
    threshold = settings.answer_threshold
    half_sure = settings.confirm_threshold
    answers = [Answer(q, understanding.interpret(q.text), threshold, half_sure) for q in questions]
    measured = rows(answers, threshold)
    if as_json:
        for line in measured:
            print(json.dumps(asdict(line)))
        return
    _show(measured, answers)


def _show(measured: Sequence[Row], answers: Sequence[Answer]) -> None:
    console = Console(highlight=False)
    for line in measured:
        values = {name: value for name, value in asdict(line).items() if value is not None}
        console.print(f"{values.pop('set')} ({values.pop('n')}): ", end="")
        console.print(", ".join(f"{name} {value:.3f}" for name, value in values.items()))
    console.print("Weakest motives:")
    for motive, share, other in weakest(answers):
        console.print(f"  {motive}: {share:.0%}, most often taken for {other}")
    console.print("Thresholds:")
    for point in curve([a.reading.best for a in answers], [a.question.motive for a in answers]):
        console.print(
            f"  {point.threshold:.2f}: {point.answered:5.1%} answered, {point.wrong:5.1%} wrong, "
            f"{point.background_answered:5.1%} of the rest answered"
        )


command = intents
"""What `callbot bench` includes."""
