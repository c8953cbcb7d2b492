"""What became of a call, as the receptionist tells it; and where the bot was wrong, for those who write the answers."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from callbot.database import Database
from callbot.humans.desk_cards import Card
from callbot.redaction import Known, redacted_in
from callbot.tables import corrections, desk_follow_ups, turns

NOTE_MAX = 1000
SAID_MAX = 500
"""Characters of a note, and of a caller's sentence that the bot took wrongly."""
NEW = "new"
"""The state of a correction that nobody has looked at."""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """One call's. `answer_id`: the entry that it really was about, empty: not told; `resolved`: None when it was not told."""

    entry_id: int
    call_id: str
    agent: str
    at: datetime
    service: str
    answer_id: str = ""
    resolved: bool | None = None
    note: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Correction:
    """« La bonne réponse était … »: `right` in place of `understood` (entries' ids, or empty: none) for what the caller said."""

    call_id: str
    at: datetime
    made_by: str
    said: str = field(repr=False)
    understood: str
    right: str
    state: str = NEW


class FollowUps:
    """Follow-ups and corrections of one database. Every method raises DatabaseError.

    `words`: whether what a caller said is written down with a correction; it is not where the commune keeps no transcripts.
    """

    def __init__(self, database: Database, *, words: bool = True) -> None:
        self._database = database
        self._words = words

    async def file(self, told: FollowUp) -> None:
        """Write it, in place of an earlier one of the same place. May be told twice. Once the call is over too, its card goes."""
        values = {name: getattr(told, name) for name in FollowUp.__dataclass_fields__}
        insert_or = sqlite.insert if self._database.is_sqlite else postgresql.insert
        row = insert_or(desk_follow_ups).values(values)
        same = [desk_follow_ups.c.entry_id]
        async with self._database.begin(quick=True) as connection:
            await connection.execute(row.on_conflict_do_update(index_elements=same, set_=values))

    async def filed(self, entry_ids: Collection[int]) -> dict[int, FollowUp]:
        """Those of these places that are filed, by place."""
        if not entry_ids:
            return {}
        wanted = select(desk_follow_ups).where(desk_follow_ups.c.entry_id.in_(entry_ids))
        async with self._database.read() as connection:
            return {row.entry_id: FollowUp(**row._mapping) for row in await connection.execute(wanted)}

    async def correct(self, correction: Correction, card: Card | None = None) -> None:
        """Note one, its words redacted by what the call's card knows; the same person's about the same call and words is replaced."""
        said = _redacted(correction.said, card or Card(correction.call_id))[:SAID_MAX] if self._words else ""
        values = {name: getattr(correction, name) for name in Correction.__dataclass_fields__} | {
            "said": said
        }
        same = (
            (corrections.c.call_id == correction.call_id)
            & (corrections.c.made_by == correction.made_by)
            & (corrections.c.said == said)
            & (corrections.c.state == NEW)
        )
        async with self._database.begin(quick=True) as connection:
            await connection.execute(delete(corrections).where(same))
            await connection.execute(insert(corrections).values(values))

    async def corrected(self, call_ids: Collection[str], made_by: str) -> dict[str, list[Correction]]:
        """What this person has corrected of these calls, by call, in order."""
        if not call_ids:
            return {}
        columns = [corrections.c[name] for name in Correction.__dataclass_fields__]
        mine = corrections.c.call_id.in_(call_ids) & (corrections.c.made_by == made_by)
        found: dict[str, list[Correction]] = {}
        async with self._database.read() as connection:
            for row in await connection.execute(select(*columns).where(mine).order_by(corrections.c.id)):
                found.setdefault(row.call_id, []).append(Correction(**row._mapping))
        return found

    async def heard(self, call_id: str) -> list[tuple[str, str]]:
        """What the caller said turn by turn, and the answer that the bot gave (its id, or empty), as the statistics keep it."""
        wanted = select(turns.c.transcript, turns.c.answer_id).where(
            turns.c.call_id == call_id, turns.c.transcript.is_not(None), turns.c.transcript != ""
        )
        async with self._database.read() as connection:
            rows = await connection.execute(wanted.order_by(turns.c.number))
            return [(row.transcript, row.answer_id or "") for row in rows]

    async def corrections(self, limit: int = 100) -> list[Correction]:
        """The newest ones first."""
        columns = [corrections.c[name] for name in Correction.__dataclass_fields__]
        wanted = select(*columns).order_by(corrections.c.id.desc()).limit(limit)
        async with self._database.read() as connection:
            return [Correction(**row._mapping) for row in await connection.execute(wanted)]

    async def purge(self, before: datetime, words_before: datetime) -> int:
        """Empty notes of before then, and callers' words of before `words_before`; how many."""
        async with self._database.begin(quick=True) as connection:
            notes = update(desk_follow_ups).where(desk_follow_ups.c.at < before, desk_follow_ups.c.note != "")
            words = update(corrections).where(corrections.c.at < words_before, corrections.c.said != "")
            emptied = (await connection.execute(notes.values(note=""))).rowcount
            emptied += (await connection.execute(words.values(said=""))).rowcount
        return emptied


def _redacted(said: str, card: Card) -> str:
    """A caller's words without what tells who they are: the name that they gave in the call goes too, wherever it stands."""
    known, asked, before = Known(), "", ""
    known.learn(card.name)
    for one in card.said:
        if one.who != "caller":
            asked = one.text
            continue
        heard = known.heard(asked, one.text)
        before = heard if one.text == said else before
    return known.hide(redacted_in(card.language, said, before))
