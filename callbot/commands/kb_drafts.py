"""`callbot kb import --drafts`: a commune's files as drafts in the database, to be checked and approved on the pages."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace

from callbot.config import Settings
from callbot.conversations import today
from callbot.database import Database
from callbot.editing.in_use import knowledge_in_use
from callbot.editing.version_store import VersionStore
from callbot.knowledge.entries import Entry
from callbot.knowledge.importing.drafts import Reading
from callbot.knowledge.importing.merge import Outcome, Plan, plan
from callbot.knowledge.store import Knowledge, read_entries
from callbot.languages.tables import FRENCH

__all__ = ["planned", "store"]

AUTHOR = "import"

Key = tuple[str, str]
"""Language and id."""


def planned(readings: Sequence[tuple[str, Reading]], settings: Settings, author: str) -> Plan:
    """What would become drafts; entries that are in use word for word become none. Raises KnowledgeError."""
    knowledge = knowledge_in_use(settings)
    usual = {entry.motive: entry.service for entry in knowledge.entries}
    made = plan(readings, {}, knowledge.commune, author=author or AUTHOR, services=usual)
    entries = _entries(made)
    return replace(made, outcomes=tuple(_outcome(one, entries, knowledge) for one in made.outcomes))


def store(made: Plan, settings: Settings, author: str) -> None:
    """Keep them as drafts of `author`. Raises DatabaseError."""
    knowledge = knowledge_in_use(settings)
    new = {key: entry for key, entry in _entries(made).items() if not _in_use(knowledge, key, entry)}
    asyncio.run(_write(settings, new, "_".join((author or AUTHOR).split())))


async def _write(settings: Settings, entries: Mapping[Key, Entry], author: str) -> None:
    database = await Database.open(settings)
    try:
        versions = VersionStore(database, today)
        for (language, _), entry in entries.items():
            await versions.write(language, entry, author=author, reason="Importé d’un fichier.")
    finally:
        await database.close()


def _entries(made: Plan) -> dict[Key, Entry]:
    found: dict[Key, Entry] = {}
    for path, text in made.texts.items():
        folder, *more = path.split("/")
        language = more[0] if folder == "languages" else FRENCH
        found |= {(language, entry.id): entry for entry in read_entries(text, path, [])}
    return found


def _outcome(outcome: Outcome, entries: Mapping[Key, Entry], knowledge: Knowledge) -> Outcome:
    """As the plan has it, but for what is in use already, and what would replace something."""
    own = {key: entry for key, entry in entries.items() if key[1] == outcome.entry}
    if outcome.result != "added" or not own:
        return outcome
    if all(_in_use(knowledge, key, entry) for key, entry in own.items()):
        return replace(outcome, result="unchanged", message="is in use word for word")
    if any(_there(knowledge, key) for key in own):
        return replace(
            outcome, result="replaced", message="in a draft; what is in use stays until that is approved"
        )
    return outcome


def _there(knowledge: Knowledge, key: Key) -> Entry | None:
    language, entry_id = key
    spoken = language in (knowledge.language, *knowledge.translations)
    return knowledge.in_language(language).by_id.get(entry_id) if spoken else None


def _in_use(knowledge: Knowledge, key: Key, entry: Entry) -> bool:
    """Whether what is in use says the same to a caller and to the router, for as long."""
    there = _there(knowledge, key)
    return there is not None and _content(there) == _content(entry)


def _content(entry: Entry) -> tuple[object, ...]:
    return entry.subject, entry.kind, entry.questions, entry.answer, entry.service, entry.expires_on
