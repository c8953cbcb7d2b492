"""For all tests: how they are dealt out."""

import pytest
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import Scheduling

from tests.support import order

settings.register_profile("untimed", deadline=None)  # a busy machine is no finding
settings.load_profile("untimed")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first."""
    order.sort(items)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling:
    """Whole files, in lanes."""
    config.option.loadscopereorder = False
    return order.Lanes(config, log)
