"""An edit of one entry: how it goes from a draft to an approved version, and what still hinders it. Pure.

The entry of the TOML file is version 0; edits are numbered from 1 for each entry. Whoever wrote a version cannot approve it, and whoever
approves it has listened to it. What was approved once may come back by one person's decision, and an answer may be suspended by one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from callbot.errors import CallbotError
from callbot.knowledge.entries import Entry

__all__ = [
    "FILE_VERSION",
    "NEXT",
    "Hindrance",
    "Published",
    "Standing",
    "Step",
    "StepError",
    "Version",
    "VersionState",
    "hindrance",
    "newest",
    "standing",
    "step",
    "suspended",
    "validated",
]

FILE_VERSION = 0
"""The number of what stands in the TOML file."""
SOON = timedelta(days=30)
"""From so long before its last day on, an answer is to be read again."""


class VersionState(StrEnum):
    """How far an edit is."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    """Its author has done; a second person decides."""
    APPROVED = "approved"
    DISCARDED = "discarded"


class Step(StrEnum):
    """What somebody does with it."""

    EDIT = "edit"
    SUBMIT = "submit"
    RETURN = "return"
    APPROVE = "approve"
    DISCARD = "discard"


class StepError(CallbotError):
    """That cannot be done with this version; somebody else was quicker, or it is not for this person to do."""


NEXT: Mapping[tuple[VersionState, Step], VersionState] = MappingProxyType(
    {
        (VersionState.DRAFT, Step.EDIT): VersionState.DRAFT,
        (VersionState.DRAFT, Step.SUBMIT): VersionState.SUBMITTED,
        (VersionState.DRAFT, Step.DISCARD): VersionState.DISCARDED,
        (VersionState.SUBMITTED, Step.EDIT): VersionState.DRAFT,
        (VersionState.SUBMITTED, Step.RETURN): VersionState.DRAFT,
        (VersionState.SUBMITTED, Step.APPROVE): VersionState.APPROVED,
        (VersionState.SUBMITTED, Step.DISCARD): VersionState.DISCARDED,
    }
)
"""The table: anything else is refused."""

OPEN = (VersionState.DRAFT, VersionState.SUBMITTED)


@dataclass(frozen=True, slots=True)
class Version:
    """One edit of the entry `entry_id` in `language`.

    `entry` has no validator before it is approved. `edition` numbers all approvals, of whatever entry, in the order in which they came into
    force; None before that. `restores`: the version that this one brings back. `group_id`: the group of questions (learning_loop) that it
    answers.
    """

    id: int
    language: str
    number: int
    state: VersionState
    entry: Entry
    authors: tuple[str, ...]
    written_at: datetime
    reason: str = ""
    heard_by: tuple[str, ...] = ()
    decided_by: str = ""
    decided_at: datetime | None = None
    remark: str = ""
    """Why it was given back."""
    edition: int | None = None
    restores: int | None = None
    group_id: int | None = None
    drafted_with: str = ""
    """The language model that the first draft came from; empty: people alone wrote it."""

    @property
    def entry_id(self) -> str:
        """`motive` or `motive.aspect`."""
        return self.entry.id

    @property
    def is_open(self) -> bool:
        """Whether it may still come into force."""
        return self.state in OPEN


class Hindrance(StrEnum):
    """Why a person cannot approve a version now."""

    NOT_SUBMITTED = "not submitted"
    OWN = "own"
    NOT_HEARD = "not heard"


def hindrance(version: Version, person: str) -> Hindrance | None:
    """What keeps `person` from approving `version`; None: nothing does."""
    if (version.state, Step.APPROVE) not in NEXT:
        return Hindrance.NOT_SUBMITTED
    if person in version.authors:
        return Hindrance.OWN
    return None if person in version.heard_by else Hindrance.NOT_HEARD


def step(version: Version, what: Step, person: str) -> VersionState:
    """The state after it. Raises StepError, also when it is not for that person to do."""
    after = NEXT.get((version.state, what))
    if after is None:
        raise StepError(f"version {version.number} of {version.entry_id} is {version.state}: no {what}")
    if what is Step.APPROVE and (why := hindrance(version, person)):
        raise StepError(f"version {version.number} of {version.entry_id}: {why}")
    return after


def validated(entry: Entry, person: str, day: date) -> Entry:
    """`entry` as `person` has approved it on that day."""
    return entry.model_copy(update={"validator": person, "validated_on": day})


def suspended(entry: Entry, day: date) -> Entry:
    """`entry` as one that is not spoken from `day` on: as good as expired, so that callers who ask for it go to a person."""
    return entry.model_copy(update={"expires_on": day - timedelta(days=1)})


class Standing(StrEnum):
    """How an entry stands on a day, for lists and warnings."""

    SPOKEN = "spoken"
    SOON = "soon"
    """Spoken, and to be read again within a month."""
    EXPIRED = "expired"
    UNVALIDATED = "unvalidated"


def standing(entry: Entry, today: date) -> Standing:
    """Whether callers hear it on `today`."""
    if not entry.validator or not entry.validated_on:
        return Standing.UNVALIDATED
    if not entry.may_be_spoken(today):
        return Standing.EXPIRED
    assert entry.expires_on
    return Standing.SOON if entry.expires_on <= today + SOON else Standing.SPOKEN


def newest(versions: Iterable[Version]) -> dict[tuple[str, str], Version]:
    """Of each language and entry the version that is in force: the one of the highest edition."""
    found: dict[tuple[str, str], Version] = {}
    for version in sorted(versions, key=lambda one: one.edition or 0):
        if version.edition is not None:
            found[version.language, version.entry_id] = version
    return found


@dataclass(frozen=True, slots=True)
class Published:
    """What is in force of the edits: entries by language, in the order in which they came, and the number of the last approval."""

    edition: int = 0
    entries: tuple[tuple[str, Entry], ...] = field(default=(), repr=False)

    @classmethod
    def of(cls, versions: Iterable[Version]) -> "Published":
        """From all approved versions."""
        last = newest(versions)
        return cls(
            max((version.edition or 0 for version in last.values()), default=0),
            tuple((language, version.entry) for (language, _), version in last.items()),
        )

    def with_draft(self, draft: Version, day: date) -> "Published":
        """As if `draft` were approved."""
        entry = validated(draft.entry, "essai", day)
        kept = tuple(pair for pair in self.entries if (pair[0], pair[1].id) != (draft.language, entry.id))
        return Published(self.edition, (*kept, (draft.language, entry)))
