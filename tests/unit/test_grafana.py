"""The ready dashboard for Grafana: every metric that it asks for exists, with the labels that it groups by."""

import re

from callbot.events import CallEnded, Outcome, TurnTimed
from callbot.stats.metrics import Metrics
from tests.support.grafana import METRIC, asked, board, expressions


def exposed() -> str:
    """What /metrics says after a call."""
    metrics = Metrics("whisper")
    metrics.observe(TurnTimed(1, 800, 500, 100, 50, 150))
    metrics.observe(CallEnded(2, Outcome.ANSWERED, (), 1, ()))
    return metrics.text().decode()


def test_every_metric_that_it_asks_for_exists() -> None:
    """By the name of the sample, `_total` and `_bucket` included."""
    names = set(re.findall(r"^([a-z_]+)(?:\{| )", exposed(), re.MULTILINE))
    assert asked() - names == set()
    assert len(asked()) >= 12


def test_every_metric_of_ours_is_shown() -> None:
    """A metric that is added is added to the dashboard, or said here to be left out."""
    ours = set(re.findall(r"^# TYPE (callbot_[a-z_]+) ", exposed(), re.MULTILINE))
    shown = " ".join(expressions())
    bare = {
        name for name in ours if not name.endswith("_created") and name.removesuffix("_total") not in shown
    }
    assert bare == {"callbot_load_changes_total"}


def test_labels_that_it_groups_by_exist() -> None:
    """Of the metric in the same expression; le, job and instance are Prometheus' own."""
    text = exposed()
    for expression in expressions():
        for group in re.findall(r"by \(([^)]*)\)", expression):
            for label in {one.strip() for one in group.split(",")} - {"le", "job", "instance"}:
                assert re.search(rf"{METRIC.findall(expression)[0]}\{{[^}}]*{label}=", text), expression


def test_panels_have_their_own_numbers_and_places() -> None:
    """Grafana wants both."""
    panels = board()["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels]
    assert len(set(places)) == len(panels)
    assert all(place["gridPos"]["x"] + place["gridPos"]["w"] <= 24 for place in panels)
