"""When a desk's page is told of changes: at once of its own, of the others' together."""

import asyncio

import pytest

from callbot.humans.queue_news import EVERYTHING, Change
from callbot.web import desk_live
from callbot.web.desk_live import something_new

MINE, OTHERS, CALLER = Change(1, "jeanne"), Change(2, "paul"), Change(3)


async def left(*told: Change, behind: bool = False) -> tuple[bool, list[Change]]:
    """Whether the whole desk is to be read, and what is still to be heard of these then."""
    changes: asyncio.Queue[Change] = asyncio.Queue()
    for change in told:
        changes.put_nowait(change)
    async with asyncio.timeout(10):
        whole = await something_new(changes, "jeanne", behind=behind)
    return whole, [changes.get_nowait() for _ in range(changes.qsize())]


async def test_what_is_about_oneself_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also when it comes while others' changes are gathered; and what may be about everybody."""
    monkeypatch.setattr(desk_live, "OTHERS_S", 3600)
    assert await left(MINE, OTHERS) == (False, [OTHERS])
    assert await left(OTHERS, CALLER, MINE, OTHERS) == (False, [OTHERS])
    assert await left(CALLER, EVERYTHING, OTHERS) == (False, [OTHERS])
    assert await left(OTHERS, MINE, behind=True) == (False, [])


async def test_the_whole_desk_follows_its_own_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also when nothing more is told, or only of others."""
    monkeypatch.setattr(desk_live, "REST_S", 0.01)
    assert await left(behind=True) == (True, [])
    assert await left(OTHERS, behind=True) == (True, [])


async def test_what_is_about_others_is_told_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """All that came; and after a while without a change the page hears that the connection lives."""
    monkeypatch.setattr(desk_live, "OTHERS_S", 0.01)
    assert await left(OTHERS, CALLER, OTHERS) == (True, [])
    monkeypatch.setattr(desk_live, "BEAT_S", 0.01)
    assert await left() == (True, [])
