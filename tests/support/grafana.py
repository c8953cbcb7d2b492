"""The ready dashboard for Grafana, and what it asks Prometheus."""

import json
import re
from pathlib import Path
from typing import Any

BOARD = Path(__file__).parents[2] / "deploy/grafana/callbot.json"
METRIC = re.compile(r"\b(?:callbot|process)_[a-z_]+")


def board() -> dict[str, Any]:
    """As it is shipped."""
    read: dict[str, Any] = json.loads(BOARD.read_text(encoding="utf-8"))
    return read


def expressions() -> list[str]:
    """What its panels and variables ask Prometheus."""
    panels = [target["expr"] for panel in board()["panels"] for target in panel["targets"]]
    variables = [one["definition"] for one in board()["templating"]["list"] if one["type"] == "query"]
    return [*panels, *variables]


def asked() -> set[str]:
    """The metrics, by the name of the sample."""
    return {name for expression in expressions() for name in METRIC.findall(expression)}
