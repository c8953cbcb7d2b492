"""`callbot voices render`: speak every sentence that the bot may say ahead of time, so that a call waits for none."""

import asyncio
import sys

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from callbot import config
from callbot.conversations import texts_to_render, today
from callbot.editing.in_use import knowledge_in_use
from callbot.errors import EngineError
from callbot.languages.tables import FRENCH
from callbot.speech.prompts import Prompts, Rendered, open_prompts


@click.command()
@click.option("--prune", is_flag=True, help="Also remove prompts of other voices, versions and texts.")
def render(prune: bool) -> None:
    """Render every fixed sentence and every answer of the knowledge base; what is there already is kept."""
    settings = config.load()
    knowledge = knowledge_in_use(settings)
    total, pruned, whole = 0, 0, Rendered(0, 0, 0)
    for code in sorted(knowledge.commune.languages, key=lambda code: code != FRENCH):
        first, rest = texts_to_render(knowledge.in_language(code), today())
        texts = [*first, *rest]
        rendered, gone = asyncio.run(_render(open_prompts(settings, code), texts, prune))
        total, pruned = total + len(texts), pruned + gone
        whole = Rendered(
            whole.made + rendered.made, whole.kept + rendered.kept, whole.failed + rendered.failed
        )
    click.echo(
        f"{total} prompts: {whole.made} rendered, {whole.kept} already there, {pruned} old ones removed.",
        err=True,
    )
    if whole.failed:
        raise EngineError(f"{whole.failed} of {total} prompts could not be rendered; the reasons are above")


async def _render(prompts: Prompts, texts: list[str], prune: bool) -> tuple[Rendered, int]:
    columns = TextColumn("Rendering prompts"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    try:
        with Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty()) as bar:
            task = bar.add_task("", total=len(texts))
            rendered = await prompts.render(texts, lambda done, _: bar.update(task, completed=done))
        return rendered, prompts.prune(texts) if prune else 0
    finally:
        await prompts.close()
