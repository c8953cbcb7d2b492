"""`callbot kb`: the knowledge base, checked, learnt, exported and imported."""

import json
import re
import sys
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from callbot import config
from callbot.commands.kb_exchange import export_command, import_command
from callbot.editing.in_use import knowledge_in_use
from callbot.errors import KnowledgeError
from callbot.knowledge import store
from callbot.knowledge.inspection import Problem

_MANY = 40
"""More problems than this are summed up by kind below their list."""
_VARYING = re.compile(r"«.*?»|\d[\d-]*")

if TYPE_CHECKING:  # learning takes libraries that checking need not load
    from callbot.understanding.training import Training


@click.group()
def kb() -> None:
    """The knowledge base: what the commune has validated."""


kb.add_command(export_command)
kb.add_command(import_command)


@kb.command()
@click.option(
    "--folder", type=click.Path(path_type=Path, file_okay=False), help="Default: the settings' knowledge_dir."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object per problem.")
def check(folder: Path | None, as_json: bool) -> None:
    """Tell what the knowledge base's keepers must mend; exit code 1 when there are errors."""
    try:
        knowledge = store.load(folder) if folder else knowledge_in_use(config.load())
    except KnowledgeError as error:
        if not as_json:
            raise
        for line in str(error).splitlines():
            print(
                json.dumps(
                    {"severity": "error", "file": None, "entry": None, "message": line}, ensure_ascii=False
                )
            )
        sys.exit(1)
    problems = knowledge.problems(date.today())
    errors = sum(problem.severity == "error" for problem in problems)
    for problem in problems:
        print(
            json.dumps(asdict(problem), ensure_ascii=False) if as_json else f"{problem.severity}: {problem}"
        )
    if len(problems) > _MANY and not as_json:
        _sum_up(problems)
    questions = sum(len(entry.questions) for entry in knowledge.entries)
    click.echo(
        f"{knowledge.commune.name}: {len(knowledge.entries)} entries, {questions} questions, "
        f"{errors} errors, {len(problems) - errors} warnings",
        err=True,
    )
    if errors:
        sys.exit(1)


@kb.command()
@click.option(
    "--if-needed", is_flag=True, help="Do nothing when this knowledge base has been learnt already."
)
@click.option("--whole", is_flag=True, help="Learn everything anew, even where little has changed: a minute.")
@click.option(
    "--with-speech",
    is_flag=True,
    help="First let synthetic callers say the lines over a telephone line, to learn what the recogniser in use hears of them.",
)
@click.option(
    "--share",
    type=click.FloatRange(0, 1, min_open=True),
    help="Of the lines, how many are heard with --with-speech (0–1). Default: 0.35.",
)
@click.option("--limit", type=click.IntRange(min=1), help="Hear at most so many more lines now.")
def train(*, if_needed: bool, whole: bool, with_speech: bool, share: float | None, limit: int | None) -> None:
    """Learn what has changed of the knowledge base's questions and the corpus; show what authors who were kept apart say.

    After a small change that takes seconds; everything is learnt anew at first, and after many changes. What has been heard
    already, here or by those who made the corpus, is learnt in any case.
    """
    if not with_speech and (share or limit):
        raise click.UsageError("--share and --limit are for --with-speech")
    from callbot.understanding import router_file, router_learning
    from callbot.understanding.embedding import Embedder

    settings = config.load()
    knowledge = knowledge_in_use(settings)
    if with_speech:
        from callbot.commands.kb_speech import hear_lines
        from callbot.heard.lesson import SHARE

        hear_lines(settings, knowledge, share or SHARE, limit)
    embedder = Embedder(settings.models_dir)
    for code in knowledge.commune.languages:
        own = knowledge.in_language(code)
        if if_needed and router_file.artefact(settings, own).is_file():
            continue
        started, worked = time.perf_counter(), time.process_time()
        with router_learning.progress_line(settings, own) as progress:
            done = router_learning.learn(settings, own, embedder, progress, whole=whole)
        which = f" ({code})" if len(knowledge.commune.languages) > 1 else ""
        if if_needed:
            click.echo(
                f"{done.n} questions and phrases learnt{which} (`callbot kb train` shows the figures).",
                err=True,
            )
        else:
            took, worked = time.perf_counter() - started, time.process_time() - worked
            _show_training(done, f"{which} in {took:.0f} s ({worked:.0f} s of one core)")


def _show_training(done: "Training", how: str) -> None:
    from rich.console import Console

    console = Console(highlight=False)
    figures = done.figures
    console.print(f"{done.n} examples learnt{how}{_how_much(done.anew)}", soft_wrap=True)
    console.print(
        f"Authors kept apart: motive {figures.motive_accuracy:.1%} (mean of motives {figures.motive_macro:.1%}), "
        f"aspect {figures.aspect_accuracy:.1%}"
    )
    console.print(
        f"Without the tables of phrases: acts {figures.act_accuracy:.1%}, emergencies {figures.emergency_recall:.1%} "
        f"with {figures.emergency_false_alarm_rate:.1%} false alarms"
    )
    for point in figures.curve:
        console.print(
            f"  threshold {point.threshold:.2f}: {point.answered:5.1%} answered, {point.wrong:5.1%} wrong, "
            f"{point.background_answered:5.1%} of off-topic answered"
        )


def _how_much(anew: int | None) -> str:
    """What of the router a small change has touched."""
    return "" if anew is None else f", {anew} of the router's motives and aspects anew (--whole: all)"


def _sum_up(problems: Iterable[Problem]) -> None:
    """How many problems there are of each kind, the commonest first."""
    kinds = Counter((problem.severity, _VARYING.sub("…", problem.message)) for problem in problems)
    click.echo("", err=True)
    for (severity, message), count in kinds.most_common():
        click.echo(f"{count:6} × {severity}: {message}", err=True)
