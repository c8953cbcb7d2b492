"""What the exchanges of many conversations come to: the row that `callbot bench latency` prints. No I/O."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from callbot.bench.account import Account
from callbot.bench.converser import Exchange, Kind
from callbot.bench.figures import Run, percentile
from callbot.bench.told import Told
from callbot.turn_timing import PARTS

AFTERMATH_MS = 1500
"""A reply that is interrupted so long after a murmur's end was interrupted by it."""
YES = "oui"
"""The murmur that is an answer where something was asked."""
WITH_PAUSES = frozenset({"human_pause", "human_slow", "question_pause"})
"""Materials of which every one has a pause of 300–700 ms inside."""
STOPPED_MS = 3000
"""A bot that goes on for longer than this after the beginning of an interruption has not heard it."""


@dataclass(frozen=True, slots=True)
class LatencyRow:
    """One line; docs/benchmarks.md says what each field is. None: there is nothing to measure."""

    engine: str
    calls: int
    turns: int
    response_ms_p50: float | None
    response_ms_p95: float | None
    false_cutoff_rate: float | None
    missed_end_rate: float | None
    barge_in_ms_p50: float | None
    barge_in_ms_p95: float | None
    barge_in_silence_ms_p95: float | None
    false_barge_in_rate: float | None
    endpoint_ms_p50: float | None
    decode_ms_p50: float | None
    route_ms_p50: float | None
    first_audio_ms_p50: float | None
    service_response_ms_p50: float | None
    service_response_ms_p95: float | None
    false_cutoffs: int
    missed_ends: int
    barge_ins: int
    barge_ins_missed: int
    murmurs: int
    false_barge_ins: int
    murmurs_held: int
    failed_calls: int
    ended_by_bot: int
    late_frames: int
    frames: int
    materials: dict[str, dict[str, float | None]]
    murmur_materials: dict[str, dict[str, int]]
    transport: str
    seconds: float
    cores: int
    cpu_seconds_per_call_minute: float
    rss_mb: float
    generator_behind_ms: float
    others_cores: float
    turns_with_pauses: int = 0
    """What `false_cutoff_rate` is of; `false_cutoffs` are those of all turns."""
    murmurs_that_answer: int = 0
    """« Oui » over a question of the bot's own: none of `murmurs`."""


def latency_row(run: Run, accounts: Sequence[Account], told: Sequence[Told]) -> LatencyRow:
    """The figures of one run. A question to which the bot spoke too early counts as cut off and gives no response time."""
    by_line = {call.line: call for call in told}
    done = [(account, e) for account in accounts for e in account.exchanges if e.done]
    turns = [e for _, e in done if e.kind != Kind.MURMUR.value]
    made = [(account, e) for account, e in done if e.kind == Kind.MURMUR.value]
    murmurs = [(account, e) for account, e in made if not _answers(by_line.get(account.name), e)]
    barge_ins = [(account, e) for account, e in done if e.kind == Kind.INTERRUPT.value]
    stopped = [(a, e) for a, e in barge_ins if e.silent_ms is not None and e.silent_ms <= STOPPED_MS]
    silences = [ms for a, e in stopped if (ms := _after_decision(e, by_line.get(a.name))) is not None]
    false = sum(_interrupted(by_line.get(account.name), e) for account, e in murmurs)
    responses = [e.response_ms for e in turns if e.response_ms is not None]
    service = [turn for call in told for turn in call.turns]
    parts = {name: percentile([turn[name] for turn in service], 50) for name in PARTS}
    paused = [e for e in turns if e.material in WITH_PAUSES]
    cut_off, missed = sum(e.cut_off for e in turns), sum(e.missed for e in turns)
    minutes = sum(a.up_ms for a in accounts) / 60_000
    return LatencyRow(
        engine=run.engine,
        calls=run.calls,
        turns=len(turns),
        response_ms_p50=percentile(responses, 50),
        response_ms_p95=percentile(responses, 95),
        false_cutoff_rate=_rate(sum(e.cut_off for e in paused), len(paused)),
        turns_with_pauses=len(paused),
        missed_end_rate=_rate(missed, len(turns)),
        barge_in_ms_p50=percentile([e.silent_ms or 0.0 for _, e in stopped], 50),
        barge_in_ms_p95=percentile([e.silent_ms or 0.0 for _, e in stopped], 95),
        barge_in_silence_ms_p95=percentile(silences, 95),
        false_barge_in_rate=_rate(false, len(murmurs)),
        endpoint_ms_p50=parts["endpoint_ms"],
        decode_ms_p50=parts["decode_ms"],
        route_ms_p50=parts["route_ms"],
        first_audio_ms_p50=parts["first_audio_ms"],
        service_response_ms_p50=percentile([turn["response_ms"] for turn in service], 50),
        service_response_ms_p95=percentile([turn["response_ms"] for turn in service], 95),
        false_cutoffs=cut_off,
        missed_ends=missed,
        barge_ins=len(barge_ins),
        barge_ins_missed=len(barge_ins) - len(stopped),
        murmurs=len(murmurs),
        murmurs_that_answer=len(made) - len(murmurs),
        false_barge_ins=false,
        murmurs_held=sum(_held(by_line.get(account.name), e) for account, e in murmurs),
        failed_calls=sum(_failed(a, by_line.get(a.name)) for a in accounts),
        ended_by_bot=sum(a.problem == "cut" for a in accounts),
        late_frames=sum(a.late for a in accounts),
        frames=sum(a.frames_heard for a in accounts),
        materials=_materials(turns),
        murmur_materials=_murmurs([(by_line.get(account.name), e) for account, e in murmurs]),
        transport=run.transport,
        seconds=run.seconds,
        cores=run.cores,
        cpu_seconds_per_call_minute=round((run.service.cpu_seconds + run.bridge.cpu_seconds) / minutes, 3)
        if minutes
        else 0.0,
        rss_mb=round(run.service.rss_mb + run.bridge.rss_mb, 1),
        generator_behind_ms=run.behind_ms,
        others_cores=round(run.others_cores, 2),
    )


def _answers(call: Told | None, murmur: Exchange) -> bool:
    """« Oui » over « Si je comprends bien … C'est bien ça ? » is an answer, and no murmur."""
    if call is None or murmur.material != YES:
        return False
    before = [at for at in call.said_at_ms if at <= murmur.began_at_ms]
    return bool(before) and before[-1] in call.asked_at_ms


def _interrupted(call: Told | None, murmur: Exchange) -> bool:
    return call is not None and _any_within(call.interrupted_at_ms, murmur)


def _held(call: Told | None, murmur: Exchange) -> bool:
    return call is not None and _any_within(call.held_at_ms, murmur)


def _any_within(times_ms: Sequence[int], murmur: Exchange) -> bool:
    until = murmur.ended_at_ms + AFTERMATH_MS
    return any(murmur.began_at_ms <= at <= until for at in times_ms)


def _after_decision(interruption: Exchange, call: Told | None) -> float | None:
    """From the service's decision to stop until the caller heard silence; None where there was no such decision."""
    if call is None or interruption.silent_ms is None:
        return None
    times_ms = sorted((*call.held_at_ms, *call.interrupted_at_ms))
    decided = [at for at in times_ms if 0 <= at - interruption.began_at_ms <= STOPPED_MS]
    return max(0.0, interruption.silent_ms - (decided[0] - interruption.began_at_ms)) if decided else None


def _failed(account: Account, call: Told | None) -> bool:
    """Never answered, or ended by a fault; a call that the bot ends (a transfer, a farewell) has not failed."""
    return account.problem not in ("", "cut") or call is None or call.outcome in ("failed", "refused")


def _materials(turns: Sequence[Exchange]) -> dict[str, dict[str, float | None]]:
    """The same by what was said: where false cut-offs come from."""
    found: dict[str, Any] = {}
    for name in sorted({f"{e.kind} {e.material}" for e in turns}):
        some = [e for e in turns if f"{e.kind} {e.material}" == name]
        responses = [e.response_ms for e in some if e.response_ms is not None]
        found[name] = {
            "turns": len(some),
            "response_ms_p50": percentile(responses, 50),
            "response_ms_p95": percentile(responses, 95),
            "false_cutoffs": sum(e.cut_off for e in some),
            "missed_ends": sum(e.missed for e in some),
        }
    return found


def _murmurs(murmurs: Sequence[tuple[Told | None, Exchange]]) -> dict[str, dict[str, int]]:
    """What became of each kind of sound that wants nothing."""
    return {
        name: {
            "murmurs": len(some),
            "held": sum(_held(call, e) for call, e in some),
            "interrupted": sum(_interrupted(call, e) for call, e in some),
        }
        for name in sorted({e.material for _, e in murmurs})
        if (some := [(call, e) for call, e in murmurs if e.material == name])
    }


def _rate(count: int, of: int) -> float | None:
    return round(count / of, 4) if of else None
