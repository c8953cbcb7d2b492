"""For all tests: which files begin, and where the processes of one run keep what they share."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parent


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder of this run, the same one for each of its processes."""
    own = tmp_path_factory.getbasetemp()
    return own if worker_id == "master" else own.parent
