"""For all tests: which files begin, and where the processes of one run keep what they share."""

from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("untimed", deadline=None)  # a busy machine is no finding
settings.load_profile("untimed")

ROOT = Path(__file__).parent
LONG = (
    "call/test_end_to_end.py",
    "unit/test_router.py",
    "sip/test_from_question_to_person.py",
    "browser/test_whole_story.py",
    "sip/test_killed.py",
    "bench/test_latency.py",
    "sip/test_callbot_serve.py",
    "browser/test_real_call.py",
)
"""Files that take half a minute and more, the longest first: one that began last would leave a core idle at the end of a run.

Only with `--no-loadscope-reorder`: xdist begins with the files of most tests, and these have few.
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """LONG files first; the others stay in their order."""
    place = {ROOT / name: number for number, name in enumerate(LONG)}
    if gone := [str(path) for path in place if not path.is_file()]:
        raise pytest.UsageError(f"tests/conftest.py, LONG: there is no {', '.join(gone)}")
    items.sort(key=lambda item: place.get(item.path, len(place)))


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder of this run, the same one for each of its processes."""
    own = tmp_path_factory.getbasetemp()
    return own if worker_id == "master" else own.parent
