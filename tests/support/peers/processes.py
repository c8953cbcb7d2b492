"""Peers' processes and ports: started on the loopback in a folder of their own, ended with everything they started."""

import asyncio
import ctypes
import os
import random
import shutil
import signal
import socket
import tempfile
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from itertools import count as count_up
from pathlib import Path
from typing import Self

END_S = 5
_WORKERS = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
_WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % _WORKERS
_SHARE = 10_000 // _WORKERS // 2 * 2
PORTS = range(10_000 + _SHARE * _WORKER, 10_000 + _SHARE * (_WORKER + 1))
"""Below the ports that Linux gives to outgoing connections, and those that the bridge takes for sound; each worker has its own."""
_PR_SET_PDEATHSIG = 1


TRIES = 50
_given_order: deque[range] = deque()
_given_lately: set[int] = set()
"""What this process was told is free and may not have bound yet: a SIP port must not lie among the RTP ports asked for next."""


def free_ports(count: int = 1) -> int:
    """The first of `count` consecutive ports, UDP and TCP, that nobody uses; even, as RTP wants it."""
    for tries in count_up():
        if (
            tries % TRIES == TRIES - 1 and _given_order
        ):  # no gap is large enough: what was given long ago is bound or done with
            _given_lately.difference_update(_given_order.popleft())
        first = random.randrange(PORTS.start, PORTS.stop - count, 2)
        wanted = range(first, first + count)
        if _given_lately.isdisjoint(wanted) and all(map(_is_free, wanted)):
            _given_lately.update(wanted)
            _given_order.append(wanted)
            while len(_given_lately) > len(PORTS) // 4:
                _given_lately.difference_update(_given_order.popleft())
            return first
    raise AssertionError  # count_up has no end


def free_port() -> int:
    """A port, UDP and TCP, that nobody uses."""
    return free_ports(1)


def die_with_us() -> None:
    """For a child before it runs: it is ended when the tests are killed (prctl(2)); baresip would spin for ever."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _is_free(port: int) -> bool:
    for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                return False
    return True


class Peer:
    """One program in a temporary folder: `async with` starts it, waits until it serves, and ends it.

    Subclasses say what is run (`command`, after they wrote their files to `folder`) and when it is ready (`ready`).
    """

    package = ""
    """The Debian package that brings the program."""

    folder: Path
    process: asyncio.subprocess.Process

    def command(self) -> Sequence[str | Path]:
        """The program and its arguments."""
        raise NotImplementedError

    def environment(self) -> dict[str, str]:
        """What its environment has besides ours."""
        return {}

    async def ready(self) -> None:
        """Return when it serves."""

    async def farewell(self) -> None:
        """What is to be done before it is ended."""

    @property
    def log(self) -> str:
        """What it printed."""
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")

    def is_alive(self) -> bool:
        """Whether the program still runs."""
        return self.process.returncode is None

    async def kill(self) -> None:
        """End it as a power cut would."""
        self._signal(signal.SIGKILL)
        await self.process.wait()

    async def __aenter__(self) -> Self:
        self.folder = Path(tempfile.mkdtemp(prefix=f"callbot-{type(self).__name__.lower()}-"))
        try:
            program, *arguments = map(str, self.command())
            assert shutil.which(program), (
                f"{program} is not installed: `make test` installs it (package {self.package})"
            )
            with (self.folder / "log").open("wb") as log:
                self.process = await asyncio.create_subprocess_exec(
                    program,
                    *arguments,
                    cwd=self.folder,
                    env=os.environ | self.environment(),
                    stdin=asyncio.subprocess.PIPE,
                    stdout=log,
                    stderr=asyncio.subprocess.STDOUT,
                    start_new_session=True,
                    preexec_fn=die_with_us,
                )
            try:
                await self.ready()
            except BaseException:
                await self._end()
                raise
        except BaseException:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        try:
            if self.is_alive():
                await self.farewell()
        finally:
            await self._end()
            shutil.rmtree(self.folder, ignore_errors=True)

    async def _end(self) -> None:
        self._signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(self.process.wait(), END_S)
        except TimeoutError:
            await self.kill()
        self._signal(signal.SIGKILL)  # what it may have started itself

    def _signal(self, number: int) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)
