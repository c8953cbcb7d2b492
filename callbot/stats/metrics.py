"""What Prometheus reads: response times and their parts, calls now, how calls ended. No label tells who called or what was said."""

from collections.abc import Callable

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)

from callbot.events import (
    CallEnded,
    CallerQueued,
    Event,
    MessageAccepted,
    MessageDropped,
    MessageOffered,
    MessageRecorded,
    NoMatch,
    Outcome,
    PlaybackInterrupted,
    PlaybackResumed,
    TurnTimed,
)
from callbot.load import Level, Pressure
from callbot.turn_timing import PARTS

RESPONSE_SECONDS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.5, 2, 3, 5, 10)
"""The histogram's bounds, finest where the aims lie: 0.7 s in the median, 1.1 s for 19 replies in 20."""
LATE_SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1)
"""Of the event loop, which sends a frame every 20 ms."""
MESSAGES: tuple[type[Event], ...] = (MessageOffered, MessageAccepted, MessageRecorded, MessageDropped)
PART_SECONDS = (0.02, 0.04, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 1.0, 1.5, 2, 5)


class Metrics:
    """The figures of this process since it started; `engine` is the recogniser's name."""

    def __init__(self, engine: str) -> None:
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        PlatformCollector(registry=registry)
        self._response = Histogram(
            "callbot_response_seconds",
            "From the end of the caller's speech to the first audio of the reply.",
            ["engine"],
            buckets=RESPONSE_SECONDS,
            registry=registry,
        ).labels(engine)
        parts = Histogram(
            "callbot_response_part_seconds",
            "Where the response time goes: endpoint, decode, route, first_audio.",
            ["engine", "part"],
            buckets=PART_SECONDS,
            registry=registry,
        )
        self._parts = {name: parts.labels(engine, name.removesuffix("_ms")) for name in PARTS}
        ended = Counter("callbot_calls", "Calls that have ended.", ["outcome"], registry=registry)
        self._ended = {outcome: ended.labels(outcome.value) for outcome in Outcome}
        self._interrupted = Counter(
            "callbot_interruptions", "Replies that the caller interrupted.", registry=registry
        )
        self._resumed = Counter(
            "callbot_resumed",
            "Replies that were held for a sound of the caller, and taken up again.",
            registry=registry,
        )
        self._no_match = Counter(
            "callbot_not_understood", "Utterances that were not understood.", registry=registry
        )
        messages = Counter(
            "callbot_messages", "Messages of callers while nobody was there.", ["what"], registry=registry
        )
        self._messages = {
            kind: messages.labels(kind.__name__.removeprefix("Message").lower()) for kind in MESSAGES
        }
        self._now = Gauge("callbot_calls_now", "Calls held now.", registry=registry)
        self._with_people = Gauge(
            "callbot_calls_with_people",
            "Of these, callers who wait for a person, or speak to one.",
            registry=registry,
        )
        self._lines = Gauge("callbot_lines", "Calls that can be held at once.", registry=registry)

        self._level = Gauge(
            "callbot_load_level",
            "What is given up for the load: 0 nothing, 1 partial texts, 2 the better model, 3 new calls.",
            registry=registry,
        )
        self._waited = Gauge(
            "callbot_recognition_wait_seconds",
            "The longest that a finished turn has waited for a thread in the last seconds.",
            registry=registry,
        )
        self._backlog = Gauge(
            "callbot_recognition_backlog_seconds",
            "Work that waits for each thread of recognition.",
            registry=registry,
        )
        changes = Counter(
            "callbot_load_changes", "Changes of the load's level, to it.", ["level"], registry=registry
        )
        self._changes = {level: changes.labels(level.name.lower()) for level in Level}
        self._shown_level = Level.NORMAL
        self._turned_away = Counter(
            "callbot_turned_away",
            "Callers who were told that all lines are busy, and went to the reception.",
            registry=registry,
        )
        self._late = Histogram(
            "callbot_loop_late_seconds",
            "How late the event loop was, looked at four times a second.",
            buckets=LATE_SECONDS,
            registry=registry,
        )

    def show_load(self, level: Level, pressure: Pressure, late_seconds: float) -> None:
        """What the load is at this moment."""
        self._level.set(level)
        self._waited.set(pressure.longest_ms / 1000)
        self._backlog.set(pressure.backlog_ms / 1000)
        self._late.observe(max(0.0, late_seconds))
        if level is not self._shown_level:
            self._shown_level = level
            self._changes[level].inc()

    def show_calls(self, calls_now: Callable[[], int], with_people: Callable[[], int], lines: int) -> None:
        """Where the numbers of calls are asked for whenever somebody reads, and how many there may be."""
        self._now.set_function(calls_now)
        self._with_people.set_function(with_people)
        self._lines.set(lines)

    def observe(self, event: Event) -> None:
        """An event of any call."""
        match event:
            case TurnTimed():
                self._response.observe(event.response_ms / 1000)
                for name, part in self._parts.items():
                    part.observe(getattr(event, name) / 1000)
            case CallEnded(outcome=outcome):
                self._ended[outcome].inc()
            case PlaybackInterrupted():
                self._interrupted.inc()
            case PlaybackResumed():
                self._resumed.inc()
            case CallerQueued(reason="busy"):
                self._turned_away.inc()
            case NoMatch():
                self._no_match.inc()
            case MessageOffered() | MessageAccepted() | MessageRecorded() | MessageDropped():
                self._messages[type(event)].inc()
            case _:
                pass

    def text(self) -> bytes:
        """Everything, in Prometheus' text format."""
        return generate_latest(self._registry)
