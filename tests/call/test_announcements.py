"""An exceptional message in whole calls over a real WebSocket: the next caller hears it, until it ends, and nothing is restarted."""

import datetime as dt
from pathlib import Path

from callbot.caller import Caller
from callbot.config import Settings
from callbot.conversations import new_dialogue
from callbot.database import Database
from callbot.dialogue.polyglot import Talk
from callbot.events import PlaybackStarted
from callbot.humans.boards import Boards
from callbot.knowledge.store import Knowledge
from callbot.media.dialect import LegOpened
from tests.support.commune import COMMUNE, KNOWLEDGE
from tests.support.scripted import media_server, question

TEXT = "La mairie est fermée cet après-midi."
HOUR = dt.timedelta(hours=1)


class Clock:
    """A clock that the test moves."""

    at = dt.datetime(2026, 11, 23, 13, 0, tzinfo=dt.UTC)

    def now(self) -> dt.datetime:
        """As set."""
        return self.at


async def test_the_next_caller_hears_it_until_it_ends(tmp_path: Path) -> None:
    """Between the disclosure and the rest of the greeting; while it is only listened to, and after its end, nobody does."""
    settings, clock = Settings.model_validate({"data_dir": tmp_path}), Clock()
    database = await Database.open(settings)
    boards = Boards(database, clock.now)
    knowledge = Knowledge(tmp_path, COMMUNE, KNOWLEDGE.entries, ())

    def make_dialogue(leg: LegOpened) -> Talk:
        return new_dialogue(settings, knowledge, line=leg.line, now=clock.now, board=boards.board)

    async with media_server(tmp_path, ["non merci"] * 4, make_dialogue=make_dialogue) as (server, recorded):

        async def greeting() -> tuple[list[str], int]:
            """What one caller hears before they speak, and the length of the sound of their whole call."""
            before = set(recorded.events)
            caller = Caller([question("non_merci_au_revoir")], fast=True, on_event=lambda _event: None)
            await caller.call(f"ws://127.0.0.1:{server.port}/media?events=1")
            [call_id] = set(recorded.events) - before
            said = [one.text for one in recorded.events[call_id] if isinstance(one, PlaybackStarted)]
            return said[:-1], len(caller.recording)

        usual, _ = await greeting()
        number = await boards.draft(TEXT, [], clock.at, clock.at + HOUR, actor="sophie")
        await boards.heard(number, actor="sophie")
        listened_to, _ = await greeting()
        await boards.switch_on(number, actor="sophie")
        announced, _ = await greeting()
        clock.at += HOUR
        over, _ = await greeting()
    await database.close()
    assert [listened_to, announced, over] == [usual, [usual[0], TEXT, *usual[1:]], usual]
    assert TEXT not in usual


async def test_a_closure_is_told_in_the_greeting(tmp_path: Path) -> None:
    """A commune that is always open is closed by it, and says until when."""
    settings, clock = Settings.model_validate({"data_dir": tmp_path}), Clock()
    database = await Database.open(settings)
    boards = Boards(database, clock.now)
    knowledge = Knowledge(tmp_path, COMMUNE, KNOWLEDGE.entries, ())
    talk = new_dialogue(settings, knowledge, now=clock.now, board=boards.board)
    opened = talk.open()[-1].text
    await boards.close("", "", clock.at, clock.at + 2 * HOUR, "formation", actor="sophie")
    closed = talk.open()[-1].text
    said = talk.press("0")
    await database.close()
    assert "Nos bureaux sont fermés" not in opened
    assert "Nos bureaux sont fermés" in closed
    assert said is not None
    assert said.say[0].text == "Nos bureaux sont fermés. Ils rouvrent à seize heures."
