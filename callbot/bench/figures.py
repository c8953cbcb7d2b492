"""What the accounts of many calls come to: which failed and why, and the row that `callbot bench calls` prints. No I/O."""

import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from callbot.audio.types import FRAME_MS
from callbot.bench.account import Account

ENOUGH = 0.95
"""Of the frames that a call should have had, in either direction."""
STARTING_MS = 500
"""What a call may take, once answered, until sound flows."""
VOICED = 0.9
"""Of the frames looked at, where the bot speaks without a pause."""
MATCHED = 0.9
"""Of the seconds recorded, those that must be found in what was sent."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What the service heard of one caller (pure media): see `pure_media.Ledger.lines`."""

    caller: str
    heard_ms: int
    spoken_ms: int
    match: float | None


@dataclass(frozen=True, slots=True)
class Usage:
    """What a process used while the calls went on: processor seconds, and the most memory that it held at once, in MB."""

    cpu_seconds: float = 0.0
    rss_mb: float = 0.0
    before_mb: float = 0.0
    """What it held before the first call."""
    first_mb: float = 0.0
    last_mb: float = 0.0
    """The mean of the first sixth of the time, and of the last: an hour's first and last ten minutes."""


@dataclass(frozen=True, slots=True)
class Run:
    """How the calls were made. `cores` is how many the machine has; `engine` the recogniser's name, or `off`."""

    calls: int
    cores: int
    engine: str
    transport: str
    seconds: float
    service: Usage
    bridge: Usage
    generator_cpu_seconds: float
    behind_ms: float
    others_cores: float


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; docs/benchmarks.md says what each field is. None: there is nothing to measure."""

    calls: int
    cores: int
    engine: str
    transport: str
    seconds: float
    response_ms_p50: float | None
    response_ms_p95: float | None
    turns_answered: int
    turns_unanswered: int
    late_frames: int
    lost_packets: int
    frames: int
    failed_calls: int
    failures: dict[str, int]
    jitter_ms_p50: float | None
    jitter_ms_max: float | None
    off_grid_ms_max: float | None
    setup_ms_max: float
    call_minutes: float
    cpu_seconds_per_call_minute: float
    service_cpu_seconds_per_call_minute: float
    bridge_cpu_seconds_per_call_minute: float
    rss_mb: float
    service_rss_mb: float
    bridge_rss_mb: float
    rss_mb_per_call: float
    rss_mb_first_sixth: float
    rss_mb_last_sixth: float
    generator_cpu_seconds_per_call_minute: float
    generator_behind_ms: float
    others_cores: float


def failure(account: Account, heard: Heard | None, *, talks: bool, steady: bool) -> str:
    """Why a call has failed; empty when it has not.

    `talks`: pure media, both sides speak without a pause, and `heard` is what the service heard of it. `steady`: frames come
    whether somebody speaks or not (RTP).
    """
    if account.problem:
        return account.problem
    due = max(0.0, account.up_ms - STARTING_MS) / FRAME_MS * ENOUGH
    if (talks or steady) and account.frames_heard < due:
        return "sound lost"
    if talks:
        return _unlike(account, heard)
    return "" if account.response_ms else "unanswered"


def _unlike(account: Account, heard: Heard | None) -> str:
    """What is wrong with the sound of a call of pure media."""
    if (account.voiced_share or 0.0) < VOICED:
        return "silent"
    if account.match is not None and account.match < MATCHED:
        return "garbled"
    if heard is None or heard.spoken_ms < (account.frames_sent * FRAME_MS - STARTING_MS) * ENOUGH:
        return "not heard"
    return "heard garbled" if heard.match is not None and heard.match < MATCHED else ""


def row(run: Run, accounts: Sequence[Account], heard: Sequence[Heard]) -> Row:
    """The figures of one run."""
    by_caller = {line.caller: line for line in heard}
    talks, steady = run.engine == "off", run.transport == "sip"
    reasons = [failure(a, by_caller.get(a.name), talks=talks, steady=steady) for a in accounts]
    responses = [ms for a in accounts for ms in a.response_ms]
    jitters = [a.jitter_ms for a in accounts if a.jitter_ms is not None]
    off_grid = [a.off_grid_ms for a in accounts if a.off_grid_ms is not None]
    minutes = sum(a.up_ms for a in accounts) / 60_000
    return Row(
        calls=run.calls,
        cores=run.cores,
        engine=run.engine,
        transport=run.transport,
        seconds=run.seconds,
        response_ms_p50=percentile(responses, 50),
        response_ms_p95=percentile(responses, 95),
        turns_answered=len(responses),
        turns_unanswered=sum(a.unanswered for a in accounts),
        late_frames=sum(a.late for a in accounts),
        lost_packets=sum(a.lost for a in accounts),
        frames=sum(a.frames_heard for a in accounts),
        failed_calls=sum(map(bool, reasons)),
        failures=dict(Counter(filter(None, reasons))),
        jitter_ms_p50=percentile(jitters, 50),
        jitter_ms_max=percentile(jitters, 100),
        off_grid_ms_max=percentile(off_grid, 100),
        setup_ms_max=round(max((a.setup_ms for a in accounts), default=0.0), 1),
        call_minutes=round(minutes, 2),
        cpu_seconds_per_call_minute=_per(run.service.cpu_seconds + run.bridge.cpu_seconds, minutes),
        service_cpu_seconds_per_call_minute=_per(run.service.cpu_seconds, minutes),
        bridge_cpu_seconds_per_call_minute=_per(run.bridge.cpu_seconds, minutes),
        rss_mb=round(run.service.rss_mb + run.bridge.rss_mb, 1),
        service_rss_mb=round(run.service.rss_mb, 1),
        bridge_rss_mb=round(run.bridge.rss_mb, 1),
        rss_mb_per_call=round(
            (run.service.rss_mb + run.bridge.rss_mb - run.service.before_mb - run.bridge.before_mb)
            / run.calls,
            2,
        ),
        rss_mb_first_sixth=round(run.service.first_mb + run.bridge.first_mb, 1),
        rss_mb_last_sixth=round(run.service.last_mb + run.bridge.last_mb, 1),
        generator_cpu_seconds_per_call_minute=_per(run.generator_cpu_seconds, minutes),
        generator_behind_ms=run.behind_ms,
        others_cores=round(run.others_cores, 2),
    )


def percentile(values: Sequence[float], percent: int) -> float | None:
    """The nearest-rank percentile, to a tenth; None of nothing."""
    if not values:
        return None
    if percent == 50:
        return round(statistics.median(values), 1)
    return round(sorted(values)[max(0, -(-len(values) * percent // 100) - 1)], 1)


def _per(seconds: float, minutes: float) -> float:
    return round(seconds / minutes, 3) if minutes else 0.0
