"""For all tests: which worker runs them, and when."""

import pytest
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import Scheduling

from tests.support import order

settings.register_profile("untimed", deadline=None)  # a busy machine is no finding
settings.load_profile("untimed")


def pytest_sessionstart() -> None:
    """Some workers step back behind the others."""
    order.step_back()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first."""
    order.sort(items)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling:
    """Whole files, of a kind for each kind of worker."""
    config.option.loadscopereorder = False
    return order.Lanes(config, log)
