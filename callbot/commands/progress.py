"""How long work shows itself on standard error: bars on a terminal, plain lines elsewhere."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from callbot.speech.fetching import Advance


class DownloadReporter:
    """The `Reporter` of the command line. Use as a context manager, so that the bars give the terminal back."""

    def __init__(self) -> None:
        self._console = Console(stderr=True, highlight=False, soft_wrap=True)
        columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
        self._bars = Progress(*columns, TimeRemainingColumn(), console=self._console, transient=True)

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._console.is_terminal:
            self._bars.stop()

    def say(self, line: str) -> None:
        """One line for a person, above the bars."""
        self._console.print(line, markup=False)

    @contextmanager
    def download(self, label: str) -> Iterator[Advance]:
        """A bar while the download lasts; without a terminal, a line as it begins."""
        if not self._console.is_terminal:
            self.say(f"downloading {label}")
        task = self._bars.add_task(label, total=None)
        try:
            yield lambda done, total: self._bars.update(task, completed=done, total=total)
        finally:
            self._bars.remove_task(task)
