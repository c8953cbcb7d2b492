"""Versions of answers in a real database, and machines that bring them into service: on SQLite and on PostgreSQL."""

import asyncio
import datetime as dt
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from callbot.audit import Trail, Wanted
from callbot.config import Settings
from callbot.database import Database
from callbot.editing.in_use import knowledge_in_use
from callbot.editing.live import Edition, LiveKnowledge
from callbot.editing.trying import tried
from callbot.editing.version_store import VersionStore
from callbot.editing.versions import Published, StepError, Version, VersionState
from callbot.events import Decision
from callbot.knowledge import store
from callbot.knowledge.entries import Entry
from callbot.knowledge.store import Knowledge
from callbot.understanding.interpretation import Reads
from tests.support.knowledge import Learning, demo, live_knowledge, readers

TODAY = dt.date.today()
QUESTION = "où trouver la carte cadeau de la commune"
NEW = Entry(
    motive="carte_cadeau",
    subject="la carte cadeau",
    questions=(QUESTION, "la carte cadeau s'il vous plaît"),
    answer="La carte cadeau se retire à l'accueil de la mairie.",
    service="accueil",
    author="-",
    expires_on=TODAY + dt.timedelta(days=100),
)


class Voice:
    """What was to be spoken."""

    def __init__(self) -> None:
        self.said: list[str] = []

    async def __call__(self, language: str, texts: Sequence[str]) -> None:
        """Takes no time."""
        self.said += [f"{language}: {text}" for text in texts]


@pytest.fixture
def versions(database: Database) -> VersionStore:
    """The store."""
    return VersionStore(database, lambda: TODAY)


async def approved(versions: VersionStore, entry: Entry, author: str = "anna", by: str = "bruno") -> Version:
    """Written, submitted, heard, approved."""
    draft = await versions.write("fr", entry, author=author, reason="nouveau")
    await versions.submit(draft.id, person=author)
    await versions.heard(draft.id, person=by)
    return await versions.approve(draft.id, person=by)


async def test_a_draft_is_written_by_some_and_approved_by_another(
    database: Database, versions: VersionStore
) -> None:
    """One draft at a time; who has edited it may not approve it; what was edited again must be heard again; all in the journal."""
    draft = await versions.write("fr", NEW, author="anna")
    again = await versions.write("fr", NEW, author="chloé", reason="plus court")
    assert (again.id, again.authors, again.number) == (draft.id, ("anna", "chloé"), 1)
    await versions.submit(draft.id, person="chloé")
    await versions.heard(draft.id, person="bruno")
    for person in ("anna", "chloé", "denis"):
        with pytest.raises(StepError):
            await versions.approve(draft.id, person=person)
    await versions.give_back(draft.id, "Quel accueil ?", person="bruno")
    assert (await versions.version(draft.id)).remark == "Quel accueil ?"
    edited = await versions.write("fr", NEW, author="anna")
    assert (edited.heard_by, edited.remark, edited.state) == ((), "", VersionState.DRAFT)
    await versions.submit(draft.id, person="anna")
    await versions.heard(draft.id, person="bruno")
    done = await versions.approve(draft.id, person="bruno")
    assert (done.edition, done.entry.validator, done.entry.author) == (1, "bruno", "anna")
    assert done.entry.may_be_spoken(TODAY)
    assert await versions.open() == []
    actions = [(one.actor, one.action) for one in await Trail(database).changes(Wanted())]
    assert actions == [
        ("bruno", "answer approved"),
        ("anna", "answer submitted"),
        ("anna", "answer edited"),
        ("bruno", "answer given back"),
        ("chloé", "answer submitted"),
        ("chloé", "answer edited"),
        ("anna", "answer edited"),
    ]


async def test_what_was_validated_comes_back_and_an_answer_is_suspended_by_one_person(
    versions: VersionStore,
) -> None:
    """With who validated it then; what has expired or never was approved does not; the file's is number 0."""
    first = await approved(versions, NEW)
    second = await approved(versions, NEW.model_copy(update={"answer": "Elle n'existe plus, désolés."}))
    back = await versions.restore("fr", second.entry, first.number, person="denis")
    assert (back.entry, back.restores, back.edition, back.number) == (first.entry, 1, 3, 3)
    silent = await versions.suspend("fr", back.entry, person="denis", reason="fausse")
    assert (silent.entry.may_be_spoken(TODAY), silent.edition) == (False, 4)
    file_entry = demo().by_id["horaires"]
    assert (await versions.restore("fr", file_entry, 0, person="denis")).entry == file_entry
    draft = await versions.write("fr", NEW, author="anna")
    for number in (draft.number, silent.number, 99):
        with pytest.raises(StepError):
            await versions.restore("fr", NEW, number, person="denis")
    published = await versions.published()
    assert (published.edition, dict(published.entries)["fr"].id) == (5, "horaires")
    assert [one.number for one in await versions.history("fr", "carte_cadeau")] == [5, 4, 3, 2, 1]


async def test_two_approvals_at_once_have_two_numbers(versions: VersionStore) -> None:
    """Or the second one is told to try again; never the same number twice."""
    drafts = []
    for name in ("carte_a", "carte_b", "carte_c"):
        draft = await versions.write("fr", NEW.model_copy(update={"motive": name}), author="anna")
        await versions.submit(draft.id, person="anna")
        await versions.heard(draft.id, person="bruno")
        drafts.append(draft.id)
    done = await asyncio.gather(
        *(versions.approve(draft, person="bruno") for draft in drafts), return_exceptions=True
    )
    numbers = [one.edition for one in done if isinstance(one, Version)]
    assert sorted(numbers) == list(range(1, len(numbers) + 1))
    assert all(isinstance(one, Version | StepError) for one in done)
    assert await versions.edition() == len(numbers) >= 1


async def test_machines_follow_and_calls_keep_their_edition(settings: Settings, database: Database) -> None:
    """Both machines bring it into service, one by one; the answer is spoken first; commands beside the service know it too."""
    one, other = (live_knowledge(settings, database, machine=name) for name in ("a:1", "b:2"))
    voice, before = Voice(), one.now
    await one.follow(voice)
    await other.follow(voice)
    version = await approved(one.versions, NEW)
    assert (await tried(settings, one.now, QUESTION, "fr")).decision is Decision.NO_MATCH
    await one.follow(voice)
    assert voice.said[0] == f"fr: {NEW.answer}"
    answer = await tried(settings, one.now, QUESTION, "fr")
    assert (answer.decision, answer.answer_id, NEW.answer in answer.reply) == (
        Decision.ANSWER,
        "carte_cadeau",
        True,
    )
    assert (await tried(settings, before, QUESTION, "fr")).decision is Decision.NO_MATCH
    assert [(m.name, m.edition) for m in await one.versions.machines()] == [("a:1", 1), ("b:2", 0)]
    await other.follow(voice)
    assert [(m.name, m.edition) for m in await one.versions.machines()] == [("a:1", 1), ("b:2", 1)]
    assert knowledge_in_use(settings).by_id["carte_cadeau"] == version.entry
    await one.versions.suspend("fr", version.entry, person="bruno", reason="fausse")
    await one.follow(voice)
    assert (await tried(settings, one.now, QUESTION, "fr")).decision is Decision.HANDOVER


async def test_a_machine_that_learns_for_long_lives(
    settings: Settings, database: Database, versions: VersionStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It goes on telling so: else the page would say after three minutes that the service has stopped."""
    monkeypatch.setattr("callbot.editing.live.BEAT_SECONDS", 0.01)
    told: list[int] = []
    twice = asyncio.Event()

    class Slow(Learning):
        async def __call__(self, knowledge: Knowledge, published: Published) -> Mapping[str, Reads]:
            told.clear()
            await asyncio.wait_for(twice.wait(), 30)
            return await super().__call__(knowledge, published)

    live = live_knowledge(settings, database, learn=Slow())
    tell = live.versions.tell

    async def counted(machine: str, edition: int, problem: str = "") -> None:
        told.append(edition)
        await tell(machine, edition, problem)
        if len(told) == 2:
            twice.set()

    monkeypatch.setattr(live.versions, "tell", counted)
    await approved(versions, NEW)
    await live.follow(Voice())
    assert (told[:2], live.now.number) == ([0, 0], 1)


async def test_files_are_read_again_without_a_restart(
    settings: Settings, database: Database, tmp_path: Path
) -> None:
    """At the hour: what changed in them is spoken and in service, once; calls that go on and edits on the pages keep what they have."""
    folder = tmp_path / "knowledge"
    shutil.copytree(store.DEMO, folder)
    where = settings.model_copy(update={"knowledge_dir": folder, "learn_at": "03:30"})
    times = [dt.datetime(2026, 6, 8, 1, tzinfo=dt.UTC), dt.datetime(2026, 6, 8, 1, 31, tzinfo=dt.UTC)]
    base, changed = store.load(folder), asyncio.Event()
    made: dict[str, Mapping[str, Reads]] = {}

    async def learn(knowledge: Knowledge, _: Published) -> Mapping[str, Reads]:
        return made.setdefault(knowledge.fingerprint, readers(knowledge))

    async def render(_: str, __: Sequence[str]) -> None:
        if live.now is not before:  # the rest is spoken after the exchange
            changed.set()

    first = Edition(0, base, await learn(base, Published()))
    versions = VersionStore(database, lambda: TODAY)
    live = LiveKnowledge(
        where, base, first, versions, learn, machine="m", today=lambda: TODAY, now=lambda: times[0]
    )
    before = live.now
    await approved(versions, NEW)
    await live.follow(render)
    before = live.now
    changed.clear()
    assert not await live.read_again(render)
    file = next(file for file in folder.glob("entries/*.toml") if "[[entry]]" in file.read_text())
    [old, *_] = (
        entry
        for entry, origin in zip(base.entries, base.origins, strict=True)
        if origin == f"entries/{file.name}"
    )
    file.write_text(file.read_text().replace(old.questions[0], "c'est quoi la nouvelle question"))
    task = asyncio.create_task(live.keep_fresh(render))
    del times[0]
    live.wake()
    await asyncio.wait_for(changed.wait(), 30)
    task.cancel()
    assert "c'est quoi la nouvelle question" in live.now.knowledge.by_id[old.id].questions
    assert (live.now.number, live.now.knowledge.by_id["carte_cadeau"].answer) == (1, NEW.answer)
    assert "c'est quoi la nouvelle question" not in before.knowledge.by_id[old.id].questions
    assert not await live.read_again(render)
    file.write_text("[[entry]")
    assert not await live.read_again(render)


async def test_what_cannot_be_learnt_changes_nothing_and_says_why(
    settings: Settings, database: Database
) -> None:
    """The edition before stays; it is not tried again at once; a draft that cannot be learnt is an error for who tries it."""
    learning = Learning(fails="disk full")
    live = live_knowledge(settings, database, learn=learning)
    before, voice = live.now, Voice()
    await approved(live.versions, NEW)
    await live.follow(voice)
    [machine] = await live.versions.machines()
    assert (live.now, machine.edition, machine.problem) == (before, 0, "disk full")
    learning.fails = ""
    await live.follow(voice)
    assert (live.now, learning.learnt) == (before, [])
    await approved(live.versions, NEW.model_copy(update={"motive": "carte_b", "questions": ("la carte b",)}))
    await live.follow(voice)
    assert (live.now.number, (await live.versions.machines())[0].problem) == (2, "")


async def test_a_draft_is_tried_beside_what_is_in_service(settings: Settings, database: Database) -> None:
    """Learnt once for several questions; what is in service knows nothing of it."""
    learning = Learning()
    live: LiveKnowledge = live_knowledge(settings, database, learn=learning)
    draft = await live.versions.write("fr", NEW, author="anna")
    answers = [await tried(settings, await live.with_draft(draft), QUESTION, "fr") for _ in range(2)]
    assert [one.answer_id for one in answers] == ["carte_cadeau"] * 2
    assert learning.learnt == [0]
    assert "carte_cadeau" not in live.now.knowledge.by_id
