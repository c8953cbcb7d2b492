"""`callbot voices render`: speak every sentence that the bot may say ahead of time, so that a call waits for none."""

import asyncio
import sys

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from callbot import config
from callbot.conversations import texts_to_render, today
from callbot.errors import EngineError
from callbot.knowledge import store
from callbot.speech.prompts import Prompts, Rendered, open_prompts


@click.command()
@click.option("--prune", is_flag=True, help="Also remove prompts of other voices, versions and texts.")
def render(prune: bool) -> None:
    """Render every fixed sentence and every answer of the knowledge base; what is there already is kept."""
    settings = config.load()
    first, rest = texts_to_render(store.load(settings.knowledge_dir), today())
    texts = [*first, *rest]
    rendered, pruned = asyncio.run(_render(open_prompts(settings), texts, prune))
    click.echo(
        f"{len(texts)} prompts: {rendered.made} rendered, {rendered.kept} already there, {pruned} old ones removed.",
        err=True,
    )
    if rendered.failed:
        raise EngineError(
            f"{rendered.failed} of {len(texts)} prompts could not be rendered; the reasons are above"
        )


async def _render(prompts: Prompts, texts: list[str], prune: bool) -> tuple[Rendered, int]:
    columns = TextColumn("Rendering prompts"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    try:
        with Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty()) as bar:
            task = bar.add_task("", total=len(texts))
            rendered = await prompts.render(texts, lambda done, _: bar.update(task, completed=done))
        return rendered, prompts.prune(texts) if prune else 0
    finally:
        await prompts.close()
