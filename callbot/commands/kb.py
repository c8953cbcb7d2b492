"""`callbot kb`: the knowledge base, checked, learnt, exported and imported."""

import json
import sys
import time
from dataclasses import asdict
from datetime import date
from pathlib import Path

import click
from rich.console import Console

from callbot import config
from callbot.commands.kb_exchange import export_command, import_command
from callbot.errors import KnowledgeError
from callbot.knowledge import store


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
    folder = folder or config.load().knowledge_dir
    try:
        knowledge = store.load(folder)
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
def train(if_needed: bool) -> None:
    """Learn the knowledge base's questions and the corpus anew; show what authors who were kept apart say."""
    from callbot.understanding import router
    from callbot.understanding.embedding import Embedder

    settings = config.load()
    knowledge = store.load(settings.knowledge_dir)
    if if_needed and router.artefact(settings, knowledge).is_file():
        return
    started = time.perf_counter()
    with router.progress_line(knowledge) as progress:
        done = router.learn(settings, knowledge, Embedder(), progress)
    if if_needed:
        click.echo(f"{done.n} questions and phrases learnt (`callbot kb train` shows the figures).", err=True)
        return
    console = Console(highlight=False)
    figures = done.figures
    console.print(f"{done.n} examples learnt in {time.perf_counter() - started:.0f} s")
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
