"""The house's own rules: cores without I/O, one vocabulary, no secrets in what is printed."""

import ast
import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import get_args

import pytest

from callbot import events
from callbot.dialogue import handover, turn_table, waiting_table
from callbot.editing import versions
from callbot.humans import queue_table

ROOT = Path(__file__).parents[2]
CORES = [
    "callbot/bridge_reports.py",
    "callbot/callback_states.py",
    "callbot/callback_times.py",
    "callbot/caller_script.py",
    "callbot/demo/course.py",
    "callbot/demo/days.py",
    "callbot/demo/mix.py",
    "callbot/demo/year.py",
    *(f"callbot/editing/{name}.py" for name in ("checks", "differences", "overlay", "personal", "versions")),
    *(f"callbot/events/{path.name}" for path in sorted((ROOT / "callbot/events").glob("*.py"))),
    "callbot/hearing.py",
    "callbot/load.py",
    "callbot/messages_recording.py",
    "callbot/playback.py",
    *(f"callbot/dialogue/{path.name}" for path in sorted((ROOT / "callbot/dialogue").glob("*.py"))),
    "callbot/speech/endpointing.py",
    "callbot/speech/fair_queue.py",
    *(str(path.relative_to(ROOT)) for path in sorted((ROOT / "callbot/knowledge/importing").glob("*.py"))),
    "callbot/humans/announcements.py",
    "callbot/humans/holidays.py",
    "callbot/humans/hours.py",
    "callbot/humans/hours_coming.py",
    "callbot/humans/hours_exceptions.py",
    "callbot/humans/hours_said.py",
    "callbot/humans/hours_set.py",
    *(
        f"callbot/humans/{name}.py"
        for name in (
            "agents",
            "desk_level",
            "desk_telephone",
            "queue",
            "queue_events",
            "queue_table",
            "queue_types",
            "waiting_time",
        )
    ),
    "callbot/learning_loop/effects.py",
    "callbot/learning_loop/grouping.py",
    "callbot/learning_loop/groups.py",
    "callbot/learning_loop/questions.py",
    "callbot/phone_numbers.py",
    *(
        f"callbot/stats/{name}.py"
        for name in (
            "call_rows",
            "cells",
            "counting",
            "facts",
            "figure_parts",
            "figures",
            "formulas",
            "period",
            "repeats",
            "slices",
            "steps",
            "tally",
        )
    ),
    "callbot/supervision.py",
    "callbot/understanding/acts.py",
    "callbot/understanding/danger.py",
    "callbot/understanding/normalise.py",
    *(
        f"callbot/understanding/spoken_forms/{path.name}"
        for path in sorted((ROOT / "callbot/understanding/spoken_forms").glob("*.py"))
    ),
    "sip_bridge/deafness.py",
    "sip_bridge/destinations.py",
    "sip_bridge/liveness.py",
    "sip_bridge/negotiations.py",
    "sip_bridge/packet_filter.py",
    "sip_bridge/playout.py",
    "sip_bridge/rates.py",
    "sip_bridge/sdp.py",
    "sip_bridge/session.py",
    "sip_bridge/session_messages.py",
    "sip_bridge/session_outputs.py",
    "sip_bridge/session_table.py",
    *(
        str(path.relative_to(ROOT))
        for folder in ("audio", "media")
        for path in sorted((ROOT / "callbot" / folder).glob("*.py"))
    ),
]
CORES.remove("callbot/audio/files.py")
IO_MODULES = {
    "asyncio",
    "socket",
    "time",
    "os",
    "threading",
    "subprocess",
    "logging.handlers",
    "websockets",
}
CLOCKS = (".now(", ".today(", ".utcnow(")
"""A date that is handed in is a value; asking for today's is a clock."""


def imported(source: str) -> set[str]:
    """Top-level names of all modules that `source` imports, wherever."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        if isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("path", CORES)
def test_a_core_imports_no_io(path: str) -> None:
    """The core decides, the shell does."""
    source = (ROOT / path).read_text(encoding="utf-8")
    assert imported(source) & IO_MODULES == set()
    assert [clock for clock in CLOCKS if clock in source] == []


def test_only_config_reads_the_environment() -> None:
    """Settings are read once, at one door."""
    readers = [
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / "callbot").rglob("*.py"))
        if "os.environ" in path.read_text(encoding="utf-8") or "getenv" in path.read_text(encoding="utf-8")
    ]
    assert readers == ["callbot/config.py"]


@pytest.mark.parametrize("event", get_args(events.Event), ids=lambda event: event.__name__)
def test_every_event_is_documented_and_has_its_place_in_time(event: type) -> None:
    """A docstring, `at_ms` first, and a line in docs/architecture.md."""
    assert event.__doc__
    assert dataclasses.fields(event)[0].name == "at_ms"
    assert f"`{event.__name__}`" in (ROOT / "docs/architecture.md").read_text(encoding="utf-8")


def test_what_a_caller_said_does_not_show_in_an_event() -> None:
    """An event in a log tells nothing about the person."""
    shown = repr(events.FinalTranscript(10, "je m'appelle Martin", 0.9, 20)) + repr(
        events.CallStarted(0, "0612345678", "", "")
    )
    assert "Martin" not in shown
    assert "0612345678" not in shown


def _rows(table: Mapping[tuple[str, str], str]) -> list[str]:
    return [f"| {before} | {trigger} | {after} |" for (before, trigger), after in table.items()]


@pytest.mark.parametrize(
    "table",
    [turn_table.NEXT, handover.NEXT, waiting_table.NEXT, versions.NEXT],
    ids=["turns", "handover", "waiting", "versions"],
)
def test_the_drawn_transitions_are_current(table: Mapping[tuple[str, str], str]) -> None:
    """docs/architecture.md has exactly the rows of the tables, in their order."""
    lines = (ROOT / "docs/architecture.md").read_text(encoding="utf-8").splitlines()
    rows = _rows(table)
    begin = lines.index(rows[0])
    assert lines[begin : begin + len(rows) + 1] == [*rows, ""]


@pytest.mark.parametrize("table", [queue_table.PLACES, queue_table.AGENTS], ids=["places", "agents"])
def test_the_queue_is_drawn_as_it_is(table: Mapping[tuple[str, str], str]) -> None:
    """docs/queue.md has each table's rows, and a diagram with an arrow for each pair of states."""
    arrows: dict[tuple[str, str], list[str]] = {}
    for (before, trigger), after in table.items():
        arrows.setdefault((before, after), []).append(trigger)
    drawn = [f"    {before} --> {after}: {', '.join(by)}" for (before, after), by in arrows.items()]
    page = (ROOT / "docs/queue.md").read_text(encoding="utf-8")
    assert "\n".join(["```mermaid", "stateDiagram-v2", *drawn, "```\n"]) in page
    assert "\n".join([*_rows(table), "\n"]) in page


@pytest.mark.parametrize("command", get_args(events.Command), ids=lambda command: command.__name__)
def test_every_command_is_documented(command: type) -> None:
    """A docstring, and a line in docs/architecture.md."""
    assert command.__doc__
    assert f"`{command.__name__}`" in (ROOT / "docs/architecture.md").read_text(encoding="utf-8")


def test_no_page_has_a_gap() -> None:
    """Places that were to be filled in are marked @@ while a page is written."""
    pages = [path for path in ROOT.rglob("*.md") if ".venv" not in path.parts]
    assert [path.name for path in pages if "@@" in path.read_text(encoding="utf-8")] == []
