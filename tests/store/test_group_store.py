"""Groups of questions in a real database, from stored calls to the measured effect: on SQLite and on PostgreSQL."""

import datetime as dt
from datetime import timedelta

import pytest

from callbot.caller_data import erase_caller, export_caller
from callbot.config import Settings
from callbot.database import Database
from callbot.editing.live import LiveKnowledge
from callbot.events import Decision
from callbot.learning_loop.effects import Measured
from callbot.learning_loop.group_store import GroupStore
from callbot.learning_loop.groups import GroupState
from callbot.learning_loop.loop import LearningLoop
from callbot.learning_loop.questions import Kind
from callbot.privacy import purge
from tests.support.asked import NOON, Asked, correct, store
from tests.support.knowledge import SameWords, live_knowledge

DAY = timedelta(days=1)
TYRES = ("où jeter mes pneumatiques", "les pneumatiques usagés", "vieux pneumatiques de voiture")


class Clock:
    """A clock that the test moves."""

    at = NOON + timedelta(hours=3)

    def now(self) -> dt.datetime:
        """As set."""
        return self.at

    def today(self) -> dt.date:
        """Its day."""
        return self.at.date()


@pytest.fixture
def clock() -> Clock:
    """The afternoon of a Tuesday."""
    return Clock()


@pytest.fixture
def live(settings: Settings, database: Database, clock: Clock) -> LiveKnowledge:
    """The demonstration commune."""
    return live_knowledge(settings, database, today=clock.today)


@pytest.fixture
def loop(database: Database, live: LiveKnowledge, clock: Clock) -> LearningLoop:
    """Grouping by the longest word."""
    live.versions._clock = clock.now
    return LearningLoop(GroupStore(database, 0.85, clock.now), live, SameWords(), clock.today)


async def test_questions_are_grouped_again_and_again(database: Database, loop: LearningLoop) -> None:
    """What was asked twice, or corrected, is a group; later ones join; a question that was well answered is none."""
    await store(
        database,
        Asked("a", TYRES[0]),
        Asked("b", TYRES[1], Decision.ANSWER, "dechetterie", "dechetterie", 0.5),
        Asked("c", "la patinoire municipale"),
        Asked("d", "quels sont vos horaires d'ouverture", Decision.ANSWER, "horaires", "horaires", 0.97),
        Asked("e", "allô"),
    )
    assert await loop.group() == 2
    assert await loop.group() == 0
    await store(database, Asked("f", TYRES[2]))
    await correct(database, "c", "la patinoire municipale c'est quand", right="piscine_sport.horaires")
    assert await loop.group() == 3
    tyres, ice = await loop.groups.groups()
    assert [(one.state, one.calls) for one in (tyres, ice)] == [(GroupState.OPEN, 3), (GroupState.OPEN, 1)]
    assert sorted(one.kind for one in await loop.groups.questions(tyres.id)) == [
        Kind.LOW,
        Kind.NO_MATCH,
        Kind.NO_MATCH,
    ]
    corrected = (await loop.groups.questions(ice.id))[0]
    assert {one.right for one in await loop.groups.questions(ice.id)} == {"", "piscine_sport.horaires"}
    assert corrected.text.startswith("la patinoire municipale")


async def test_what_was_put_aside_stays_so_and_comes_back_on_demand(
    database: Database, loop: LearningLoop
) -> None:
    """Later questions of that meaning join it silently; the reason is kept."""
    await store(database, Asked("a", TYRES[0]), Asked("b", TYRES[1]))
    await loop.group()
    [group] = await loop.groups.groups()
    await loop.groups.name(group.id, "Les pneus")
    await loop.groups.dismiss(group.id, "Hors de la compétence de la mairie", person="sophie")
    await store(database, Asked("c", TYRES[2]))
    await loop.group()
    [group] = await loop.groups.groups()
    assert (group.state, group.title, group.calls, group.decided_by) == (
        GroupState.DISMISSED,
        "Les pneus",
        3,
        "sophie",
    )
    await loop.groups.take_up(group.id, person="sophie")
    assert [one.state for one in await loop.groups.groups()] == [GroupState.OPEN]
    assert await loop.groups.group(99) is None


async def test_an_answer_is_taught_and_its_effect_measured_the_next_day(
    database: Database, loop: LearningLoop, live: LiveKnowledge, clock: Clock
) -> None:
    """Calls of that meaning and how many were answered: two before and none, three the day after and two; others do not count."""
    yesterday = NOON - DAY
    await store(
        database,
        Asked("a", TYRES[0], at=yesterday),
        Asked("b", TYRES[1], at=yesterday),
        Asked("x", "la patinoire municipale", at=yesterday),
    )
    await loop.group()
    [group] = await loop.groups.groups()
    entry = live.now.knowledge.by_id["dechetterie"]
    taught = entry.model_copy(update={"questions": (*entry.questions, TYRES[0])})
    draft = await live.versions.write("fr", taught, author="sophie", group_id=group.id)
    assert [one.state for one in await loop.groups.groups()] == [GroupState.DRAFTED]
    await live.versions.submit(draft.id, person="sophie")
    await live.versions.heard(draft.id, person="bruno")
    await live.versions.approve(draft.id, person="bruno")
    [group] = await loop.groups.groups()
    assert (group.state, group.entry_id, group.taught_on) == (GroupState.TAUGHT, "dechetterie", NOON.date())
    tomorrow = NOON + DAY
    heard = {
        "decision": Decision.ANSWER,
        "answer_id": "dechetterie",
        "motive": "dechetterie",
        "confidence": 0.96,
    }
    await store(
        database,
        Asked("d", TYRES[0], at=tomorrow, **heard),  # type: ignore[arg-type]
        Asked("e", TYRES[2], at=tomorrow, **heard),  # type: ignore[arg-type]
        Asked("f", TYRES[1], at=tomorrow),
        Asked("g", "horaires de la déchetterie", at=tomorrow, **heard),  # type: ignore[arg-type]
    )
    clock.at = tomorrow + DAY
    assert await loop.measure() == 8
    assert await loop.measure() == 0
    days = [one for one in await loop.groups.measured(group.id) if one.calls]
    assert days == [Measured(yesterday.date(), 2, 0), Measured(tomorrow.date(), 3, 2)]


async def test_one_machine_does_the_work_of_an_hour(loop: LearningLoop, clock: Clock) -> None:
    """The second one that asks has nothing to do; an hour later somebody has."""
    hour = timedelta(hours=1)
    first = [await loop.groups.claim("learning", hour) for _ in range(2)]
    clock.at += hour
    assert (first, await loop.groups.claim("learning", hour)) == ([True, False], True)


async def test_words_go_with_the_transcripts_and_callers_can_be_erased(
    settings: Settings, database: Database, loop: LearningLoop, clock: Clock
) -> None:
    """After transcript_days a group has its count and no words; what is exported of a caller has their questions; erased, they are gone."""
    await store(database, Asked("a", TYRES[0]), Asked("b", TYRES[1]))
    await loop.group()
    [group] = await loop.groups.groups()
    exported = await export_caller(database, "hash of a")
    assert [row["group_id"] for row in exported["desk"]["learning_questions"]] == [group.id]
    later = clock.at + timedelta(days=settings.transcript_days + 1)
    assert await loop.groups.words_left(NOON.date())
    await purge(database, settings, now=later)
    assert not await loop.groups.words_left(NOON.date())
    assert [(one.text, one.kind) for one in await loop.groups.questions(group.id)] == [
        ("", Kind.NO_MATCH)
    ] * 2
    assert await loop.group() == 0
    assert [one.calls for one in await loop.groups.groups()] == [2]
    for caller in ("hash of a", "hash of b"):
        await erase_caller(database, caller, actor="test")
    await loop.group()
    assert await loop.groups.groups() == []
