"""Processes that are killed, and what must be left of them: nothing."""

import asyncio
import os
import signal
import socket
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

from tests.support.cli import ROOT
from tests.support.waiting import until


class Running:
    """A process of ours that an operator would start; `log` is its standard error so far."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.log = ""

    async def hear(self) -> None:
        """Keep its log."""
        assert self.process.stderr
        while line := await self.process.stderr.readline():
            self.log += line.decode(errors="replace")

    async def said(self, words: str) -> None:
        """Until it has written that, or has ended without."""
        await until(lambda: words in self.log or self.process.returncode is not None)
        assert words in self.log, self.log

    def bridge_pid(self) -> int:
        """The SIP bridge that it has started."""
        pid = self.process.pid
        listed = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
        [bridge] = [int(child) for child in listed if "sip_bridge" in command_line(int(child))]
        return bridge

    async def kill(self) -> None:
        """As the kernel does when memory is short."""
        os.kill(self.process.pid, signal.SIGKILL)
        await self.process.wait()


@asynccontextmanager
async def running(module: str, *arguments: str, env: dict[str, str]) -> AsyncIterator[Running]:
    """`python -m module …`, killed at the end if it still runs."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module, *arguments),
        env=env,
        cwd=ROOT,
        stdin=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    it = Running(process)
    hearing = asyncio.create_task(it.hear())
    try:
        yield it
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        hearing.cancel()


def command_line(pid: int) -> str:
    """How a process was started."""
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\x00", b" ").decode()


def lives(pid: int) -> bool:
    """Whether a process runs."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def is_free(port: int) -> bool:
    """Whether SIP could be bound there, over UDP and TCP."""
    for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
        with socket.socket(socket.AF_INET, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, kind is socket.SOCK_STREAM)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                return False
    return True


def outcomes(data_dir: Path) -> list[str | None]:
    """Of every call in the SQLite database, the oldest first."""
    with closing(sqlite3.connect(next(data_dir.glob("*.db")))) as database:
        return [row[0] for row in database.execute("SELECT outcome FROM calls ORDER BY started_at")]
