"""What a group of questions is, and how far it is: that follows from the versions of answers that were written for it. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from callbot.editing.versions import OPEN

__all__ = ["Group", "GroupState", "by_state", "group_of"]


class GroupState(StrEnum):
    """How far it is."""

    OPEN = "open"
    DRAFTED = "drafted"
    TAUGHT = "taught"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True)
class Group:
    """Questions of one meaning; how many calls asked them. `version_id`: of the answer that was written for it, 0: none.

    `taught_on`: the day of its approval.
    """

    id: int
    state: GroupState
    title: str
    calls: int
    latest: datetime
    reason: str = ""
    decided_by: str = ""
    version_id: int = 0
    entry_id: str = ""
    taught_on: date | None = None


def group_of(row: Any, version: Any) -> Group:
    """From its row, with the number of calls and the time of the latest; `version`: the row of the last one written for it, or None."""
    state = GroupState.OPEN
    if row.dismissed_at is not None:
        state = GroupState.DISMISSED
    elif version is not None:
        state = GroupState.DRAFTED if version.state in OPEN else GroupState.TAUGHT
    return Group(
        row.id,
        state,
        row.title,
        row.calls,
        _aware(row.latest),
        row.reason,
        row.dismissed_by or "",
        version.id if version else 0,
        version.entry_id if version else "",
        version.decided_at.date() if version and state is GroupState.TAUGHT else None,
    )


def _aware(at: datetime | str) -> datetime:
    """SQLite's max() forgets what kind of column it looked at."""
    found = datetime.fromisoformat(at) if isinstance(at, str) else at
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def by_state(groups: Iterable[Group]) -> dict[GroupState, list[Group]]:
    """In their order."""
    listed = list(groups)
    return {state: [group for group in listed if group.state is state] for state in GroupState}
