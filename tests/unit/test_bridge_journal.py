"""The journal of live SIP dialogs: what a killed bridge leaves, who may read it, and that nothing of it stays."""

import asyncio
import json
import logging
import os
import stat
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sip_bridge import journal as journal_module
from sip_bridge import succession
from sip_bridge.journal import Journal, JournalHeldError, path_of, read_dialogs, want
from sip_bridge.orphans import json_of
from sip_bridge.succession import end_left, take_over
from sip_bridge.trace import Dialog, DialogClosed, DialogOpened
from tests.support.waiting import until

DIALOG = Dialog(
    call_id="a",
    local="<sip:mairie@127.0.0.1>;tag=1",
    remote="<sip:0612345678@127.0.0.1>;tag=2",
    next_cseq=1,
    target="sip:0612345678@127.0.0.1:9",
    routes=("<sip:127.0.0.1;lr>",),
    transport="udp",
    local_address="127.0.0.1:5070",
    peer_address="127.0.0.1:9",
)
OTHER = replace(DIALOG, call_id="b")
KILLED = """
import os, signal, sys, time
from pathlib import Path
from sip_bridge.journal import Journal
from sip_bridge.trace import DialogOpened, dialog_of
import json
journal = Journal(Path(sys.argv[1]))
for dialog in json.loads(sys.argv[2]):
    journal.take(DialogOpened(dialog_of(dialog)))
if len(sys.argv) > 3:
    journal.leave()
while not journal._changes.empty():
    time.sleep(0.01)
time.sleep(0.1)
print("ready", flush=True)
time.sleep(60)
"""


def written(path: Path, lines: int) -> bool:
    """Whether the thread has written so many lines."""
    return path.read_bytes().count(b"\n") == lines


def another(path: Path, *dialogs: Dialog, leaving: bool = False) -> subprocess.Popen[str]:
    """Another process that holds the journal with these dialogs."""
    told = json.dumps([json_of(dialog) for dialog in dialogs])
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(path), told, *(["leaving"] if leaving else [])],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    return process


def kill(process: subprocess.Popen[str]) -> None:
    """As a power cut does."""
    process.kill()
    process.communicate()


async def test_what_is_live_can_be_read_back_and_is_gone_after_a_clean_end(tmp_path: Path) -> None:
    """Opened, changed, closed; readable by us alone; emptied with the last dialog, removed at the end."""
    path = path_of(tmp_path, "127.0.0.1", 5070)
    journal = Journal(path)
    assert journal.left == {}
    journal.take(DialogOpened(DIALOG))
    journal.take(DialogOpened(OTHER))
    journal.take(DialogOpened(replace(DIALOG, next_cseq=7)))
    journal.take(DialogClosed("b"))
    await until(lambda: written(path, 4))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert read_dialogs(path.read_bytes().splitlines()) == {"a": replace(DIALOG, next_cseq=7)}
    journal.take(DialogClosed("a"))
    await until(lambda: written(path, 0))
    journal.close()
    journal.close()
    assert list(path.parent.iterdir()) == []


def test_a_killed_process_leaves_its_dialogs_to_the_next_one(tmp_path: Path) -> None:
    """Not before it is dead; and they stay on disk until somebody has ended them."""
    path = path_of(tmp_path, "127.0.0.1", 5070)
    first = another(path, DIALOG, OTHER)
    with pytest.raises(JournalHeldError) as held:
        Journal(path)
    assert not held.value.leaving
    kill(first)
    second = another(path)
    kill(second)
    journal = Journal(path)
    assert journal.left == {"a": DIALOG, "b": OTHER}
    journal.close()


def test_a_journal_of_yesterday_is_thrown_away(tmp_path: Path) -> None:
    """No call lasts a day: nothing is sent to whoever has these addresses now, and the numbers do not stay on disk."""
    path = path_of(tmp_path, "127.0.0.1", 5070)
    kill(another(path, DIALOG))
    os.utime(path, (time.time() - 90_000,) * 2)
    journal = Journal(path)
    assert journal.left == {}
    assert path.read_bytes() == b""
    journal.close()


async def test_the_file_does_not_grow_with_the_calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is written anew after so many lines, with what is live."""
    monkeypatch.setattr(journal_module, "MOST_LINES", 20)
    path = path_of(tmp_path, "127.0.0.1", 5070)
    journal = Journal(path)
    journal.take(DialogOpened(DIALOG))
    for number in range(500):
        journal.take(DialogOpened(replace(OTHER, next_cseq=number)))
    journal.take(DialogClosed("b"))
    await until(lambda: list(read_dialogs(path.read_bytes().splitlines())) == ["a"])
    assert path.read_bytes().count(b"\n") <= 21
    journal.close()


@given(
    st.lists(st.one_of(st.binary(), st.just(b'{"opened": 5}'), st.just(b'{"closed": []}'), st.just(b"[1]")))
)
def test_whatever_stands_in_it(lines: list[bytes]) -> None:
    """A line cut short, or not ours, is passed over."""
    good = json.dumps({"opened": json_of(DIALOG)}).encode()
    assert list(read_dialogs([*lines, good])) == ["a"]


async def test_the_successor_ends_what_is_left_and_says_so_in_a_line(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once: not those that a supervisor ends itself, and no number in the log; then the journal is empty."""
    sent: list[Dialog] = []

    async def end(dialogs: list[Dialog]) -> int:
        sent.extend(dialogs)
        return len(sent)

    monkeypatch.setattr(succession, "end_dialogs", end)
    path = path_of(tmp_path, "127.0.0.1", 5070)
    kill(another(path, DIALOG, OTHER))
    journal = await take_over(path)
    assert journal
    with caplog.at_level(logging.INFO):
        await end_left(journal, ended={"b"})
    assert sent == [DIALOG]
    assert [record.message for record in caplog.records] == [
        "a bridge was killed: 1 SIP dialogs ended in its place, 1 confirmed"
    ]
    await until(lambda: written(path, 0))
    journal.close()


async def test_a_bridge_that_leaves_is_waited_for(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """It is told that its port is wanted, and the wait is one line in the log."""
    path = path_of(tmp_path, "127.0.0.1", 5070)
    leaving = await asyncio.to_thread(another, path, DIALOG, leaving=True)
    taking = asyncio.create_task(take_over(path))
    await until(path.with_suffix(".wanted").exists)
    assert not taking.done()
    kill(leaving)
    journal = await taking
    assert journal
    assert list(journal.left) == ["a"]
    assert caplog.text.count("waiting for it") == 1
    assert not journal.is_wanted()
    want(path)
    assert journal.is_wanted()
    journal.close()
    assert list(path.parent.iterdir()) == []


async def test_a_bridge_that_stays_is_not_waited_for(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The port, which it has, tells the rest."""
    path = path_of(tmp_path, "127.0.0.1", 5070)
    journal = Journal(path)
    assert await take_over(path) is None
    assert "waiting for it" not in caplog.text
    journal.close()


async def test_a_folder_that_cannot_be_written_keeps_no_bridge_from_starting(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """One line says that nobody will end its calls for it."""
    (tmp_path / "bridge").write_text("a file where the folder should be", encoding="utf-8")
    assert await take_over(path_of(tmp_path, "127.0.0.1", 5070)) is None
    assert "no journal of SIP dialogs" in caplog.text
