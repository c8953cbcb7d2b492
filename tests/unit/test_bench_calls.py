"""What many calls come to: sounds found again, callers who ask, failures and their reasons, rows and the table."""

from dataclasses import replace

import numpy as np
import pytest

from callbot.bench.account import Account
from callbot.bench.calls import COLUMNS, table_line
from callbot.bench.capacity import Search, holds
from callbot.bench.figures import Heard, Run, Usage, failure, percentile, row
from callbot.bench.sounds import FRAME, SILENCE, babble, frames, matched, voiced, voiced_span
from callbot.bench.talker import PATIENCE_MS, Asking, Looping
from callbot.bench.wire import Incoming, Kind, frame, request

MS = 1_000_000
GOOD = Account(
    "bench0",
    up_ms=10_000,
    frames_sent=500,
    frames_heard=498,
    jitter_ms=1.5,
    off_grid_ms=3.0,
    voiced_share=1.0,
)
HEARD = Heard("bench0", 10_000, 9_900, 1.0)
RUN = Run(1, 2, "off", "sip", 10, Usage(1.0, 100.0), Usage(0.5, 50.0), 0.25, 0.4, 0.05)


def test_a_sound_is_found_in_its_loop_and_nowhere_else() -> None:
    """Over the end of the loop as well; a gap costs its own pieces only."""
    mine, other = babble(1, 3), babble(2, 3)
    heard = np.tile(mine, 3)[5_000:45_000]
    assert (matched(heard, mine), matched(heard, other), matched(heard[:100], mine)) == (1.0, 0.0, None)
    heard[8000:12000] = 0
    assert matched(heard, mine) == 0.9


def test_speech_is_told_from_silence() -> None:
    """The span of a turn leaves out the silence around it."""
    turn = [SILENCE] * 3 + frames(babble(1, 0.1)) + [SILENCE]
    assert [voiced(one) for one in turn] == [False] * 3 + [True] * 5 + [False]
    assert (voiced_span(turn), voiced_span([SILENCE]), len(turn[3])) == ((3, 8), (0, 0), FRAME)


def test_a_looping_caller_begins_anywhere_and_goes_on() -> None:
    """Whatever the time and whatever is heard."""
    talker = Looping([b"a", b"b", b"c"], 4)
    assert [talker.say(0) for _ in range(4)] == [b"b", b"c", b"a", b"b"]


def test_a_caller_asks_when_the_bot_has_finished_and_times_the_reply() -> None:
    """From the last voiced frame said to the first voiced frame heard; what was on its way before does not count."""
    loud = frames(babble(1, 0.04))
    asking = Asking([[SILENCE, *loud, SILENCE]], 0)
    asking.hear(loud[0], 500 * MS)
    assert [asking.say(ms * MS) for ms in (520, 1600, 1720)] == [SILENCE] * 3
    assert [asking.say(ms * MS) for ms in (1740, 1760, 1780)] == [*loud, SILENCE]
    asking.hear(loud[0], 1755 * MS)
    asking.hear(SILENCE, 2000 * MS)
    asking.hear(loud[0], 2710 * MS)
    asking.hear(loud[0], 2730 * MS)
    assert (asking.response_ms, asking.unanswered) == ([950.0], 0)


def test_a_caller_who_is_not_answered_asks_again() -> None:
    """After the patience; each such question is counted."""
    loud = frames(babble(1, 0.02))
    asking = Asking([loud], 0)
    said = [asking.say(ms * MS) for ms in range(20, 3 * PATIENCE_MS, 20)]
    assert (said.count(loud[0]), asking.unanswered, asking.response_ms) == (2, 1, [])


@pytest.mark.parametrize(
    ("account", "heard", "reason"),
    [
        (GOOD, HEARD, ""),
        (replace(GOOD, problem="refused 486"), None, "refused 486"),
        (replace(GOOD, frames_heard=400), HEARD, "sound lost"),
        (replace(GOOD, voiced_share=0.4), HEARD, "silent"),
        (replace(GOOD, voiced_share=None), HEARD, "silent"),
        (replace(GOOD, match=0.5), HEARD, "garbled"),
        (GOOD, None, "not heard"),
        (GOOD, replace(HEARD, spoken_ms=5000), "not heard"),
        (GOOD, replace(HEARD, match=0.5), "heard garbled"),
    ],
)
def test_why_a_call_of_pure_media_fails(account: Account, heard: Heard | None, reason: str) -> None:
    """Either direction may fail it, and so may the signalling."""
    assert failure(account, heard, talks=True, steady=True) == reason


def test_why_a_call_with_engines_fails() -> None:
    """It must have had one answer; over RTP it must have had its frames too."""
    quiet = replace(GOOD, frames_heard=100)
    answered = replace(quiet, response_ms=[900.0])
    assert failure(quiet, None, talks=False, steady=False) == "unanswered"
    assert failure(answered, None, talks=False, steady=False) == ""
    assert failure(answered, None, talks=False, steady=True) == "sound lost"


def test_the_row_of_a_run() -> None:
    """Sums, worst values, and costs per minute of call."""
    other = replace(GOOD, name="bench1", up_ms=20_000, jitter_ms=4.0, lost=3, late=2, problem="cut")
    measured = row(replace(RUN, calls=2), [GOOD, other], [HEARD])
    assert (measured.failed_calls, measured.failures) == (1, {"cut": 1})
    assert (measured.jitter_ms_p50, measured.jitter_ms_max, measured.lost_packets, measured.late_frames) == (
        2.8,
        4.0,
        3,
        2,
    )
    assert (measured.call_minutes, measured.cpu_seconds_per_call_minute, measured.rss_mb) == (0.5, 3.0, 150.0)
    assert (measured.response_ms_p50, measured.engine, measured.cores) == (None, "off", 2)


def test_the_table_has_a_cell_for_each_column() -> None:
    """Also where there is nothing to show."""
    line = table_line(
        row(replace(RUN, transport="ws", engine="whisper-base"), [replace(GOOD, jitter_ms=None)], [])
    )
    assert line.count("|") == len(COLUMNS) + 1


def test_percentiles() -> None:
    """Nearest rank; the median of an even number lies between."""
    values = [float(n) for n in range(1, 21)]
    assert (percentile(values, 50), percentile(values, 95), percentile(values, 100)) == (10.5, 19.0, 20.0)
    assert percentile([], 95) is None


def test_the_generators_websocket() -> None:
    """A request to /media; the response and frames of all lengths come out whole, in whatever pieces they came."""
    assert request("h", 1, "/media", id="a b").startswith(b"GET /media?id=a+b HTTP/1.1\r\nHost: h:1\r\n")
    assert frame(Kind.TEXT, b"hi") == b"\x81\x82\0\0\0\0hi"
    assert frame(Kind.BINARY, bytes(200))[:4] == b"\x82\xfe\x00\xc8"
    sizes = (0, 125, 126, 70_000)
    heads = (b"\x82\x00", b"\x82\x7d", b"\x82\x7e\x00\x7e", b"\x82\x7f" + (70_000).to_bytes(8))
    stream = b"HTTP/1.1 101 Switching Protocols\r\n\r\n" + b"".join(
        head + bytes(size) for head, size in zip(heads, sizes, strict=True)
    )
    incoming = Incoming()
    found = [one for at in range(0, len(stream), 50) for one in incoming.feed(stream[at : at + 50])]
    assert incoming.status == 101
    assert [(kind, len(payload)) for kind, payload in found] == [(Kind.BINARY, size) for size in sizes]


@pytest.mark.parametrize(
    ("first", "limit", "tried", "held"),
    [
        (4, 13, [4, 8, 16, 12, 14, 13], 13),
        (10, 3, [10, 5, 2, 3, 4], 3),
        (1, 0, [1], 0),
        (20, 99, [20, 30], 30),
    ],
)
def test_the_search_for_how_many_calls_are_held(first: int, limit: int, tried: list[int], held: int) -> None:
    """Doubles, then halves; up to the most that there may be (30)."""
    search, seen = Search(first, 30), []
    for number in search.numbers():
        seen.append(number)
        search.tell(number, held=number <= limit)
    assert (seen, search.held) == (tried, held)


def test_a_number_is_held_when_replies_come_in_time_and_no_call_fails() -> None:
    """1.2 s for 19 in 20."""
    answered = replace(GOOD, response_ms=[900.0, 1200.0])
    fine = row(replace(RUN, engine="whisper"), [answered], [])
    assert holds(fine)
    assert not holds(row(replace(RUN, engine="whisper"), [replace(answered, response_ms=[1201.0])], []))
    assert not holds(row(replace(RUN, engine="whisper"), [replace(answered, problem="refused 486")], []))


def test_memory_of_a_run() -> None:
    """What it grew by for each call, and the first sixth of the time against the last."""
    service, bridge = Usage(1.0, 130.0, 100.0, 110.0, 128.0), Usage(0.5, 60.0, 50.0, 55.0, 60.0)
    measured = row(replace(RUN, calls=4, service=service, bridge=bridge), [GOOD], [HEARD])
    assert (measured.rss_mb_per_call, measured.rss_mb_first_sixth, measured.rss_mb_last_sixth) == (
        10.0,
        165.0,
        188.0,
    )
