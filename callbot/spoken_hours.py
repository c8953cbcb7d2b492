"""What is said of opening hours: when they reopen, and the answer about the hours where staff have set others than were validated."""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass

from callbot.dialogue.closed import closed_sentences, opening_sentences
from callbot.dialogue.pacing import pieces
from callbot.dialogue.phrases import Phrases
from callbot.humans.announcements import Board
from callbot.humans.hours import PARIS, OpeningHours, Phase, Season, spoken_openings
from callbot.humans.hours_coming import back_said, phase_said
from callbot.humans.hours_exceptions import DAYS, exceptions_said, has_news
from callbot.humans.hours_set import UsualHours, as_written
from callbot.knowledge.entries import Commune, Entry, Line
from callbot.knowledge.store import Knowledge
from callbot.languages.tables import FRENCH
from callbot.languages.tongues import Tongue, tongue

DAYS_AHEAD = 8
"""Days whose openings are rendered ahead: a week, and what is said today of the same weekday."""
_TELLS_HOURS = re.compile(
    r"^(?=.*\b(?:ouvert|ouvre|ferm|reç[ou]|accueill|sans rendez-vous))(?=.*\b(?:heures?|midi)\b)",
    re.IGNORECASE | re.DOTALL,
)
"""A sentence that says when somebody may come: opening, and a time of day."""
MOTIVE = "horaires"
"""Of the entries that tell the hours of the whole town hall."""


def answer_in_force(
    entry: Entry, hours: OpeningHours | None, board: Board, day: dt.date, language: str = FRENCH
) -> Entry:
    """An entry of MOTIVE as it is spoken on `day` to callers for whom `hours` count: its validated sentence, or hours set since then.

    Whoever validates the entry again after that has the last word. What is exceptional within a week comes first, and last the hours that
    begin within a week. In another language than French there are no such sentences: the entry is then never spoken, and a person answers;
    but for public holidays, which are no news.
    """
    said = set_sentence(hours, board, day, entry.validated_on)
    soon = coming_sentences(hours, board, day, entry) if hours else []
    if language != FRENCH:
        untrue = said is not None or soon or (hours is not None and has_news(hours, day))
        return entry.model_copy(update={"validator": "", "validated_on": None}) if untrue else entry
    before = exceptions_said(hours, day) if hours else []
    if said is None and not soon and not before:
        return entry
    told = [*before, entry.answer if said is None else said, *soon]
    return entry.model_copy(update={"answer": " ".join(filter(None, told))})


def set_sentence(
    hours: OpeningHours | None, board: Board, day: dt.date, validated_on: dt.date | None
) -> str | None:
    """The hours in words where staff have set the week of `day`, on the day `validated_on` or later; None: they have not."""
    phase = hours.phases(day, DAYS)[0] if hours else None
    if phase is None or phase.season is None or _is_validated_since(phase.season, board, validated_on):
        return None
    return phase_said(phase, day, hours)


def coming_sentences(hours: OpeningHours, board: Board, day: dt.date, entry: Entry) -> list[str]:
    """What follows on them within a week: hours that staff have set, the return to the usual ones, each once it begins.

    The usual hours are told with the return where those of today are others: as staff have set them, or by the validated sentence.
    """
    now, *later = hours.phases(day, DAYS)
    usual_told = not _is_for_a_while(now)
    known = not (now.season and _is_validated_since(now.season, board, entry.validated_on))
    said: list[str] = []
    for phase in later:
        if phase.season and phase.season.first and phase.season.first > day:
            said.append(phase_said(phase, day, hours))
        elif usual_told or (said and not known):
            said.append(back_said(phase.first, day))
        elif known and phase.season and not _is_validated_since(phase.season, board, entry.validated_on):
            on_holidays = phase.closed_on_holidays
            said.append(back_said(phase.first, day, phase.weekly, closed_on_holidays=on_holidays))
        elif known:
            said += [back_said(phase.first, day), entry.answer]
        usual_told = usual_told or not _is_for_a_while(phase)
    return said


def _is_for_a_while(phase: Phase) -> bool:
    """Staff have set an end of it, so that the usual hours are others."""
    return phase.season is not None and phase.season.last is not None


def _is_validated_since(season: Season, board: Board, validated_on: dt.date | None) -> bool:
    """After it was set, and while it held: who validates the sentence of today says nothing of next summer's hours."""
    set_on = max(week.made_at.astimezone(PARIS).date() for week in board.weeks if week.season == season)
    has_begun = season.first is None or (validated_on is not None and season.first <= validated_on)
    return validated_on is not None and validated_on > set_on and has_begun


@dataclass(frozen=True, slots=True)
class HourAnswer:
    """A validated entry that tells of hours, and its file."""

    entry: Entry
    file: str

    @property
    def of_town_hall(self) -> bool:
        """Whether the hours that staff set are spoken instead of its sentence."""
        return self.entry.motive == MOTIVE


def hour_answers(knowledge: Knowledge) -> list[HourAnswer]:
    """The entries that tell the hours of the town hall or of a service: what a change of hours may contradict."""
    return [
        HourAnswer(entry, file)
        for entry, file in zip(knowledge.entries, knowledge.origins, strict=False)
        if entry.validator and (entry.motive == MOTIVE or _TELLS_HOURS.search(entry.answer))
    ]


def texts_of_changes(knowledge: Knowledge, day: dt.date, board: Board) -> list[str]:
    """What the bot may say on `day` besides what is validated: of hours that staff have set, of what is exceptional."""
    texts = [] if knowledge.language != FRENCH else _answers(knowledge, day, board)
    if board.weeks:
        texts += _since_hours_were_set(knowledge, day, board)
    return list(dict.fromkeys([*texts, *(piece for text in texts for piece in pieces(text))]))


def _since_hours_were_set(knowledge: Knowledge, day: dt.date, board: Board) -> list[str]:
    commune, spoken = knowledge.commune, tongue(knowledge.language)
    texts = openings(commune, day, spoken, board.usual)
    if not commune.ever_closed:
        phrases = Phrases(commune, texts=spoken.texts)
        texts += [phrases.say(name) for name in spoken.texts.sentences if name.endswith("_closed")]
        texts += phrases.menu((), closed=True)
    return [*texts, *closed_sentences(spoken.texts, commune.services)]


def openings(commune: Commune, day: dt.date, spoken: Tongue, usual: UsualHours = as_written) -> list[str]:
    """Every « Ils rouvrent … » of the days from `day` on, as many as DAYS_AHEAD, the soonest first for each of the hours."""
    lines = commune.lines or (commune.line(""),)
    offices = [commune.line_hours(line, usual) for line in lines]
    services = [commune.service_hours(line, service, usual) for service in commune.services for line in lines]
    own = [hours for hours in services if hours not in offices]
    said: list[str] = []
    for tables, everywhere in ((offices, True), (own, True), (own, False)):
        for table in _each_once(tables):
            sooner = spoken_openings(table, day, DAYS_AHEAD, spoken.opening)
            said += opening_sentences(spoken.texts, sooner, everywhere=everywhere)
    return list(dict.fromkeys(said))


def _each_once(tables: Iterable[OpeningHours | None]) -> list[OpeningHours]:
    once: list[OpeningHours] = []
    for table in tables:
        if table is not None and table not in once:
            once.append(table)
    return once


def _answers(knowledge: Knowledge, day: dt.date, board: Board) -> list[str]:
    """The sentences that are spoken instead of validated ones, or before them."""
    commune = knowledge.commune
    lines = commune.lines or (commune.line(""),)
    told = (
        answer_in_force(entry, _hours_of(commune, line, board), board, day).answer
        for entry in knowledge.entries
        if entry.motive == MOTIVE and entry.validator
        for line in lines
    )
    validated = {entry.answer for entry in knowledge.entries}
    return [answer for answer in dict.fromkeys(told) if answer not in validated]


def _hours_of(commune: Commune, line: Line, board: Board) -> OpeningHours | None:
    usual = commune.line_hours(line, board.usual)
    return board.hours(usual, line.number, line.service or commune.default_service)
