"""The processes of a measurement: started with settings of their own, watched in /proc (Linux), and never left behind."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from statistics import fmean
from types import TracebackType
from typing import IO, Self

from callbot.bench.figures import Usage
from callbot.errors import CallbotError

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
STOP_SECONDS = 25
"""How long a process may take to stop by itself: callers who are still there are told that a person takes over."""
LAST_LINES = 5
_PROC = Path("/proc")


class Child:
    """`python -m module`, with pipes to its standard input and output; its standard error is kept for the day it fails.

    `settings` come before the environment's. Ctrl-C does not reach it: as a context manager it is stopped by us.
    """

    keeps_errors = True

    def __init__(self, module: str, *arguments: str, **settings: object) -> None:
        self._name = module
        self._errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 (closed by stop)
        variables = [f"CALLBOT_{name.upper()}={value}" for name, value in settings.items()]
        self._process = subprocess.Popen(  # noqa: S603 (our own modules)
            ["/usr/bin/env", *variables, sys.executable, "-m", module, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors if self.keeps_errors else None,
            text=True,
            start_new_session=True,
        )
        assert self._process.stdin
        assert self._process.stdout
        self.input, self.output = self._process.stdin, self._process.stdout

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        """Of the process itself: `env` has become it."""
        return self._process.pid

    def line(self) -> str:
        """The next line of its output. Raises CallbotError, with its last words, when it has ended."""
        line = self.output.readline()
        if not line:
            raise CallbotError(f"{self._name} has ended: {self._last_words()}")
        return line

    def check(self) -> None:
        """Raises CallbotError, with its last words, when it has ended."""
        if self._process.poll() is not None:
            raise CallbotError(f"{self._name} has ended: {self._last_words()}")

    def success(self) -> None:
        """Wait for its end. Raises CallbotError, with its last words, when it has failed."""
        self.output.read()
        if self._process.wait():
            self.check()

    def stop(self) -> None:
        """End it and whatever it has started; killed when it takes too long. Idempotent."""
        family = [self.pid, *descendants(self.pid)]
        with suppress(OSError):
            self.input.close()
        if self._process.poll() is None:
            self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for pid in family[1:]:
            if parent_of(pid) in (*family, 1):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        self.output.close()
        self._errors.close()

    def _last_words(self) -> str:
        self._process.wait()
        self._errors.seek(0)
        lines = self._errors.read().decode("utf-8", "replace").splitlines()
        return "\n".join(lines[-LAST_LINES:]) or f"exit code {self._process.returncode}"


class ShownChild(Child):
    """What it says on standard error, its progress as well, is for whoever watches."""

    keeps_errors = False


class Meter:
    """What some processes use: `start`, now and then `look`, `stop`."""

    def __init__(self, pids: list[int]) -> None:
        self._pids = pids
        self._before = {pid: cpu_seconds(pid) for pid in pids}
        self._seen_mb = [self._now_mb()]

    def look(self) -> None:
        """Notice how much memory they hold; to be called at even distances."""
        self._seen_mb.append(self._now_mb())

    def usage(self) -> Usage:
        """Since the start."""
        self.look()
        used = sum(max(0.0, cpu_seconds(pid) - before) for pid, before in self._before.items())
        before, *seen = self._seen_mb
        sixth = max(1, len(seen) // 6)
        return Usage(used, max(seen), before, fmean(seen[:sixth]), fmean(seen[-sixth:]))

    def _now_mb(self) -> float:
        return sum(map(rss_mb, self._pids))


def cpu_seconds(pid: int) -> float:
    """Processor time of a process, all its threads, ended ones too; 0 when it is gone."""
    fields = _stat(pid)
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND if fields else 0.0


def family_cpu_seconds(pid: int) -> float:
    """Processor time of a process and of its children that have ended; 0 when it is gone."""
    fields = _stat(pid)
    return sum(map(int, fields[11:15])) / TICKS_PER_SECOND if fields else 0.0


def parent_of(pid: int) -> int:
    """The parent's id; 0 when the process is gone."""
    fields = _stat(pid)
    return int(fields[1]) if fields else 0


def rss_mb(pid: int) -> float:
    """Memory that a process holds; 0 when it is gone."""
    try:
        pages = int((_PROC / str(pid) / "statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / (1 << 20)


def busy_seconds() -> float:
    """Processor time that the whole machine has spent working."""
    fields = (_PROC / "stat").read_text().split("\n", 1)[0].split()[1:]
    user, nice, system, _idle, _iowait, irq, softirq = map(int, fields[:7])
    return (user + nice + system + irq + softirq) / TICKS_PER_SECOND


def descendants(pid: int) -> list[int]:
    """All processes below `pid`, children before grandchildren."""
    found: list[int] = []
    for task in (_PROC / str(pid) / "task").glob("*/children"):
        with suppress(OSError):
            found += map(int, task.read_text().split())
    return found + [below for child in found for below in descendants(child)]


def free_port(kind: socket.SocketKind) -> int:
    """A port on the loopback that is free now."""
    with socket.socket(socket.AF_INET, kind) as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat after the name; empty when the process is gone."""
    try:
        return (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
