"""What is given up under load: in the declared order, one level after the other, not back and forth."""

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbot.load import BUSY_RISE_MS, CALM_MS, LIMITS, RISE_MS, Degradation, Level, Pressure
from callbot.load_watch import LoadWatch
from callbot.speech.pool import LATELY_MS

LOOK_MS = 250
BUSY_MS = 2500
NOTHING = Pressure()
HOPELESS = Pressure(60_000, 60_000, callers=9)
PRESSURES = st.builds(Pressure, st.integers(0, 5000), st.integers(0, 5000), st.integers(0, 3))


def levels(degradation: Degradation, pressures: list[Pressure]) -> list[Level]:
    """The level after each look."""
    found = []
    for number, pressure in enumerate(pressures):
        degradation.look(pressure, number * LOOK_MS)
        found.append(degradation.level)
    return found


def for_ms(pressure: Pressure, ms: int) -> list[Pressure]:
    """The same pressure at each look for so long."""
    return [pressure] * (ms // LOOK_MS + 1)


def test_levels_are_entered_and_left_in_order() -> None:
    """However bad it is: a second for each on the way up, five for the last, ten calm ones for each on the way down."""
    risen_ms = 2 * RISE_MS + BUSY_RISE_MS + 3 * LOOK_MS
    found = levels(Degradation(BUSY_MS), for_ms(HOPELESS, risen_ms) + for_ms(NOTHING, 35_000))
    in_order = [level for number, level in enumerate(found) if not number or level != found[number - 1]]
    assert in_order == [Level(n) for n in (0, 1, 2, 3, 2, 1, 0)]
    assert found.index(Level.NO_PARTIALS) * LOOK_MS == RISE_MS
    left = [number for number, level in enumerate(found) if level == Level.LINES_BUSY][-1] + 1
    entered_calm = len(for_ms(HOPELESS, risen_ms))
    assert (left - entered_calm) * LOOK_MS == CALM_MS


@given(st.lists(PRESSURES, max_size=200))
def test_a_level_changes_by_one_and_not_before_its_time(pressures: list[Pressure]) -> None:
    """Never up within RISE_MS of the last change, never down within CALM_MS."""
    found = levels(Degradation(BUSY_MS), pressures)
    changed_ms, before = 0, Level.NORMAL
    for number, level in enumerate(found):
        if level == before:
            continue
        assert abs(level - before) == 1
        since = number * LOOK_MS - changed_ms
        rise_ms = BUSY_RISE_MS if level is Level.LINES_BUSY else RISE_MS
        assert since >= (rise_ms if level > before else CALM_MS)
        changed_ms, before = number * LOOK_MS, level


def test_a_moment_is_no_load_and_half_of_it_no_calm() -> None:
    """One long wait changes nothing; a level holds as long as there is half of what entered it."""
    limit = LIMITS[Level.NO_PARTIALS]
    degradation = Degradation(BUSY_MS)
    assert set(levels(degradation, [NOTHING, HOPELESS, HOPELESS, HOPELESS, NOTHING])) == {Level.NORMAL}
    half = Pressure(limit.waited_ms / 2, 0)
    found = levels(Degradation(BUSY_MS), for_ms(limit, RISE_MS) + for_ms(half, 60_000))
    assert found[-1] is Level.NO_PARTIALS


@pytest.mark.parametrize("wait_ms", [200, 2600, 20_000])
def test_one_slow_turn_is_no_load(wait_ms: int) -> None:
    """However long one caller waits for a thread: nothing is given up for the others, and no line is closed."""
    pressures = [Pressure.of([at_ms], 0) for at_ms in range(0, wait_ms, LOOK_MS)]
    assert set(levels(Degradation(BUSY_MS), pressures + for_ms(NOTHING, 5000))) == {Level.NORMAL}


def test_a_wait_that_is_over_raises_no_level() -> None:
    """What is remembered of it is shorter than what a level needs."""
    assert LATELY_MS < RISE_MS


@pytest.mark.parametrize(
    ("waits_ms", "ms", "busy"),
    [([9000, 9000], 9000, True), ([9000], 60_000, False), ([9000, 9000], 4000, False)],
)
def test_lines_are_busy_when_several_callers_wait_for_long(
    waits_ms: list[float], ms: int, busy: bool
) -> None:
    """Not for one whose work is long, and not for a moment."""
    found = levels(Degradation(BUSY_MS), for_ms(Pressure.of(waits_ms, 9000), ms))
    assert (Level.LINES_BUSY in found) == busy


def test_of_several_waits_the_second_longest_counts() -> None:
    """And how many callers wait, and the longest for whoever watches; two engines are as far behind as the worse one."""
    assert Pressure.of([5000], 0) == Pressure(0, 0, 1, 5000)
    assert Pressure.of([], 5) == Pressure(0, 5, 0)
    assert Pressure.of([50, 900, 300], 5) == Pressure(300, 5, 2, 900)
    assert Pressure(1, 20, 3) | Pressure(10, 2, 1) == Pressure(10, 20, 3)


def test_lines_are_never_busy_where_that_is_switched_off() -> None:
    """lines_busy_ms 0."""
    assert levels(Degradation(0), for_ms(HOPELESS, 60_000))[-1] is Level.FASTER_MODEL


def test_without_a_faster_model_its_level_is_skipped() -> None:
    """What is left keeps its order and its limits."""
    found = levels(Degradation(BUSY_MS, faster_model=False), for_ms(Pressure(1000, 0), 5000))
    assert found[-1] is Level.NO_PARTIALS
    found = levels(Degradation(BUSY_MS, faster_model=False), for_ms(HOPELESS, 7000) + for_ms(NOTHING, 25_000))
    assert list(dict.fromkeys(found)) == [Level.NORMAL, Level.NO_PARTIALS, Level.LINES_BUSY]
    assert found[-1] is Level.NORMAL


@pytest.mark.parametrize(
    ("calls", "level", "pause_ms"),
    [(2, Level.NORMAL, 0), (3, Level.NORMAL, 200), (2, Level.NO_PARTIALS, 400), (3, Level.LINES_BUSY, 400)],
)
def test_how_early_is_decoded_ahead(calls: int, level: Level, pause_ms: int) -> None:
    """At once where every call has a thread, later where others may need it, still later under load."""
    engine, degradation = Engine(), Degradation(BUSY_MS)
    watch = LoadWatch(engine, degradation, background=[], calls=lambda: calls, room=2, shown=Page())
    engine.behind = HOPELESS if level else NOTHING
    at_ms = 0
    while not at_ms or degradation.level < level:
        watch.look(at_ms)
        at_ms += LOOK_MS
    assert degradation.prepare_ms == pause_ms


class Engine:
    """An engine as far behind as it is told."""

    def __init__(self) -> None:
        self.behind = NOTHING
        self.told: list[Level] = []

    def pressure(self) -> Pressure:
        """As given."""
        return self.behind

    def degrade(self, level: Level) -> None:
        """Kept."""
        self.told.append(level)


class Prompts:
    """Whether they may be made."""

    held = False

    def hold(self, held: bool) -> None:
        """Kept."""
        self.held = held


class Page:
    """What an operator sees."""

    shown: tuple[Level, Pressure, float] | None = None

    def show_load(self, level: Level, pressure: Pressure, late_seconds: float) -> None:
        """Kept."""
        self.shown = (level, pressure, late_seconds)


@pytest.mark.parametrize(
    ("reading", "late_seconds"),
    [(Pressure(500, 0, 3, longest_ms=500), 0.0), (NOTHING, 0.5)],
    ids=["reading", "loop"],
)
def test_whatever_callers_wait_for_is_load(
    reading: Pressure, late_seconds: float, caplog: pytest.LogCaptureFixture
) -> None:
    """Their words to be read, or the event loop: the recogniser is not the only one that may be behind; the log says which."""
    engine, readers, degradation = Engine(), Engine(), Degradation(BUSY_MS)
    readers.behind = reading
    watch = LoadWatch(
        engine, degradation, beside=[readers], background=[], calls=lambda: 3, room=2, shown=Page()
    )
    for at_ms in range(0, 1250, LOOK_MS):
        watch.look(at_ms, late_seconds=late_seconds)
    assert degradation.level is Level.NO_PARTIALS
    waited, late = (500, 0) if reading.waited_ms else (0, 500)
    [line] = caplog.messages
    assert line == (
        f"load: no_partials, after normal (3 calls; a turn waited {waited} ms, 0 ms of work per thread, "
        f"the event loop was {late} ms late)"
    )


def test_the_watch_tells_engine_operator_and_log_once(caplog: pytest.LogCaptureFixture) -> None:
    """A level is told when it changes; the operator's figures always."""
    engine, prompts, page, calls = Engine(), Prompts(), Page(), [0]
    watch = LoadWatch(
        engine, Degradation(BUSY_MS), background=[prompts], calls=lambda: calls[0], room=2, shown=page
    )
    caplog.set_level(logging.INFO)
    watch.look(0)
    assert (engine.told, prompts.held, page.shown) == ([], False, (Level.NORMAL, NOTHING, 0.0))
    calls[0] = 2
    watch.look(250, late_seconds=0.02)
    assert (prompts.held, page.shown) == (True, (Level.NORMAL, NOTHING, 0.02))
    calls[0], engine.behind = 1, LIMITS[Level.NO_PARTIALS]
    for at_ms in range(500, 3000, 250):
        watch.look(at_ms)
    assert engine.told == [Level.NO_PARTIALS]
    assert prompts.held
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "no_partials" in caplog.text
    engine.behind = NOTHING
    for at_ms in range(3000, 15_000, 250):
        watch.look(at_ms)
    assert engine.told == [Level.NO_PARTIALS, Level.NORMAL]
    assert not prompts.held
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]
