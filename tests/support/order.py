"""Which worker runs which test files, and in which order: what makes a run on two cores short, and calm enough for real calls.

Calls in real time mostly wait; what else there is to test computes. So there are more workers than cores, and the last BUSY of them,
which step back behind the others (nice), begin with the files that compute.
"""

import os
from collections.abc import Sequence
from pathlib import Path

import pytest
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

TESTS = Path(__file__).parents[1]
BUSY = 2
"""Workers for files that compute, if there are more than as many."""
STEP_BACK = 8
"""With what steps back inside a service (`priorities.RENDERING`) this is below 19, where niceness ends: tests compare it."""

LANES = (
    (
        "call/test_end_to_end.py",
        "browser/test_whole_story.py",
        "browser/test_knowledge_in_service.py",
        "browser/test_restart.py",
    ),
    (
        "sip/test_from_queue_to_person.py",
        "sip/test_from_question_to_person.py",
        "sip/test_killed.py",
        "sip/test_callbot_serve.py",
        "bench/test_latency.py",
        "bench/test_calls.py",
    ),
)
"""Files that start the whole service with its engines: a core and a gigabyte each. One of each lane at a time, from the start."""

LONG = (
    "unit/test_router.py",
    "browser/test_accessibility.py",
    "sip/test_calls.py",
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
CALLS = (
    "lane",
    "sip/",
    "call/",
    "bench/",
    "unit/test_bridge_calls",
    "browser/test_telephone",
    "browser/test_messages",
)
"""How the names of what happens in real time begin; all else computes."""


class Lanes(LoadScopeScheduling):  # type: ignore[misc]
    """Deals out whole files, as `--dist loadfile`; those of a lane all go to one worker."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::", 1)[0].removeprefix("tests/")
        lane = next((number for number, lane in enumerate(LANES) if file in lane), None)
        return file if lane is None else f"lane {lane}"

    def _assign_work_unit(self, node: WorkerController) -> None:
        """The next file of the worker's kind, as long as there are any."""
        computes = steps_back(node.gateway.id, self.numnodes)
        for scope in self.workqueue:
            if scope.startswith(CALLS) != computes:
                self.workqueue.move_to_end(scope, last=False)
                break
        super()._assign_work_unit(node)


def steps_back(worker: str, workers: int) -> bool:
    """Whether a worker (`gw3`) is one of those for files that compute."""
    return workers > BUSY and int(worker.removeprefix("gw")) >= workers - BUSY


def step_back() -> None:
    """In a worker for files that compute: it, and what it starts, leaves the cores to those who call."""
    worker, workers = os.environ.get("PYTEST_XDIST_WORKER"), os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")
    if worker and steps_back(worker, int(workers)):
        os.nice(STEP_BACK)


def sort(items: list[pytest.Item], first: Sequence[str] = FIRST) -> None:
    """FIRST first, the others in their order. Raises UsageError where one of them is gone."""
    place = {TESTS / name: number for number, name in enumerate(first)}
    if gone := [str(path) for path in place if not path.is_file()]:
        raise pytest.UsageError(f"tests/support/order.py: there is no {', '.join(gone)}")
    items.sort(key=lambda item: place.get(item.path, len(place)))
