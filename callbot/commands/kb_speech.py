"""`callbot kb train --with-speech`: the lines that the router learns, heard first by the recogniser in use."""

import time

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from callbot.config import Settings
from callbot.heard import lesson
from callbot.knowledge.store import Knowledge

TELL_EVERY_SECONDS = 60
"""Without a terminal, a line so often."""


def hear_lines(settings: Settings, knowledge: Knowledge, share: float, limit: int | None) -> None:
    """Hear what is missing of a share of the lines, with a progress bar on standard error. Raises CallbotError.

    Ctrl-C raises click.Abort; what was heard until then is kept.
    """
    todo = lesson.to_hear(settings, knowledge, share, limit)
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    if not todo.jobs:
        console.print(f"All {todo.there} lines have been heard already.")
        return
    console.print(
        f"{len(todo.jobs)} lines to be heard, {todo.there} have been already. Ctrl-C loses nothing."
    )
    columns = (
        TextColumn("Hearing"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(elapsed_when_finished=True),
    )
    teller = _Teller(console, len(todo.jobs))
    try:
        with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
            task = bar.add_task("", total=len(todo.jobs))

            def progress(more: int) -> None:
                bar.advance(task, more)
                teller.advance(more)

            lesson.take(settings, knowledge, todo.jobs, progress)
    except KeyboardInterrupt:
        console.print(f"Stopped after {teller.done} lines; the same command goes on from there.")
        raise click.Abort from None


class _Teller:
    """What a log sees instead of a bar."""

    def __init__(self, console: Console, total: int) -> None:
        self._console = console
        self._total = total
        self._began = self._told = time.monotonic()
        self.done = 0

    def advance(self, more: int) -> None:
        """Count, and tell now and then."""
        self.done += more
        now = time.monotonic()
        if not self._console.is_terminal and now - self._told >= TELL_EVERY_SECONDS:
            self._told = now
            minutes = (now - self._began) / self.done * (self._total - self.done) / 60
            self._console.print(f"{self.done} of {self._total} heard, about {minutes:.0f} minutes to go")
