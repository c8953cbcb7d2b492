"""`callbot bench queue --callers`: a whole service, callers who wait in its queue, then receptionists who take some of them.

What is real: `callbot serve` with its engines, every caller's connection, sound, database, the desks' forms and news. The callers and
the agents' telephones are a process of their own (queue_callers.py), the receptionists threads of this one (queue_desk.py).
"""

import asyncio
import json
import socket
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import delete, func, select

from callbot import tables
from callbot.accounts import Accounts, Role
from callbot.audio.g711 import encode_alaw
from callbot.bench.placing import Show, progress
from callbot.bench.processes import Child, Meter, busy_seconds, free_port
from callbot.bench.queue_callers import AGAIN_S, number_of
from callbot.bench.queue_desk import Desk
from callbot.bench.queue_figures import PLACE_SENTENCES, Scene, Stood, Told, figures
from callbot.bench.queue_line import MUSIC, Waited
from callbot.bench.targets import MORE_CALLS, VOICE, OwnService, Plan
from callbot.config import Settings, load
from callbot.database import Database
from callbot.dialogue.waiting_phrases import BACK
from callbot.errors import CallbotError
from callbot.hold_sounds import open_music
from callbot.humans.queue_rows import PLACES
from callbot.humans.queue_types import IN_QUEUE
from callbot.privacy import pseudonym, pseudonym_key
from callbot.speech.prompts import open_prompts

Thing = TypeVar("Thing")

WAITING_S = 65.0
"""All wait so long before the first agent is there: each hears twice where they stand. The first of 200 have waited for 105 s then:
after 120 without an agent at a desk they would ring the service (dialogue/waiting.py)."""
TAKING_S = 30.0
DESKS = 5
AGAIN_SHARE = 0.2
"""Of the callers, the last to come: they hang up and call again."""
PER_SECOND = 5.0
PASSWORD = "cheval-agrafe-pile-juste"  # noqa: S105 (of the measurement's own service)


class QueueService(OwnService):
    """`callbot serve` with a queue, its pages on a known port."""

    def __init__(self, settings: Settings, folder: Path, callers: int, url: str) -> None:
        plan = Plan("ws", engines=True, seconds=0, per_second=PER_SECOND, questions=None)
        super().__init__(settings, folder, plan, callers)
        self.web_port = free_port(socket.SOCK_STREAM)
        self._settings |= {
            "database_url": url,
            "web_port": self.web_port,
            "wrap_up_seconds": 60,
            "max_waiting": callers + MORE_CALLS,
        }
        self.settings = load({}, data_dir=folder, database_url=url, tts=VOICE)


def scene(settings: Settings, callers: int, url: str = "") -> Scene:
    """Play it once. Raises CallbotError."""
    with tempfile.TemporaryDirectory(prefix="callbot-bench-") as folder:
        service = QueueService(settings, Path(folder), callers, url)
        with progress(callers) as show:
            desks = asyncio.run(_prepare(service))
            sounds = _write_sounds(service.settings, Path(folder))
            again = round(callers * AGAIN_SHARE)
            order = {
                "transport": "ws", "calls": callers, "seconds": WAITING_S + TAKING_S, "per_second": PER_SECOND, "questions": [],
                "redial": True, "again": again, "again_after": WAITING_S - 3 * AGAIN_S, "sounds": sounds,
            }  # fmt: skip
            with service.serve() as target, Child("callbot.bench.queue_callers") as load_child:
                for number, desk in enumerate(desks):
                    desk.open(str(201 + number))
                load_child.line()  # it is ready
                load_child.input.write(json.dumps(order | {"target": target.address}) + "\n")
                load_child.input.flush()
                run = _Run(service, desks, callers, again, show)
                run.watch(load_child, target.service)
            if url:
                asyncio.run(_with_database(service.settings, _empty))
        return run.result()


class _Run:
    """One run as it goes on."""

    def __init__(
        self, service: QueueService, desks: Sequence[Desk], callers: int, again: int, show: Show
    ) -> None:
        self._service, self._desks, self._callers, self._again, self._show = (
            service,
            desks,
            callers,
            again,
            show,
        )
        self._stood: dict[str, list[Stood]] = {}
        self._cpu_seconds = self._waited_s = self._rss_mb = 0.0

    def watch(self, load_child: Child, service: Child) -> None:
        """Read what the callers tell, and have the receptionists work when all have waited long enough."""
        busy, began, served = busy_seconds(), time.monotonic(), Meter([service.pid])
        waiting: tuple[Meter, float] | None = None
        works: list[Any] = []
        with ThreadPoolExecutor(len(self._desks)) as threads:
            while "over" not in (told := json.loads(load_child.line())):
                service.check()
                served.look()
                held_s = told["held_s"]
                self._show(
                    "wait" if held_s else "placed",
                    held_s or told["up"],
                    WAITING_S if held_s else self._callers,
                )
                if held_s and waiting is None:
                    waiting = Meter([service.pid]), time.monotonic()
                if waiting and not self._stood and held_s > WAITING_S - 4 * AGAIN_S:
                    self._cpu_seconds, self._waited_s = (
                        waiting[0].usage().cpu_seconds,
                        time.monotonic() - waiting[1],
                    )
                    self._stood = asyncio.run(_standings(self._service))
                if held_s > WAITING_S and not works:
                    until_s = time.monotonic() + TAKING_S - 5
                    works = [threads.submit(desk.work, until_s) for desk in self._desks]
            for work in works:
                work.result()
            for desk in self._desks:
                desk.close()
        usage = served.usage()
        self._rss_mb = usage.rss_mb
        others = busy_seconds() - busy - usage.cpu_seconds - told["cpu_seconds"]
        self._others_cores, self._behind_ms = max(0.0, others) / (time.monotonic() - began), told["behind_ms"]
        self._waited = [Waited(**one) for one in json.loads(load_child.line())]
        self._ended = asyncio.run(_standings(self._service))

    def result(self) -> Scene:
        """The figures."""
        key = pseudonym_key(self._service.settings)
        return figures(
            Told(
                database="PostgreSQL" if self._service.settings.database_url else "SQLite",
                numbers={
                    pseudonym(key, number) or "": number for number in map(number_of, range(self._callers))
                },
                calls=self._waited,
                served=[one for desk in self._desks for one in desk.served],
                stood=self._stood,
                ended=[one for places in self._ended.values() for one in places],
                cpu_seconds=self._cpu_seconds,
                waited_s=self._waited_s,
                rss_mb=self._rss_mb,
                behind_ms=self._behind_ms,
                others_cores=self._others_cores,
            )
        )


async def _with_database(settings: Settings, work: Callable[[Database], Any]) -> Any:
    database = await Database.open(settings)
    try:
        return await work(database)
    finally:
        await database.close()


async def _empty(database: Database) -> None:
    """It was empty before."""
    async with database.begin() as connection:
        for table in reversed(tables.metadata.sorted_tables):
            await connection.execute(delete(table))


async def _prepare(service: QueueService) -> list[Desk]:
    """Accounts for the receptionists, in a database that nobody uses. Raises CallbotError."""
    names = [f"bench{number}" for number in range(DESKS)]

    async def add(database: Database) -> None:
        async with database.read() as connection:
            for table in (tables.queue_entries, tables.calls, tables.accounts):
                if await connection.scalar(select(func.count()).select_from(table)):
                    raise CallbotError("bench queue: this database is in use; give it an empty one")
        accounts = Accounts(database, service.settings)
        for name in names:
            await accounts.add(name, PASSWORD, Role.RECEPTIONIST, actor="bench")

    await _with_database(service.settings, add)
    return [Desk(f"127.0.0.1:{service.web_port}", name, PASSWORD) for name in names]


async def _standings(service: QueueService) -> dict[str, list[Stood]]:
    """Every caller's places, by the hash of their number; ranks are those of who waits."""
    entries = tables.queue_entries
    columns = select(entries.c.id, entries.c.caller_hash, entries.c.place).order_by(
        entries.c.ranked_at, entries.c.id
    )

    async def read(database: Database) -> dict[str, list[Stood]]:
        async with database.read() as connection:
            rows = (await connection.execute(columns)).all()
        stood: dict[str, list[Stood]] = {}
        rank = 0
        for entry_id, caller_hash, place in rows:
            rank += PLACES[place] in IN_QUEUE
            stood.setdefault(caller_hash or f"over{entry_id}", []).append(
                Stood(entry_id, PLACES[place], rank)
            )
        return stood

    found: dict[str, list[Stood]] = await _with_database(service.settings, read)
    return found


def _write_sounds(settings: Settings, folder: Path) -> dict[str, str]:
    """A-law files of what callers may hear in the queue."""
    (folder / "sounds").mkdir()
    prompts = open_prompts(settings)
    try:
        wanted = {text: prompts.ready(text) for text in (*PLACE_SENTENCES, BACK)} | {
            MUSIC: open_music(settings)
        }
    finally:
        asyncio.run(prompts.close())
    files = {}
    for number, (name, pcm) in enumerate(wanted.items()):
        if pcm is None:
            raise CallbotError(f"bench queue: not rendered: {name}")
        files[name] = str(folder / "sounds" / f"{number}.al")
        Path(files[name]).write_bytes(encode_alaw(pcm))
    return files
