"""In which order test files run, and which of them never at once: what makes a run on a few cores short, and calm enough for real calls."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from xdist.scheduler import LoadScopeScheduling

TESTS = Path(__file__).parents[1]

LANES = (
    (
        "call/test_end_to_end.py",
        "unit/test_router.py",
        "bench/test_latency.py",
        "browser/test_whole_story.py",
        "browser/test_knowledge_in_service.py",
    ),
    (
        "sip/test_from_queue_to_person.py",
        "sip/test_from_question_to_person.py",
        "sip/test_killed.py",
        "sip/test_callbot_serve.py",
        "browser/test_real_call.py",
        "call/test_operator_errors.py",
        "bench/test_calls.py",
        "call/test_start_and_stop.py",
        "call/test_logs.py",
    ),
)
"""Files that start the whole service with its engines, or train: a core and a gigabyte each. One of each lane at a time, from the start."""

LONG = (
    "sip/test_calls.py",
    "browser/test_accessibility.py",
    "sip/test_bridge.py",
    "call/test_nobody_there.py",
    "browser/test_desk.py",
    "browser/test_callbacks.py",
    "unit/test_e5.py",
    "browser/test_desk_line.py",
    "sip/test_sound_and_silence.py",
    "browser/test_dashboard.py",
    "browser/test_knowledge.py",
)
"""Others that take twenty seconds and more, the longest first: one that began last would leave a core idle at the end of a run."""

FIRST = tuple(name for lane in LANES for name in lane) + LONG


class Lanes(LoadScopeScheduling):
    """Deals out whole files, as `--dist loadfile`; those of a lane all go to one process."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::", 1)[0]
        lane = next((n for n, lane in enumerate(LANES) if file.removeprefix("tests/") in lane), None)
        return file if lane is None else f"lane {lane}"


def sort(items: list[pytest.Item], first: Sequence[str] = FIRST) -> None:
    """FIRST first, the others in their order. Raises UsageError where one of them is gone."""
    place = {TESTS / name: number for number, name in enumerate(first)}
    if gone := [str(path) for path in place if not path.is_file()]:
        raise pytest.UsageError(f"tests/support/order.py: there is no {', '.join(gone)}")
    items.sort(key=lambda item: place.get(item.path, len(place)))
