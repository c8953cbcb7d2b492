"""A new conversation with one caller, as the settings and the knowledge base make it; the same on the telephone and in writing."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from callbot.config import Settings
from callbot.dialogue.closed import Closed
from callbot.dialogue.handover import Way
from callbot.dialogue.machine import Dialogue
from callbot.dialogue.pacing import pieces
from callbot.dialogue.phrases import Phrases, all_phrases, first_phrases
from callbot.dialogue.polyglot import Polyglot, Speech, Talk
from callbot.dialogue.satisfaction_table import Drawn
from callbot.dialogue.transfer_phrases import INTRODUCTION, PASSED_ON, REASONS, SUBJECT
from callbot.dialogue.turns import Conversation
from callbot.events import PlayPrompt
from callbot.humans.announcements import ReadBoard, no_board
from callbot.humans.hours import PARIS, OpeningHours, spoken_opening
from callbot.humans.queue_types import Rules
from callbot.knowledge.entries import Commune, Entry, Line, Service
from callbot.knowledge.store import Knowledge
from callbot.languages.tables import FRENCH
from callbot.languages.tongues import Tongue, tongue
from callbot.media.dialect import LegOpened
from callbot.spoken_hours import MOTIVE, answer_in_force, openings
from callbot.turn_taking.end_of_turn import Waits
from callbot.understanding.patterns import spaced
from callbot.understanding.spoken_forms.places import around

Now = Callable[[], dt.datetime]


def now() -> dt.datetime:
    """This instant, in metropolitan France: expiry dates and opening hours are those of its clocks."""
    return dt.datetime.now(PARIS)


def today() -> dt.date:
    """The day in metropolitan France."""
    return now().date()


@dataclass(frozen=True, slots=True)
class LinePresence:
    """Whether somebody is there for the callers of one line, by commune.toml and what staff have set. `now` gives aware datetimes."""

    commune: Commune
    line: Line
    now: Now
    say: Callable[[dt.datetime, dt.datetime], str] = spoken_opening
    """How the language says when somebody is there again."""
    board: ReadBoard = no_board
    """What staff have set."""

    def of_line(self) -> Closed | None:
        """For the greeting."""
        return self._closed(self.line_hours(), everywhere=True)

    def of_service(self, service: Service) -> Closed | None:
        """For a handover to `service`."""
        usual = self.commune.service_hours(self.line, service, self.board().usual)
        hours = self.board().hours(usual, self.line.number, service.id)
        return self._closed(hours, everywhere=hours == self.line_hours())

    def line_hours(self) -> OpeningHours | None:
        """When somebody is there for the callers of this line, with what is exceptional; None: always."""
        usual = self.commune.line_hours(self.line, self.board().usual)
        return self.board().hours(usual, self.line.number, self.line.service or self.commune.default_service)

    def _closed(self, hours: OpeningHours | None, *, everywhere: bool) -> Closed | None:
        at = self.now()
        if hours is None or hours.is_open(at):
            return None
        opening = hours.next_opening(at)
        return Closed(self.say(opening, at) if opening else "", everywhere)


@dataclass(frozen=True, slots=True)
class LineAnswers:
    """The knowledge base as one line's callers meet it: where no service is named, it is the line's; the hours are those in force."""

    knowledge: Knowledge
    line: Line
    presence: LinePresence

    def find(self, motive: str, aspect: str) -> Entry | None:
        """As `Knowledge.find`."""
        entry = self.knowledge.find(motive, aspect)
        if entry is None or entry.motive != MOTIVE:
            return entry
        presence = self.presence
        day = presence.now().astimezone(PARIS).date()
        return answer_in_force(entry, presence.line_hours(), presence.board(), day, self.knowledge.language)

    def service(self, service_id: str) -> Service:
        """As `Knowledge.service`, with the line's service as the default one."""
        return self.knowledge.service(service_id or self.line.service)


@dataclass(frozen=True, slots=True)
class TranslatedAnswers:
    """The same in another language: what French answers and this language does not is a person's to answer."""

    french: LineAnswers
    own: LineAnswers

    def find(self, motive: str, aspect: str) -> Entry | None:
        """The entry in this language; where only French has it, that one, never to be spoken, which leads to its service."""
        entry, french = self.own.find(motive, aspect), self.french.find(motive, aspect)
        if french is None or (entry and entry.id == french.id):
            return entry
        return french.model_copy(update={"validator": "", "validated_on": None, "subject": ""})

    def service(self, service_id: str) -> Service:
        """With its name in this language."""
        return self.own.service(service_id)


def new_dialogue(
    settings: Settings,
    knowledge: Knowledge,
    *,
    line: str = "",
    caller: str = "",
    now: Now = now,
    language: str = "",
    board: ReadBoard = no_board,
    survey: Drawn | None = None,
    message_ms: int | None = None,
) -> Talk:
    """What is said to one `caller` of `line` (numbers as the telephone system gives them), by the clock `now`.

    `language`: what is spoken at first, where that is not the line's; `board`: what staff have set, as it is known at each moment;
    `survey`: the lot has chosen the caller to be asked how satisfied they are; `message_ms`: how long a message may be, 0: none is taken;
    None: as the settings say.
    """
    called = knowledge.commune.line(line)
    most_ms = settings.message_seconds * 1000 if message_ms is None else message_ms

    def speak(code: str) -> Dialogue:
        return _in_language(settings, knowledge, code, (line, caller), (now, board, most_ms), survey=survey)

    if len(knowledge.commune.languages) == 1:
        return speak(FRENCH)
    speeches = {code: _speech(tongue(code), partial(speak, code)) for code in knowledge.commune.languages}
    return Polyglot(speeches, language or called.language, knowledge.find)


def _speech(spoken: Tongue, make: Callable[[], Dialogue]) -> Speech:
    texts = spoken.texts
    return Speech(
        key=spoken.key,
        offer=texts.language_offer,
        first=texts.language_first,
        again=texts.language_again,
        briefing=spoken.briefing,
        asks_for=lambda text: spoken.asked_for.fullmatch(spaced(text)) is not None,
        make=make,
    )


def _in_language(
    settings: Settings,
    knowledge: Knowledge,
    code: str,
    numbers: tuple[str, str],
    moment: tuple[Now, ReadBoard, int],
    *,
    survey: Drawn | None,
) -> Dialogue:
    """What is said in one language, on the line of the first number to the caller of the second. Numbers are said in French only."""
    line, caller = numbers
    now, board, message_ms = moment
    own, spoken = knowledge.in_language(code), tongue(code)
    commune = own.commune
    called = commune.line(line)
    presence = LinePresence(commune, called, now, spoken.opening, board)
    answers = LineAnswers(own, called, presence)
    return Dialogue(
        Phrases(commune, called, spoken.texts),
        answers if code == FRENCH else TranslatedAnswers(LineAnswers(knowledge, called, presence), answers),
        today=now().astimezone(PARIS).date(),
        answer_threshold=settings.answer_threshold,
        confirm_threshold=settings.confirm_threshold,
        clarify_threshold=settings.clarify_threshold,
        clarify_ratio=settings.clarify_ratio,
        no_match_limit=settings.no_match_limit,
        most_asked=commune.most_asked,
        presence=presence,
        on_call=own.service(commune.on_call) if commune.on_call else None,
        words=spoken.words,
        caller=caller,
        takes_callbacks=settings.callbacks and code == FRENCH,
        calls_back=settings.callbacks,
        communes=around(commune.name),
        opens_on=_opens_on(presence.line_hours()),
        survey=survey,
        announced=[
            PlayPrompt(text, language=FRENCH if code != FRENCH else "")
            for text in board().announced(called.number, now())
        ],
        message_ms=message_ms,
    )


def _opens_on(hours: OpeningHours | None) -> Callable[[dt.date], bool]:
    """Whether somebody may call back on a day; without hours, on any."""
    return hours.opens_on if hours else (lambda _: True)


def new_conversation(
    settings: Settings,
    dialogue: Talk,
    knowledge: Knowledge,
    leg: LegOpened,
    *,
    busy: bool = False,
    rules: Rules | None = None,
) -> Conversation:
    """Who speaks when, in one call over `leg`; `busy`: no conversation can be held with it; `rules`: of the queue for a person."""
    fillers = {code: filler(code) for code in knowledge.commune.languages}
    return Conversation(
        dialogue,
        filler=fillers[knowledge.commune.line(leg.line).language],
        no_input_ms=settings.no_input_ms,
        thinking_limit_ms=settings.thinking_limit_ms,
        barge_in_ms=settings.barge_in_ms,
        hold_ms=settings.hold_ms,
        max_call_ms=settings.max_call_ms,
        hold_music_ms=settings.hold_music_ms,
        rescue_ms=settings.rescue_ms,
        way=Way(settings.transfer) if leg.transfers else None,
        ring_ms=settings.ring_seconds * 1000,
        returned=leg.returned,
        fillers=fillers,
        busy=busy,
        rules=rules,
    )


def waits(settings: Settings) -> Waits:
    """The silences that end a turn, as the settings have them."""
    return Waits(
        short_ms=settings.end_of_turn_short_ms,
        whole_ms=settings.end_of_turn_ms,
        likely_ms=settings.end_of_turn_likely_ms,
        unfinished_ms=settings.end_of_turn_unfinished_ms,
        number_ms=settings.end_of_turn_number_ms,
        rhythm_ms=settings.end_of_turn_rhythm_ms,
        unfinished=settings.unfinished_threshold,
        whole=settings.whole_threshold,
        known_whole=settings.known_whole_threshold,
    )


def filler(code: str) -> str:
    """« Un instant, s'il vous plaît. » in that language."""
    return tongue(code).texts.sentences["moment"]


def last_words(knowledge: Knowledge, code: str) -> str:
    """What a caller hears in that language when everything fails, before the PBX goes on."""
    own = knowledge.in_language(code)
    return Phrases(own.commune, texts=tongue(code).texts).handover("fault", own.service(""))


def closed_for(knowledge: Knowledge, line: str, *, now: Now = now, board: ReadBoard = no_board) -> bool:
    """Whether nobody is there at this moment for the callers of `line`, as the greeting tells them."""
    commune = knowledge.commune
    return LinePresence(commune, commune.line(line), now, board=board).of_line() is not None


def last_words_closed(
    knowledge: Knowledge, line: str, code: str = FRENCH, *, now: Now = now, board: ReadBoard = no_board
) -> str:
    """What a caller of `line` hears when everything fails and no person is there to take over; empty when one is."""
    own, spoken = knowledge.in_language(code), tongue(code)
    called = own.commune.line(line)
    phrases, reception = Phrases(own.commune, called, spoken.texts), own.service("")
    closed = LinePresence(own.commune, called, now, spoken.opening, board).of_service(reception)
    return f"{phrases.nobody_there('fault', reception, closed)} {phrases.say('goodbye')}" if closed else ""


def texts_to_render(knowledge: Knowledge, day: dt.date) -> tuple[list[str], list[str]]:
    """What the bot may say on `day` in the language of `knowledge`, each text once.

    First what a first call needs, then the rest by how often it is said. Sentences that name a service other than the reception come
    last: there are many, and each is said rarely. When it reopens is told for the days from `day` on, a week; later ones
    are made when they are said.
    """
    commune, spoken = knowledge.commune, tongue(knowledge.language)
    texts = spoken.texts
    phrases = Phrases(commune, texts=texts)
    entries = [entry for entry in knowledge.entries if entry.may_be_spoken(day)]
    fixed = all_phrases(commune, texts)
    rare = _about_services(knowledge, fixed)
    subjects = [entry.subject for entry in entries if entry.subject]
    rest = _briefings(knowledge) if knowledge.language == FRENCH else []
    rest += [text for text in fixed if text not in rare]
    rest += [entry.answer for entry in entries]
    rest += openings(commune, day, spoken)
    rest += [phrases.confirm(subject) for subject in subjects]
    if knowledge.language == FRENCH:
        rest += [SUBJECT.format(subject=subject) for subject in subjects]
    rest += phrases.menu(_most_asked_subjects(knowledge, day), closed=False)
    rest += phrases.menu((), closed=True) if commune.ever_closed else ()
    rest += [text for text in fixed if text in rare]
    rest += [sentence for subject in subjects for sentence in phrases.choice_sentences(subject)]
    rest += [piece for text in dict.fromkeys(rest) for piece in pieces(text)]
    first = first_phrases(commune, texts)
    if knowledge.translations or knowledge.language != FRENCH:
        first += [texts.language_offer, texts.language_first, texts.language_again]
    first = list(dict.fromkeys(first))
    rest += [piece for text in first for piece in pieces(text)]
    return first, [text for text in dict.fromkeys(rest) if text not in first]


def _briefings(knowledge: Knowledge) -> list[str]:
    """What who picks up is told, always in French."""
    return [
        INTRODUCTION,
        *REASONS.values(),
        PASSED_ON,
        *(tongue(code).briefing for code in knowledge.translations),
    ]


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
