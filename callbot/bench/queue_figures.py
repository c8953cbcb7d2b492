"""What a run of `callbot bench queue --callers` comes to: who heard what, who was taken, lost or offered twice. No I/O."""

import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from callbot.bench.queue_desk import Served
from callbot.bench.queue_line import Waited
from callbot.dialogue.waiting_phrases import BACK, FAR, ORDINALS, POSITION
from callbot.humans.queue_types import IN_QUEUE, Place

PLACE_SENTENCES = (*(POSITION.format(position=nth) for nth in ORDINALS), FAR)
MUSIC_S = 10
"""Of music that a caller must have heard at least."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What a run with callers comes to. Percentiles in ms; cpu and memory are the service's."""

    database: str
    callers: int
    placed: int
    """Of the callers: heard the place in the queue that was theirs."""
    placed_again: int
    """… and once more, a minute later, who waited on."""
    music: int
    """Heard at least ten seconds of music."""
    frames: int
    late_frames: int
    failed: int
    cpu_seconds_per_call_minute: float
    """While all wait."""
    rss_mb: float
    taken: int
    offers: int
    offer_ms_p50: float | None
    """From a receptionist's click to the offer, with what was said, on their page."""
    offer_ms_p95: float | None
    ring_ms_p50: float | None
    """… to their telephone."""
    ring_ms_p95: float | None
    again: int
    """Callers who hung up and called again."""
    had_place_back: int
    lost: int
    """Callers who are neither taken nor have a place."""
    twice: int
    """Callers with two places, or whom two agents were offered."""
    behind_ms: float
    """How late the callers' own process was at worst with a frame."""
    others_cores: float
    """Cores that neither service nor callers used, the database's server among them."""


@dataclass(frozen=True, slots=True)
class Stood:
    """A caller's place in the database."""

    entry_id: int
    place: Place
    rank: int
    """Among those who wait, from 1 on."""


@dataclass(frozen=True, slots=True)
class Told:
    """All that was seen of a run.

    `numbers`: callers' numbers by their hash; `stood`: places by hash, while all waited; `ended`: all places at last.
    """

    database: str
    numbers: Mapping[str, str]
    calls: Sequence[Waited]
    """In order: of a caller who called again, the first one first."""
    served: Sequence[Served]
    stood: Mapping[str, Sequence[Stood]]
    ended: Sequence[Stood]
    cpu_seconds: float
    """Of the service, in `waited_s` in which all waited."""
    waited_s: float
    rss_mb: float
    behind_ms: float
    others_cores: float


def figures(told: Told) -> Scene:
    """The whole row."""
    calls: dict[str, list[Waited]] = {}
    for one in told.calls:
        calls.setdefault(one.number, []).append(one)
    first = {told.numbers[key]: places[0] for key, places in told.stood.items() if key in told.numbers}
    offers = [(one.seen_ns - one.asked_ns) / 1e6 for one in told.served]
    rung = rung_ms(told.served, [ns for one in told.calls for ns in one.rung_ns])
    again = [one for one in calls.values() if len(one) > 1]
    return Scene(
        database=told.database,
        callers=len(told.numbers),
        placed=sum(heard_place(calls[number][0], place.rank) for number, place in first.items()),
        placed_again=sum(len(places_heard(one[0])) > 1 for one in calls.values()),
        music=sum(one[0].music_s >= MUSIC_S for one in calls.values()),
        frames=sum(one.frames_heard for one in told.calls),
        late_frames=sum(one.late for one in told.calls),
        failed=sum(one.problem != "" for one in told.calls),
        cpu_seconds_per_call_minute=round(
            told.cpu_seconds / max(1.0, told.waited_s * len(told.numbers) / 60), 3
        ),
        rss_mb=round(told.rss_mb),
        taken=sum(one.joined for one in told.calls),
        offers=len(told.served),
        offer_ms_p50=percentile(offers, 50),
        offer_ms_p95=percentile(offers, 95),
        ring_ms_p50=percentile(rung, 50),
        ring_ms_p95=percentile(rung, 95),
        again=len(again),
        had_place_back=sum(any(name == BACK for name, _at in one[1].heard) for one in again),
        lost=lost(told, first),
        twice=twice(told),
        behind_ms=told.behind_ms,
        others_cores=round(told.others_cores, 2),
    )


def lost(told: Told, first: Mapping[str, Stood]) -> int:
    """Callers who had no place while all waited, or at the end neither a place nor a talk."""
    joined = {one.number for one in told.calls if one.joined}
    ended = {stood.entry_id: stood.place for stood in told.ended}
    places = {number: ended.get(stood.entry_id) for number, stood in first.items()}
    return sum(not has_place(places.get(number), talked=number in joined) for number in told.numbers.values())


def has_place(place: Place | None, *, talked: bool) -> bool:
    """Who has talked is done with; who has hung up at the end of the run has their place kept."""
    return place is Place.ENDED if talked else place in (Place.KEPT, Place.OFFERED, *IN_QUEUE)


def twice(told: Told) -> int:
    """Places too many, callers for whom two telephones rang, and places that two desks were offered."""
    rung = sum(len(one.rung_ns) > 1 for one in told.calls)
    shown = sum(count > 1 for count in Counter(one.entry_id for one in told.served).values())
    return max(0, len(told.ended) - len(told.numbers)) + rung + shown


def heard_place(call: Waited, rank: int) -> bool:
    """The first place that they heard is that at which they stand."""
    return places_heard(call)[:1] == [PLACE_SENTENCES[min(rank, len(PLACE_SENTENCES)) - 1]]


def places_heard(call: Waited) -> list[str]:
    """The sentences that told them where they stand."""
    return [name for name, _at in call.heard if name in PLACE_SENTENCES]


def rung_ms(served: Sequence[Served], rung_ns: Sequence[int]) -> list[float]:
    """For each offer, how long it took until the next telephone rang that has not been counted."""
    found, left = [], sorted(rung_ns)
    for one in sorted(served, key=lambda one: one.asked_ns):
        after = next((ns for ns in left if ns > one.asked_ns), None)
        if after is not None:
            left.remove(after)
            found.append((after - one.asked_ns) / 1e6)
    return found


def percentile(values: Sequence[float], percent: int) -> float | None:
    """None of fewer than two."""
    if len(values) < 2:
        return None
    return round(statistics.quantiles(values, n=100, method="inclusive")[percent - 1], 1)
