"""`callbot serve` on a database with a great many calls, for the pages to be asked."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from callbot.bench.processes import cpu_seconds, free_port
from callbot.bench.targets import OwnService, Plan
from callbot.config import Settings

__all__ = ["PagesService"]

QUIET_SHARE, LOOK_S, MOST_S = 0.1, 1.0, 120.0
"""It has settled when it uses less than that share of a core; how often that is looked at, and for how long at most."""
MANY_REQUESTS = 6000


class PagesService(OwnService):
    """The whole service, with its engines; nobody calls."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        plan = Plan("ws", engines=True, seconds=0, per_second=1, questions=None)
        super().__init__(settings, folder, plan, 1)
        self.web_port = free_port(socket.SOCK_STREAM)
        self._settings |= {
            "database_url": settings.database,
            "web_port": self.web_port,
            "api_requests_per_minute": MANY_REQUESTS,
        }

    @contextmanager
    def pages(self) -> Iterator[str]:
        """The address (host:port) of its pages, once it has done what it does at its start."""
        with self.serve() as target:
            pid, deadline = target.service.pid, time.monotonic() + MOST_S
            before, used = cpu_seconds(pid), LOOK_S
            while used > QUIET_SHARE * LOOK_S and time.monotonic() < deadline:
                time.sleep(LOOK_S)
                before, used = cpu_seconds(pid), cpu_seconds(pid) - before
                target.service.check()
            yield f"127.0.0.1:{self.web_port}"
