"""`callbot bench turns`: how often the bot would cut callers off, and how long it would make them wait, for any settings; no call is made.

Every recording is heard once by voice activity and Whisper (`turn_traces.py`); the policy is then run over it in the sound's own time,
with the text of a pause known as many milliseconds after it as Whisper took processor time. A cut-off is a turn that was ended before
the speaker's end; the delay is from the speaker's end to the end of the turn, or to the text where that comes later.
"""

import functools
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click
import numpy as np

from callbot.bench.turn_traces import Decoded, Trace, read_traces, trace, write_traces
from callbot.config import Settings, load
from callbot.conversations import waits as settings_waits
from callbot.speech.endpointing import CHUNK_MS, Endpointer, Paused, Resumed, Stopped
from callbot.turn_taking.completeness import shipped
from callbot.turn_taking.end_of_turn import EndOfTurn, Waits
from callbot.turn_taking.expectation import Expects

if TYPE_CHECKING:
    from callbot.understanding.router import Understanding

__all__ = ["Row", "Turn", "command", "replay", "row_of"]

MAX_UTTERANCE_MS = 28_000

LONGEST_PAUSE_MS = 720
"""As voice activity has it, a chunk at a time: 700."""

WHOLE_MS, UNFINISHED_MS = (500, 550, 600, 650, 700), (800, 900, 1000)
"""The settings that `--try` compares."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What became of one recording: cut off in this pause (None: not), and how late the end was known."""

    trace: Trace
    cut_ms: int | None
    delay_ms: int | None


@dataclass(frozen=True, slots=True)
class Row:
    """Figures of some recordings. Shares 0–1: recordings cut off, and pauses that ended the turn."""

    what: str
    n: int
    cut_off: float
    pauses: int
    cut_pauses: float
    p50_ms: int
    p95_ms: int


def replay(
    one: Trace,
    end_of_turn: EndOfTurn,
    pause_ms: int,
    decode_ms: int | None = None,
    known: Callable[[str], bool] = lambda _text: False,
) -> Turn:
    """Run the policy over a recording, up to its first end of turn. `decode_ms`: what a text costs; None: what it was measured to cost."""
    endpointer = Endpointer(pause_ms, end_of_turn.silence_ms(None), MAX_UTTERANCE_MS)
    text, known_ms, paused_ms = None, 0, None
    for probability in one.probabilities:
        if text is not None and endpointer.now_ms >= known_ms and paused_ms is not None:
            endpointer.end_of_turn_ms = end_of_turn.silence_ms(text, known=known(text))
        for change in endpointer.push(probability):
            match change:
                case Paused():
                    decoded = _latest(one, change.at_ms)
                    text = decoded.text if decoded else None
                    known_ms = change.at_ms + (
                        decode_ms if decode_ms is not None else decoded.cost_ms if decoded else 0
                    )
                    paused_ms = change.speech_end_ms
                    endpointer.end_of_turn_ms = end_of_turn.silence_ms(None)
                case Resumed() if paused_ms is not None:
                    end_of_turn.went_on(change.began_ms - paused_ms)
                    paused_ms = None
                case Stopped():
                    if change.at_ms < one.speech_end_ms:
                        return Turn(one, change.at_ms, None)
                    return Turn(one, None, max(change.at_ms, known_ms) - one.speech_end_ms)
                case _:
                    pass
    return Turn(one, None, None)


def _latest(one: Trace, at_ms: int) -> Decoded | None:
    """What was heard up to a pause; None where nothing was."""
    return next((heard for heard in reversed(one.decoded) if heard.at_ms <= at_ms + CHUNK_MS), None)


def run(
    traces: Sequence[Trace],
    waits: Waits,
    completeness: Callable[[str], float],
    pause_ms: int,
    decode_ms: int | None = None,
    *,
    known: Callable[[str], bool] = lambda _text: False,
) -> list[Turn]:
    """Every speaker is one caller, at each speed, with the rhythm of what they said before.

    `known`: whether what a text asks for is certain.
    """
    callers: dict[tuple[str, float], EndOfTurn] = {}
    turns = []
    for one in traces:
        caller = callers.setdefault(
            (one.speaker, one.speed), EndOfTurn(waits, completeness, lambda: Expects.OPEN)
        )
        turns.append(replay(one, caller, pause_ms, decode_ms, known))
    return turns


def row_of(what: str, turns: Iterable[Turn]) -> Row:
    """The figures of `turns`."""
    turns = list(turns)
    delays = [turn.delay_ms for turn in turns if turn.delay_ms is not None]
    met = sum(
        turn.cut_ms is None or begin <= turn.cut_ms for turn in turns for begin, _ in turn.trace.silences_ms
    )
    cut = sum(turn.cut_ms is not None for turn in turns)
    p50, p95 = np.percentile(delays, (50, 95)) if delays else (0, 0)
    cut_off = cut / max(1, len(turns))
    return Row(what, len(turns), cut_off, met, cut / max(1, met), round(p50), round(p95))


def rows(turns: Sequence[Turn]) -> list[Row]:
    """All, those that thresholds were chosen on and the rest, by set, by speed."""
    kinds: dict[str, list[Turn]] = defaultdict(list)
    for turn in turns:
        if turn.trace.longest_pause_ms > LONGEST_PAUSE_MS:
            kinds["longer pauses"].append(turn)
            continue
        kinds["speakers learnt from" if turn.trace.learnt else "speakers kept apart"].append(turn)
        kinds[turn.trace.set].append(turn)
        kinds[f"speed {turn.trace.speed}"].append(turn)
    return [row_of(kind, members) for kind, members in sorted(kinds.items(), reverse=True)]


def within(traces: Iterable[Trace]) -> list[Trace]:
    """Those whose pauses are as long as was asked for: the recording's own silence may add to what was put in."""
    return [one for one in traces if one.longest_pause_ms <= LONGEST_PAUSE_MS]


def compared(traces: Sequence[Trace], waits: Waits, pause_ms: int) -> list[Row]:
    """Settings tried on the speakers learnt from: fixed waits, and waits by what was said."""
    learnt = [one for one in within(traces) if one.learnt]
    made = []
    for fixed in (600, 650, 700, 750, 800, 900):
        alike = replace(waits, whole_ms=fixed, unfinished_ms=fixed, rhythm_ms=0)
        made.append(row_of(f"always {fixed}", run(learnt, alike, shipped(), pause_ms)))
    for whole in WHOLE_MS:
        for unfinished in UNFINISHED_MS:
            tried = replace(waits, whole_ms=whole, unfinished_ms=unfinished)
            made.append(row_of(f"{whole} / {unfinished}", run(learnt, tried, shipped(), pause_ms)))
    return made


@click.command()
@click.option(
    "--data", type=click.Path(path_type=Path), default=Path("../shared/data"), help="Folder with speech/SET."
)
@click.option(
    "--traces",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where what was heard is kept between runs; made when it is missing (a quarter of an hour).",
)
@click.option("--try", "tried", is_flag=True, help="Compare settings on the speakers learnt from.")
@click.option(
    "--beginnings", is_flag=True, help="Instead: how early what is asked for is certain, in writing."
)
@click.option("--decode-ms", type=click.IntRange(min=0), help="What a text costs, in place of what it did.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per figure.")
def command(
    *, data: Path, file: Path | None, tried: bool, beginnings: bool, decode_ms: int | None, as_json: bool
) -> None:
    """End of turn on human recordings with pauses: false cut-offs, and the wait after the last word."""
    settings = load()
    if beginnings:
        _beginnings(settings, as_json)
        return
    if file and file.is_file():
        traces = read_traces(file)
    else:
        traces = _traces(data, settings.pause_ms)
        if file:
            write_traces(file, traces)
    waits = settings_waits(settings)
    made = (
        compared(traces, waits, settings.pause_ms)
        if tried
        else rows(run(traces, waits, shipped(), settings.pause_ms, decode_ms, known=_known(settings)))
    )
    if as_json:
        for row in made:
            click.echo(json.dumps(asdict(row), ensure_ascii=False))
        return
    click.echo("| what | recordings | cut off | pauses | pauses cut | p50 ms | p95 ms |")
    click.echo("|---|---:|---:|---:|---:|---:|---:|")
    for row in made:
        shares = f"{row.cut_off * 100:.1f} % | {row.pauses} | {row.cut_pauses * 100:.1f} %"
        click.echo(f"| {row.what} | {row.n} | {shares} | {row.p50_ms} | {row.p95_ms} |")


def _beginnings(settings: Settings, as_json: bool) -> None:
    from callbot.bench.beginnings import HEAD, compare, lines, table_line

    understanding = _understanding(settings)
    if not as_json:
        click.echo(HEAD)
    for row in compare(lines(), understanding.interpret, shipped(), settings.whole_threshold):
        click.echo(json.dumps(asdict(row)) if as_json else table_line(row))


def _understanding(settings: Settings) -> "Understanding":
    from callbot.knowledge import store
    from callbot.understanding.router import Understanding

    return Understanding.load(settings, store.load(settings.knowledge_dir))


def _known(settings: Settings) -> Callable[[str], bool]:
    """As a call decides it; each text is read once."""
    interpret = _understanding(settings).interpret
    return functools.cache(lambda text: interpret(text).certain(settings.known_threshold))


def _traces(data: Path, pause_ms: int) -> list[Trace]:
    """Hear every recording; with a progress bar on a terminal."""
    from rich.progress import track

    from callbot.bench.turn_material import Words, read_recordings, variants
    from callbot.speech.catalogue import Role
    from callbot.speech.engines import choose
    from callbot.speech.whisper import WhisperEngine

    path = choose(load(engine="whisper"), Role.STT).path
    recordings = list(read_recordings(data, Words(path, {})))
    engine = WhisperEngine(path, "whisper-base", workers=1)
    spoken = [one for recording in recordings for one in variants(recording)]
    return [trace(one, engine, pause_ms) for one in track(spoken, "Hearing")]
