"""A new conversation with one caller, as the settings and the knowledge base make it; the same on the telephone and in writing."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from callbot.config import Settings
from callbot.dialogue.closed import Closed, nobody_there, opening_sentences
from callbot.dialogue.handover import Way
from callbot.dialogue.machine import Dialogue
from callbot.dialogue.phrases import Phrases, all_phrases, first_phrases
from callbot.dialogue.transfer_phrases import INTRODUCTION, REASONS, SUBJECT
from callbot.dialogue.turns import Conversation
from callbot.humans.hours import PARIS, OpeningHours, spoken_opening, spoken_openings
from callbot.knowledge.entries import Commune, Entry, Line, Service
from callbot.knowledge.store import Knowledge
from callbot.media.dialect import LegOpened

DAYS_AHEAD = 8
"""Days whose openings are rendered ahead: a week, and what is said today of the same weekday."""

Now = Callable[[], dt.datetime]


def now() -> dt.datetime:
    """This instant, in metropolitan France: expiry dates and opening hours are those of its clocks."""
    return dt.datetime.now(PARIS)


def today() -> dt.date:
    """The day in metropolitan France."""
    return now().date()


@dataclass(frozen=True, slots=True)
class LinePresence:
    """Whether somebody is there for the callers of one line, by the hours of commune.toml. `now` gives aware datetimes."""

    commune: Commune
    line: Line
    now: Now

    def of_line(self) -> Closed | None:
        """For the greeting."""
        return self._closed(self.commune.line_hours(self.line), everywhere=True)

    def of_service(self, service: Service) -> Closed | None:
        """For a handover to `service`."""
        hours = self.commune.service_hours(self.line, service)
        return self._closed(hours, everywhere=hours == self.commune.line_hours(self.line))

    def _closed(self, hours: OpeningHours | None, *, everywhere: bool) -> Closed | None:
        at = self.now()
        if hours is None or hours.is_open(at):
            return None
        opening = hours.next_opening(at)
        return Closed(spoken_opening(opening, at) if opening else "", everywhere)


@dataclass(frozen=True, slots=True)
class LineAnswers:
    """The knowledge base as one line's callers meet it: where no service is named, it is the line's."""

    knowledge: Knowledge
    line: Line

    def find(self, motive: str, aspect: str) -> Entry | None:
        """As `Knowledge.find`."""
        return self.knowledge.find(motive, aspect)

    def service(self, service_id: str) -> Service:
        """As `Knowledge.service`, with the line's service as the default one."""
        return self.knowledge.service(service_id or self.line.service)


def new_dialogue(settings: Settings, knowledge: Knowledge, *, line: str = "", now: Now = now) -> Dialogue:
    """What is said to one caller of `line` (as the telephone system gives the number), by the clock `now`."""
    commune = knowledge.commune
    called = commune.line(line)
    return Dialogue(
        Phrases(commune, called),
        LineAnswers(knowledge, called),
        today=now().astimezone(PARIS).date(),
        answer_threshold=settings.answer_threshold,
        confirm_threshold=settings.confirm_threshold,
        clarify_threshold=settings.clarify_threshold,
        clarify_ratio=settings.clarify_ratio,
        no_match_limit=settings.no_match_limit,
        most_asked=commune.most_asked,
        presence=LinePresence(commune, called, now),
        on_call=knowledge.service(commune.on_call) if commune.on_call else None,
    )


def new_conversation(
    settings: Settings, dialogue: Dialogue, phrases: Phrases, leg: LegOpened
) -> Conversation:
    """Who speaks when, in one call over `leg`."""
    return Conversation(
        dialogue,
        filler=phrases.say("moment"),
        no_input_ms=settings.no_input_ms,
        barge_in_ms=settings.barge_in_ms,
        max_call_ms=settings.max_call_ms,
        way=Way(settings.transfer) if leg.transfers else None,
        ring_ms=settings.ring_seconds * 1000,
        returned=leg.returned,
    )


def last_words_closed(knowledge: Knowledge, line: str, *, now: Now = now) -> str:
    """What a caller of `line` hears when everything fails and no person is there to take over; empty when one is."""
    commune, reception = knowledge.commune, knowledge.service("")
    closed = LinePresence(commune, commune.line(line), now).of_service(reception)
    return f"{nobody_there('fault', reception, closed)} {Phrases(commune).say('goodbye')}" if closed else ""


def texts_to_render(knowledge: Knowledge, day: dt.date) -> tuple[list[str], list[str]]:
    """What the bot may say on `day`, each text once: what a first call needs, then the rest by how often it is said.

    Sentences that name a service other than the reception come last: there are many, and each is said rarely.

    When it reopens is told for the days from `day` on, as many as DAYS_AHEAD; later ones are made when they are said.
    """
    phrases = Phrases(knowledge.commune)
    spoken = [entry for entry in knowledge.entries if entry.may_be_spoken(day)]
    fixed = all_phrases(knowledge.commune)
    rare = _about_services(knowledge, fixed)
    rest = [INTRODUCTION, *REASONS.values()]
    rest += [text for text in fixed if text not in rare]
    rest += [entry.answer for entry in spoken]
    rest += _openings(knowledge.commune, day)
    subjects = [entry.subject for entry in spoken if entry.subject]
    rest += [phrases.confirm(subject) for subject in subjects]
    rest += [SUBJECT.format(subject=subject) for subject in subjects]
    rest += phrases.menu(_most_asked_subjects(knowledge, day), closed=False)
    rest += phrases.menu((), closed=True) if knowledge.commune.ever_closed else ()
    rest += [text for text in fixed if text in rare]
    rest += [sentence for subject in subjects for sentence in phrases.choice_sentences(subject)]
    first = first_phrases(knowledge.commune)
    return first, [text for text in dict.fromkeys(rest) if text not in first]


def _most_asked_subjects(knowledge: Knowledge, day: dt.date) -> list[str]:
    by_id = {entry.id: entry for entry in knowledge.entries if entry.subject and entry.may_be_spoken(day)}
    return [by_id[wanted].subject for wanted in knowledge.commune.most_asked if wanted in by_id]


def _about_services(knowledge: Knowledge, texts: list[str]) -> set[str]:
    """Those of `texts` that name a service other than the reception."""
    reception = knowledge.service("")
    names = [service.spoken for service in knowledge.commune.services if service.id != reception.id]
    names = [
        name.partition(" ")[2] if name.startswith(("le ", "les ")) else name for name in names
    ]  # du, aux
    return {text for text in texts if any(name in text for name in names)}


def _openings(commune: Commune, day: dt.date) -> list[str]:
    """Every « Ils rouvrent … » of the coming days, the soonest first for each of the hours."""
    offices = [table for table in (commune.hours, *(line.hours for line in commune.lines)) if table]
    services = [service.hours for service in commune.services if service.hours]
    texts: list[str] = []
    for tables, everywhere in ((offices, True), (services, True), (services, False)):
        for table in tables:
            openings = spoken_openings(table.opening, day, DAYS_AHEAD)
            texts += opening_sentences(openings, everywhere=everywhere)
    return list(dict.fromkeys(texts))
