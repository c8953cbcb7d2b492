"""How long every page takes over HTTP, as people who are signed in ask for it (visits.py)."""

import re
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

from sqlalchemy import delete, select
from starlette.routing import Mount, Route

from callbot import tables
from callbot.accounts import Accounts, Role
from callbot.api.tokens import ApiTokens, Scope
from callbot.bench.times import Times
from callbot.bench.visit import PAGE_MS, Visit, What
from callbot.bench.visitor import Visitor
from callbot.bench.visits import API, VISITS, check
from callbot.bench.visits_dashboard import PERIODS, TABLEAU, YEAR
from callbot.config import Settings, load
from callbot.database import Database
from callbot.demo.course import Town
from callbot.phone_numbers import line_key
from callbot.stats.days import day_of
from callbot.web.app import create_app
from callbot.web.service import WebService

__all__ = ["People", "asked_for", "get_routes", "measure_pages", "people", "send_home"]

NAME = "mesure"
MOST_IDS = 500
MOST_REPORTS = 10
"""Rounds of what may take seconds."""
_PART = re.compile(r"/tableau/([a-z-]+)\.csv")


@dataclass(frozen=True, slots=True)
class People:
    """Who asks: by role the name of an account, with their password, and a token of the API."""

    names: Mapping[Role, str]
    password: str = field(repr=False)
    token: str = field(repr=False)


def get_routes() -> set[str]:
    """Every path of the application that is read from, those of the API with it."""
    app = create_app(cast(WebService, SimpleNamespace(commune="", settings=load({}))))
    return set(_paths(app.routes, ""))


def _paths(routes: Any, before: str) -> Iterator[str]:
    for route in routes:
        if isinstance(route, Mount) and route.path == API:
            yield from _paths(route.routes, API)
        elif isinstance(route, Route) and "GET" in (route.methods or ()):
            yield before + route.path


async def people(database: Database, settings: Settings) -> People:
    """Accounts and a token for the measurement."""
    accounts, names = Accounts(database, settings), {role: f"{NAME}.{role}" for role in Role}
    await send_home(database)
    password = secrets.token_urlsafe(24)
    for role, name in names.items():
        await accounts.add(name, password, role, actor=NAME)
    return People(names, password, await ApiTokens(database).add(NAME, list(Scope), 1, actor=NAME))


async def send_home(database: Database) -> None:
    """The end of them; where there are none it is fine."""
    async with database.begin() as connection:
        mine = tables.accounts.c.name.startswith(f"{NAME}.", autoescape=True)
        await connection.execute(delete(tables.accounts).where(mine))
        await connection.execute(delete(tables.api_tokens).where(tables.api_tokens.c.name == NAME))


async def asked_for(database: Database, town: Town) -> What:
    """What there is to ask for. What there is none of stays as it is in `What`, and answers 404: an empty database is not measured."""
    today = day_of(datetime.now(UTC))
    t = tables

    async def ids(column: Any, newest: Any) -> list[Any]:
        async with database.read() as connection:
            return list(await connection.scalars(select(column).order_by(newest.desc()).limit(MOST_IDS)))

    return What(
        today,
        today - timedelta(days=1),
        line=line_key(town.lines[0]),
        service=town.reception,
        entry=f"fr/{town.mix.entries[0].id}",
        number=(await ids(t.callbacks.c.number, t.callbacks.c.asked_at))[0],
        calls=await ids(t.calls.c.id, t.calls.c.started_at),
        callbacks=await ids(t.callbacks.c.id, t.callbacks.c.asked_at),
        messages=await ids(t.messages.c.id, t.messages.c.recorded_at),
        groups=await ids(t.learning_questions.c.group_id, t.learning_questions.c.at),
    )


def measure_pages(
    address: str,
    who: People,
    what: What,
    rounds: int,
    *,
    advance: Callable[[], object] = lambda: None,
    visits: tuple[Visit, ...] = VISITS,
) -> Iterator[Times]:
    """Every visit, `rounds` times, after once that does not count, as each is done.

    Raises CallbotError, also where a page is in no list of visits.py.
    """
    check(get_routes())
    visitors = _signed_in(address, who)
    what = replace(what, parts=_parts(visitors[Role.MANAGER], what))
    for visit in visits:
        visitor, some = visitors[visit.role], min(rounds, MOST_REPORTS) if visit.most_ms > PAGE_MS else rounds
        _visit(visitor, visit, what, 0)
        times = [_took_ms(visitor, visit, what, n) for n in range(1, some + 1)]
        yield Times.of(visit.name, visit.route, times, visit.most_ms)
        advance()


def _signed_in(address: str, who: People) -> dict[Role | None, Visitor]:
    visitors: dict[Role | None, Visitor] = {None: Visitor(address, who.token)}
    for role, name in who.names.items():
        visitors[role] = Visitor(address)
        visitors[role].sign_in(name, who.password)
    return visitors


def _parts(manager: Visitor, what: What) -> list[str]:
    """The charts that a dashboard of a year offers as CSV."""
    page = manager.get(TABLEAU, PERIODS[YEAR](what)).decode()
    return sorted(set(_PART.findall(page)) - {"tout"}) or list(what.parts)


def _took_ms(visitor: Visitor, visit: Visit, what: What, n: int) -> float:
    begun = time.perf_counter()
    _visit(visitor, visit, what, n)
    return (time.perf_counter() - begun) * 1000


def _visit(visitor: Visitor, visit: Visit, what: What, n: int) -> None:
    path, query = visit.path(what, n), visit.query(what, n)
    if visit.form:
        visitor.post(path, query)
    else:
        visitor.get(path, query, first_line=visit.streams)
