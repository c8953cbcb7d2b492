"""Callers who converse, and what their exchanges come to, with figures worked out by hand."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from callbot.audio.g711 import decode_alaw
from callbot.audio.types import TELEPHONE_HZ
from callbot.bench.account import Account
from callbot.bench.converser import Converser, Exchange, Kind, Move
from callbot.bench.figures import Run, Usage
from callbot.bench.latency import COLUMNS, table_line
from callbot.bench.latency_figures import LatencyRow, latency_row
from callbot.bench.latency_material import ORDER, cough, mm_hmm, paused, read_moves, write_moves
from callbot.bench.latency_picture import picture, spans
from callbot.bench.sounds import FRAME, SILENCE, babble, frames, softer, voiced
from callbot.bench.told import Told

MS = 1_000_000
LOUD = frames(babble(1, 0.02))[0]
RUN = Run(2, 2, "whisper-base", "ws", 60, Usage(6.0, 400.0), Usage(), 0.1, 2.0, 0.05)


class Scene:
    """A caller on a virtual clock of 20 ms; the bot is heard in the spans (from, to) of `bot`, in ms."""

    def __init__(self, moves: list[Move], *bot: tuple[int, int], turns: int = 0) -> None:
        self.caller = Converser(moves, 0, turns)
        self.bot = bot
        self.said: list[bool] = []

    def run(self, until_ms: int) -> list[Exchange]:
        """Go on until then; what became of the moves."""
        for at_ms in range(20 * (len(self.said) + 1), until_ms + 1, 20):
            if any(begin <= at_ms < end for begin, end in self.bot):
                self.caller.hear(LOUD, at_ms * MS)
            self.said.append(voiced(self.caller.say(at_ms * MS)))
        return self.caller.exchanges


def move(kind: Kind, length: int, after_ms: int = 0, pause: slice = slice(0)) -> Move:
    """A move of so many frames, silent in `pause`."""
    sound = [LOUD] * length
    sound[pause] = [SILENCE] * len(sound[pause])
    return Move(kind, "question", sound, 0, length, after_ms)


def test_a_question_is_asked_when_the_bot_has_finished_and_its_answer_timed() -> None:
    """The bot is heard last at 980, so that the caller's frames leave from 2200 to 3180; the reply is heard at 3900."""
    scene = Scene([move(Kind.ASK, 50)], (500, 1000), (3900, 5000))
    [asked, *_] = scene.run(5000)
    end_ms = asked.ended_at_ms
    assert (asked.began_at_ms, end_ms) == (2180, 3180)
    assert (asked.response_ms, asked.cut_off, asked.missed, asked.done) == (720.0, False, False, True)


def test_a_bot_that_speaks_into_a_pause_has_cut_the_caller_off() -> None:
    """The reply begins while the caller has not finished: no response time, and no missed end."""
    asking = move(Kind.ASK, 50, pause=slice(15, 40))
    scene = Scene([asking, move(Kind.ASK, 1)], (500, 1000), (2800, 4000))
    asked = scene.run(7000)[0]
    assert (asked.cut_off, asked.response_ms, asked.missed, asked.done) == (True, None, False, True)


def test_an_end_that_is_missed_still_gives_its_late_response() -> None:
    """After five seconds the end was missed; what comes later counts in the response times as well."""
    scene = Scene([move(Kind.ASK, 50)], (500, 1000), (9200, 9900))
    asked = scene.run(9500)[0]
    assert (asked.response_ms, asked.missed) == (6020.0, True)


def test_an_interruption_is_timed_until_the_bot_is_silent() -> None:
    """From the caller's first sound to the bot's last; the reply to it is timed too and is no cut-off."""
    moves = [move(Kind.ASK, 50), move(Kind.INTERRUPT, 60, after_ms=1000)]
    scene = Scene(moves, (500, 1000), (3900, 5460), (6800, 9000))
    _, broke_in = scene.run(7000)[:2]
    assert broke_in.began_at_ms == 4880
    assert (broke_in.silent_ms, broke_in.cut_off) == (540.0, False)
    assert broke_in.response_ms == 6800 - (4900 + 59 * 20)


def test_a_murmur_wants_no_answer_and_is_left_out_when_the_bot_has_finished() -> None:
    """The first one is made 600 ms into the reply; the second would come after its end, and the question follows at once."""
    moves = [move(Kind.ASK, 50), move(Kind.MURMUR, 10, 600), move(Kind.MURMUR, 10, 5000), move(Kind.ASK, 5)]
    made = Scene(moves, (500, 1000), (3900, 5500)).run(7000)
    assert [(e.kind, e.done) for e in made] == [("ask", True), ("murmur", True), ("ask", False)]
    assert (made[1].began_at_ms, made[1].ended_at_ms, made[1].response_ms) == (4480, 4680, None)


def test_the_line_gives_the_bot_s_voice_back() -> None:
    """200 ms later and softer, while that murmur lasts; nothing once the bot is silent."""
    aside = Move(Kind.MURMUR, "echo", [SILENCE] * 60, 0, 60, 500)
    scene = Scene([move(Kind.ASK, 50), aside], (500, 1000), (3900, 5500))
    scene.run(7000)
    spoken = [
        20 * number for number, heard in enumerate(scene.said, start=1) if heard and 3900 < 20 * number < 5700
    ]
    assert spoken[0] == pytest.approx(4400, abs=40)
    assert 50 <= len(spoken) <= 60
    assert not any(voiced(frame.translate(softer(-60.0))) for frame in [LOUD])


def test_a_caller_who_has_had_their_turns_asks_no_more() -> None:
    """The load ends when all of them have."""
    scene = Scene([move(Kind.ASK, 5)], (500, 1000), (3000, 3500), turns=1)
    assert len(scene.run(9000)) == 1
    assert scene.caller.finished


def exchange(kind: str = "ask", **values: object) -> Exchange:
    """One that came to its end."""
    return replace(Exchange(kind, "question", 10_000, 11_000, done=True), **values)  # type: ignore[arg-type]


def a_row() -> LatencyRow:
    """Two calls: five turns with three response times, one cut off, one missed; two murmurs, one of which stopped the bot."""
    one = Account("bench0", up_ms=60_000, frames_heard=100)
    one.exchanges = [
        exchange(response_ms=700.0),
        exchange(response_ms=900.0),
        exchange(cut_off=True),
        exchange("murmur"),
        exchange("murmur", began_at_ms=20_000, ended_at_ms=20_500),
        exchange(done=False),
    ]
    other = Account("bench1", problem="cut", up_ms=60_000)
    other.exchanges = [
        exchange(missed=True),
        exchange("interrupt", began_at_ms=30_000, silent_ms=620.0, response_ms=1100.0),
    ]
    turns = (
        {"endpoint_ms": 700, "decode_ms": 60, "route_ms": 20, "first_audio_ms": 20, "response_ms": 800},
        {"endpoint_ms": 500, "decode_ms": 100, "route_ms": 40, "first_audio_ms": 20, "response_ms": 660},
    )
    told = [
        Told("bench0", "abandoned", turns, (21_900,)),
        Told("bench1", "handed_over", (), (30_600,), (30_400,)),
    ]
    return latency_row(RUN, [one, other], told)


def test_a_yes_to_a_question_of_the_bots_is_no_murmur() -> None:
    """Over its answer it is one, and what it interrupts was interrupted wrongly."""
    account = Account("bench0", up_ms=60_000)
    times = ((5_000, 5_400), (25_000, 25_400))
    account.exchanges = [
        replace(exchange("murmur", began_at_ms=began, ended_at_ms=ended), material="oui")
        for began, ended in times
    ]
    told = Told(
        "bench0", "answered", (), (5_600, 25_600), (), asked_at_ms=(4_000,), said_at_ms=(0, 4_000, 20_000)
    )
    row = latency_row(RUN, [account], [told])
    assert (row.murmurs_that_answer, row.murmurs, row.false_barge_ins) == (1, 1, 1)


def test_the_figures_of_a_run() -> None:
    """Rates by turns and by murmurs; medians of the parts; a call that the bot ends has not failed."""
    row = a_row()
    assert (row.engine, row.calls, row.turns) == ("whisper-base", 2, 5)
    assert (row.response_ms_p50, row.response_ms_p95) == (900.0, 1100.0)
    assert (row.false_cutoff_rate, row.turns_with_pauses, row.false_cutoffs) == (None, 0, 1)
    assert row.missed_end_rate == 0.2
    assert (row.barge_in_ms_p95, row.barge_in_silence_ms_p95, row.barge_ins_missed) == (620.0, 220.0, 0)
    assert (row.murmurs, row.false_barge_ins, row.false_barge_in_rate) == (2, 1, 0.5)
    assert row.murmurs_held == 0
    assert row.murmur_materials == {"question": {"murmurs": 2, "held": 0, "interrupted": 1}}
    assert (row.endpoint_ms_p50, row.decode_ms_p50, row.route_ms_p50, row.first_audio_ms_p50) == (
        600.0,
        80.0,
        30.0,
        20.0,
    )
    assert (row.failed_calls, row.ended_by_bot, row.cpu_seconds_per_call_minute) == (0, 1, 3.0)
    assert table_line(row).count("|") == len(COLUMNS) + 1


def test_cut_offs_are_counted_where_there_is_a_pause() -> None:
    """Turns without one make the rate no better; the number of all stands beside it."""
    account = Account("bench0", up_ms=60_000)
    account.exchanges = [
        replace(exchange("ask", cut_off=cut), material=material)
        for material, cut in (
            ("human_pause", True),
            ("question_pause", False),
            ("question", True),
            ("human", False),
        )
    ]
    row = latency_row(RUN, [account], [])
    assert (row.false_cutoff_rate, row.turns_with_pauses, row.false_cutoffs, row.turns) == (0.5, 2, 2, 4)


def test_nothing_said_is_nothing_measured() -> None:
    """A call that was refused: no rates, one failed call."""
    row = latency_row(RUN, [Account("bench0", problem="refused 503")], [])
    assert (row.turns, row.response_ms_p95, row.false_cutoff_rate, row.failed_calls) == (0, None, None, 1)
    assert "–" in table_line(row)


def test_the_picture_stacks_the_parts_up_to_the_caller_s_median() -> None:
    """What the parts do not explain is the line's."""
    assert [(name, end - begin) for name, _, begin, end in spans(a_row())] == [
        ("endpoint wait", 600.0),
        ("decode", 80.0),
        ("route", 30.0),
        ("first audio", 20.0),
        ("line", 170.0),
    ]
    drawn = picture([a_row()])
    assert drawn.startswith("<svg")
    assert "whisper-base, 2 calls" in drawn


def test_a_pause_is_put_in_the_middle_and_lasts_300_to_700_ms() -> None:
    """The same for the same name; what was said is all there."""
    speech = babble(3, 3.0)
    speech[11_000:12_000] //= 20
    made = paused("a", speech)
    added_ms = (len(made) - len(speech)) * 1000 / TELEPHONE_HZ
    whole = made[: len(made) // 80 * 80]
    silent = np.abs(whole.astype(np.int32)).reshape(-1, 80).max(axis=1) < 100
    assert 300 <= added_ms <= 700
    assert 10_000 < np.flatnonzero(silent)[0] * 80 < 12_500
    assert np.array_equal(made, paused("a", speech))


def test_murmurs_are_heard() -> None:
    """A cough and a hum are voiced and short."""
    for sound in (cough(0), mm_hmm(120.0)):
        assert any(voiced(frame) for frame in frames(sound))
        assert 0.2 < len(sound) / TELEPHONE_HZ < 0.8


def test_moves_are_written_and_read_again(tmp_path: Path) -> None:
    """Without shared data from the recordings of this repository: all kinds, in order, noise around but not in the truth."""
    questions = [Path(f"tests/support/questions/{name}.wav") for name in ("encombrants", "oui")]
    material = read_moves(write_moves(tmp_path, tmp_path, questions, rounds=1))
    moves = material.moves
    assert [(one.kind.value, one.material) for one in moves] == list(ORDER)
    assert all(0 <= one.first < one.end <= len(one.frames) for one in moves)
    assert all(len(frame) == FRAME for one in moves for frame in one.frames)
    noisy = next(one for one in moves if one.material == "question_noise")
    assert noisy.first == 25
    assert len(noisy.frames) - noisy.end == 125
    assert json.loads((tmp_path / "moves.json").read_text())["moves"][0]["material"] == "question"
    noise = decode_alaw(b"".join(material.line))
    assert -57 < 20 * np.log10(np.sqrt(np.mean(noise.astype(float) ** 2)) / 32768) < -53
    assert not any(map(voiced, material.line))
